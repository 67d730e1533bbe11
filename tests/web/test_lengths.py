"""The fields of the forms take what the rules behind them accept: one number each, the server's."""

import re
from importlib.resources import files

from tests.web.house import House, filled_house, house
from tests.web.reading import page, part
from tracker import account_rules, passwords
from tracker.core.person import Role
from tracker.desk import Desk
from tracker.review import LONGEST_BECAUSE, LONGEST_NOTE

__all__ = ["filled_house", "house"]


def test_no_template_has_a_number_of_its_own() -> None:
    for template in (files("tracker.web") / "templates").iterdir():
        assert not re.search(r'maxlength="\d', template.read_text("utf-8")), template.name


def test_fields_take_as_much_as_the_server(house: House) -> None:
    call = Desk(house.app).ranked("klimaat", limit=1, blocked=False)[0][0]
    with house.visitor(Role.ADMINISTRATOR) as client:
        shown, people = page(client, f"/calls/{call.id}"), page(client, "/people")
        account = page(client, "/account")
    fields = {
        "#review-because": LONGEST_BECAUSE,
        "#verdict-because": LONGEST_BECAUSE,
        "#note-text": LONGEST_NOTE,
    }
    assert {name: int(str(part(shown, name)["maxlength"])) for name in fields} == fields
    assert part(people, "#name")["maxlength"] == str(account_rules.LONGEST_TEXT)
    assert part(account, "#new")["maxlength"] == str(passwords.LONGEST)
