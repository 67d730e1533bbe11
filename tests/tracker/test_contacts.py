from pathlib import Path

import pytest

from tracker.contacts import load_contacts
from tracker.core.errors import ConfigError
from tracker.core.profile import Domain, Frequency, Strength

DEMO = Path(__file__).parents[2] / "tracker" / "demo" / "contacts.toml"
GOOD = '[[contact]]\nname = "Domein Sociaal"\nemail = "sociaal@example.org"\ndomains = ["sociaal"]\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "contacts.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_defaults(tmp_path: Path) -> None:
    (contact,) = load_contacts(write(tmp_path, GOOD))
    assert (contact.name, contact.email) == ("Domein Sociaal", "sociaal@example.org")
    assert (contact.domains, contact.language) == ((Domain.SOCIAAL,), "nl")
    assert (contact.frequency, contact.limit, contact.minimum) == (Frequency.WEEKLY, 10, Strength.GOOD)
    assert contact.quiet_weeks is True


def test_everything_set(tmp_path: Path) -> None:
    text = (
        '[[contact]]\nname = "Adviseur"\nemail = "adviseur@example.org"\ndomains = "all"\nlanguage = "en"\n'
        'frequency = "daily"\nlimit = 3\nminimum = "possible"\nquiet_weeks = false\n'
    )
    (contact,) = load_contacts(write(tmp_path, text))
    assert (contact.domains, contact.language, contact.frequency) == ((), "en", Frequency.DAILY)
    assert (contact.limit, contact.minimum, contact.quiet_weeks) == (3, Strength.POSSIBLE, False)


def test_the_demo_has_every_domain_an_adviser_and_an_english_reader() -> None:
    contacts = load_contacts(DEMO)
    assert {domain for contact in contacts for domain in contact.domains} == set(Domain)
    assert any(not contact.domains for contact in contacts)
    assert any(contact.language == "en" for contact in contacts)
    assert all(contact.email.endswith("@example.org") for contact in contacts)


@pytest.mark.parametrize(
    ("line", "key", "words"),
    [
        ('adress = "x"', "contact 1, adress", "is not known"),
        ('domains = ["sociaal", "zorg"]', "contact 1, domains", "'zorg'"),
        ("domains = []", "contact 1, domains", 'expected "all" or a list'),
        ('domains = "sociaal"', "contact 1, domains", 'expected "all" or a list'),
        ('email = "sociaal"', "contact 1, email", "'sociaal'"),
        ('email = "a@example.org\\nBcc: b@example.org"', "contact 1, email", "expected an address"),
        ('email = "a@b@example.org"', "contact 1, email", "expected an address"),
        ('name = "twee\\nregels"', "contact 1, name", "on one line"),
        ('name = ""', "contact 1, name", "on one line"),
        ('language = "fr"', "contact 1, language", "expected nl or en"),
        ('frequency = "hourly"', "contact 1, frequency", "weekly, daily, urgent"),
        ("limit = 11", "contact 1, limit", "from 1 to 10"),
        ("limit = true", "contact 1, limit", "from 1 to 10"),
        ('minimum = "none"', "contact 1, minimum", "strong, good or possible"),
        ('quiet_weeks = "yes"', "contact 1, quiet_weeks", "true or false"),
    ],
)
def test_a_wrong_value_is_named_with_its_file_and_key(
    tmp_path: Path, line: str, key: str, words: str
) -> None:
    name = line.partition(" ")[0]
    kept = [old for old in GOOD.splitlines() if not old.startswith(f"{name} ")]
    with pytest.raises(ConfigError) as raised:
        load_contacts(write(tmp_path, "\n".join([*kept, line])))
    assert (raised.value.file, raised.value.key) == ("contacts.toml", key)
    assert words in str(raised.value)


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="contact 1, email"):
        load_contacts(write(tmp_path, '[[contact]]\nname = "A"\ndomains = "all"\n'))


def test_an_address_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"contact 2, email: SOCIAAL@example.org is there twice"):
        load_contacts(write(tmp_path, GOOD + GOOD.replace("sociaal@", "SOCIAAL@")))


@pytest.mark.parametrize("text", ["", "[contact]\nname = 'x'\n", "contact = 3\n", "contact = ['x']\n"])
def test_a_file_without_contact_tables_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"expected (at least one|a) \[\[contact\]\] table"):
        load_contacts(write(tmp_path, text))


@pytest.mark.parametrize("content", [b"[[contact]\n", b"\xff\xfe"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "contacts.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_contacts(path)


def test_an_unknown_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"contacts\.toml: people"):
        load_contacts(write(tmp_path, GOOD + "[people]\n"))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load_contacts(tmp_path / "none.toml")
