"""Reads the written mails: approved golden ones in both languages, and what holds for any call at all."""

import os
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given
from hypothesis import strategies as st

from scrapers.registry import sources
from tests.tracker.digest_samples import (
    ADVISER,
    CIRCULAIR,
    CLOSES,
    FYSIEK,
    HAARLEM,
    INTERREG_DOWN,
    NOW,
    candidate,
    rich_plan,
    write,
)
from tracker.core.call import Budget, Claim, Deadline, DeadlineKind, Fact, FactName, MomentKind
from tracker.core.delivery import Channel, Line, LineReason
from tracker.core.profile import Contact, Domain, Frequency, Strength, Theme
from tracker.core.run import SourceState
from tracker.digest.calls import safe_url, say_budget, say_burden, say_closes, say_contribution
from tracker.digest.compose import BlindSpot, Composed, compose
from tracker.digest.edition import EditionPlan, plan_edition
from tracker.digest.message import message_id_of
from tracker.digest.words import role_word, strength_word, words_in
from tracker.profile_file import ProfileWarning

GOLDEN = Path(__file__).parent / "golden"
WRITE_FLAG = "TRACKER_WRITE_GOLDEN"
DUTCH, ENGLISH = words_in("nl"), words_in("en")
LINKS = {
    "interesting": "https://kansen.example.org/a/1",
    "not_for_us": "https://kansen.example.org/a/2",
    "not_my_domain": "https://kansen.example.org/a/3",
    "later": "https://kansen.example.org/a/4",
}
UNBALANCED = ProfileWarning("missing-theme-social", "Geen prioriteit is sociaal.", "No priority is social.")


def baseline(contact: Contact) -> EditionPlan:
    calls = [candidate(number, dutch=f"Warmteplannen {number}") for number in range(1, 5)]
    return plan_edition(replace(contact, limit=2), calls, {}, first=True, now=NOW)


def quiet(contact: Contact) -> EditionPlan:
    return plan_edition(contact, [], {}, first=False, now=NOW)


def golden_mail(name: str) -> Composed:
    contact = FYSIEK if name.startswith("nl") else ADVISER
    match name.partition("-")[2]:
        case "week":
            spots = (INTERREG_DOWN,)
            return write(contact, rich_plan(contact), blind_spots=spots, ask="europa@example.org")
        case "first":
            return write(contact, baseline(contact), demo=True, warnings=(UNBALANCED,))
        case "quiet":
            return write(contact, quiet(contact))
        case _:
            plan = plan_edition(contact, [candidate(1)], {}, first=False, now=NOW)
            links = {"public_url": "https://kansen.example.org", "answer_links": lambda _call: LINKS}
            return write(contact, plan, **links)  # type: ignore[arg-type]


NAMES = [f"{language}-{kind}" for language in ("nl", "en") for kind in ("week", "first", "quiet", "answers")]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["txt", "html"])
def test_golden_mails(name: str, kind: str) -> None:
    """A missing file fails; `TRACKER_WRITE_GOLDEN=1` writes them, and a person reads them then."""
    composed = golden_mail(name)
    headers = "".join(f"{key}: {value}\n" for key, value in composed.message.items())
    text = f"{headers}Preheader: {composed.preheader}\n\n{text_of(composed.message)}"
    written = text if kind == "txt" else composed.html
    path = GOLDEN / f"{name}.{kind}"
    if os.environ.get(WRITE_FLAG):
        path.write_text(written, encoding="utf-8")
    assert path.exists(), f"{path.name} is missing: write it with {WRITE_FLAG}=1 and read it"
    assert written == path.read_text(encoding="utf-8")


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def read_back(composed: Composed) -> EmailMessage:
    message = message_from_bytes(composed.message.as_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    return message


def kinds_of(message: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in message.walk() if not part.is_multipart()]


def test_the_headers_of_a_digest() -> None:
    message = read_back(write(FYSIEK, rich_plan(FYSIEK)))
    assert kinds_of(message) == ["text/plain", "text/html", "text/calendar", "text/calendar"]
    assert next(message.iter_parts()).get_content_type() == "multipart/alternative"
    assert kinds_of(read_back(write(FYSIEK, quiet(FYSIEK)))) == ["text/plain", "text/html"]
    assert message["From"] == "Europese kansen <kansen@example.org>"
    assert message["To"] == "Domein Fysiek <domein-fysiek@example.org>"
    assert message["Date"] == "Mon, 23 Nov 2026 08:00:00 +0100"
    assert message["List-Id"] == "<digest.haarlem.example.org>"
    assert (message["Auto-Submitted"], message["Content-Language"]) == ("auto-generated", "nl")
    assert message["Message-ID"] == message_id_of(
        FYSIEK.email, "2026-W48", Channel.MAIL, domain="example.org"
    )


def test_the_same_edition_is_the_same_to_the_last_byte() -> None:
    first, second = (write(FYSIEK, rich_plan(FYSIEK)).message.as_bytes() for _ in range(2))
    assert first == second


def test_each_contact_edition_and_channel_has_its_own_message_id() -> None:
    ids = {
        message_id_of(contact, edition, channel, domain="example.org")
        for contact in ("a@example.org", "b@example.org")
        for edition in ("2026-W48", "2026-W49")
        for channel in Channel
    }
    assert len(ids) == 4 * len(Channel)


def test_the_ledger_gets_what_was_shown() -> None:
    plan = baseline(FYSIEK)
    assert write(FYSIEK, plan).lines == plan.lines
    assert [line.shown for line in plan.lines] == [True, True, False, False]


FAR = Deadline(date(2027, 6, 1))
SOON = Deadline(date(2026, 12, 1))


def told(number: int, deadline: date) -> dict[int, Line]:
    return {number: Line(call_id=number, reason=LineReason.NEW, priority="klimaat", deadline=deadline)}


@pytest.mark.parametrize(
    ("plan", "subject"),
    [
        (rich_plan(FYSIEK), "3 nieuwe oproepen voor Fysiek, 1 sluit eerder"),
        (baseline(FYSIEK), "4 oproepen staan nu open voor Fysiek, beslis vóór 12 januari"),
        (
            plan_edition(FYSIEK, [candidate(1)], {}, first=False, now=NOW),
            "1 nieuwe oproep voor Fysiek, beslis vóór 12 januari",
        ),
        (
            plan_edition(FYSIEK, [candidate(1, deadline=FAR, decide_by=None)], {}, first=False, now=NOW),
            "1 nieuwe oproep voor Fysiek, de eerste sluit 1 juni",
        ),
        (
            plan_edition(
                FYSIEK,
                [candidate(1, deadline=SOON, decide_by=None)],
                told(1, SOON.date),
                first=False,
                now=NOW,
            ),
            "1 oproep voor Fysiek, de eerste sluit 1 december",
        ),
        (
            plan_edition(
                FYSIEK,
                [candidate(1, deadline=None, kind=DeadlineKind.ROLLING, decide_by=None)],
                {},
                first=False,
                now=NOW,
            ),
            "1 nieuwe oproep voor Fysiek",
        ),
        (quiet(FYSIEK), "Niets nieuws voor Fysiek, alles is gelezen"),
    ],
)
def test_the_subject_counts_and_says_what_is_most_urgent(plan: EditionPlan, subject: str) -> None:
    assert read_back(write(FYSIEK, plan))["Subject"] == subject


def test_a_first_edition_does_not_call_open_what_is_only_announced() -> None:
    coming = candidate(9, claim=Claim.FORTHCOMING, opens_on=date(2027, 1, 15), strength=Strength.GOOD)
    plan = plan_edition(replace(FYSIEK, limit=1), [candidate(1), coming], {}, first=True, now=NOW)
    composed = write(FYSIEK, plan)
    assert composed.subject.startswith("2 oproepen staan open of komen eraan voor Fysiek")
    assert "DIT STAAT NU OPEN OF KOMT ERAAN" in unfolded(composed)


@pytest.mark.parametrize(("spots", "read"), [((INTERREG_DOWN,), 13), ((INTERREG_DOWN,), 0), ((), 0)])
@pytest.mark.parametrize("contact", [FYSIEK, ADVISER])
def test_nothing_new_is_never_said_of_what_was_not_read(
    contact: Contact, spots: tuple[BlindSpot, ...], read: int
) -> None:
    composed = write(contact, quiet(contact), blind_spots=spots, sources_read=read)
    everything = (composed.subject + composed.preheader + text_of(composed.message)).casefold()
    for claim in (", alles is gelezen", "er niets nieuws", "alle 0", ", everything was", "nothing new this"):
        assert claim not in everything
    assert ("niet alles" if contact is FYSIEK else "not everything") in composed.subject


def test_a_blind_spot_says_since_when_why_and_what_it_means() -> None:
    spots = (
        INTERREG_DOWN,
        BlindSpot(title=("LIFE", "LIFE"), area=("LIFE", "LIFE"), since=None, state=SourceState.NEVER_RUN),
        BlindSpot(
            title=("Portal", "Portal"), area=("", ""), since=date(2025, 12, 1), state=SourceState.PARTLY
        ),
    )
    text = unfolded(write(FYSIEK, quiet(FYSIEK), blind_spots=spots, sources_read=1))
    end = "Wat daar nieuw is, staat hier niet."
    assert f"sinds maandag 9 november (onbereikbaar: de site antwoordt niet). {end}" in text
    assert f"Niet gezien: LIFE (nooit gelezen). {end}" in text
    assert f"Voor een deel gezien: Portal, sinds maandag 1 december 2025 (deels gelezen). {end}" in text
    assert "De andere bron is wel gelezen." in text


TEXTS_ONLY = BlindSpot(
    title=("Portal", "Portal"),
    area=("oproepen", "calls"),
    since=date(2026, 11, 9),
    state=SourceState.PARTLY,
    only_texts=True,
)


def test_a_source_that_lacks_only_its_dutch_texts_was_read() -> None:
    composed = write(FYSIEK, quiet(FYSIEK), blind_spots=(TEXTS_ONLY,))
    text = unfolded(composed)
    assert composed.subject == "Niets nieuws voor Fysiek, alles is gelezen"
    assert "Alle 14 bronnen zijn gelezen." in text
    assert "De Nederlandse teksten van Portal zijn niet gelezen; de oproepen zelf wel." in text
    assert "Niet gezien" not in text
    assert "Voor een deel" not in text


def test_a_blind_spot_is_named_in_the_readers_language() -> None:
    english = unfolded(write(ADVISER, quiet(ADVISER), blind_spots=(INTERREG_DOWN,)))
    assert "Not seen: Interreg (working across borders)" in english
    assert "grens" not in english


def test_every_source_says_in_both_languages_what_is_lost_without_it() -> None:
    for source in sources():
        assert source.area_nl, source.name
        assert source.area_nl != source.area, source.name


def test_warnings_about_the_profile_are_for_who_follows_all_domains() -> None:
    assert "No priority is social." in unfolded(write(ADVISER, quiet(ADVISER), warnings=(UNBALANCED,)))
    assert "Geen prioriteit" not in unfolded(write(FYSIEK, quiet(FYSIEK), warnings=(UNBALANCED,)))


def gone_plan(contact: Contact) -> EditionPlan:
    vanished = candidate(1, dutch="Warmte uit de grond", deadline=FAR)
    vanished = replace(vanished, call=replace(vanished.call, vanished_at=NOW))
    early = candidate(2, title="Closed before its time", claim=Claim.CLOSED, deadline=FAR)
    undated = candidate(3, title="Never had a date", claim=Claim.CLOSED, deadline=None)
    known = {**told(1, FAR.date), **told(2, FAR.date), **told(3, FAR.date)}
    known[3] = replace(known[3], deadline=None)
    return plan_edition(contact, [vanished, early, undated], known, first=False, now=NOW)


def test_a_call_that_is_gone_says_so_and_offers_nothing_any_more() -> None:
    composed = write(FYSIEK, gone_plan(FYSIEK))
    text = unfolded(composed)
    assert composed.subject == "3 oproepen gewijzigd voor Fysiek"
    assert "Vervallen: de bron noemt deze oproep niet meer." in text
    assert "Eerder gesloten: meedoen kan niet meer (zou sluiten op dinsdag 1 juni 2027)." in text
    assert "Gesloten: meedoen kan niet meer." in text
    for promise in ("Beslis", "Sluit", "Eigen bijdrage", "Past bij", "past sterk"):
        assert promise not in text.partition("Past sterk:")[0]


def test_the_adviser_sees_all_domains_and_the_balance_of_themes() -> None:
    social = replace(CIRCULAIR, theme=Theme.SOCIAL, domains=(Domain.SOCIAAL, Domain.FYSIEK))
    calls = [candidate(number) for number in (1, 2, 3)] + [candidate(4, choice=social)]
    plan = plan_edition(ADVISER, calls, told(1, CLOSES.date), first=False, now=NOW)
    composed = write(ADVISER, plan)
    rows = [
        (row.th.get_text(), row.select_one(".bar-said").get_text())  # type: ignore[union-attr]
        for row in BeautifulSoup(composed.html, "lxml").select(".bars > tbody > tr, .bars > tr")
        if row.th
    ]
    assert rows == [
        ("Economic", "0 · 0%"),
        ("Social", "1 · 25%"),
        ("Physical", "3 · 75%"),
        ("Social Affairs", "1 (1 new in this mail)"),
        ("Physical Environment", "4 (3 new in this mail)"),
        ("Operations", "0"),
    ]
    assert "Physical               ########## 3 · 75%" in text_of(composed.message)
    assert "at a glance" not in text_of(write(FYSIEK, plan).message)


def test_an_urgent_mail_says_why_it_comes_now() -> None:
    plan = replace(rich_plan(FYSIEK), urgent=True)
    assert "omdat dit niet kan wachten tot je volgende gewone mail" in unfolded(write(FYSIEK, plan))
    assert "at a glance" not in unfolded(write(ADVISER, plan))


def test_unsubscribing_takes_one_press_where_there_is_an_address_for_it() -> None:
    address = "https://kansen.example.org/leave/abc"
    message = read_back(write(FYSIEK, quiet(FYSIEK), leave_url=address))
    assert message["List-Unsubscribe"] == f"<{address}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"Afmelden: {address}" in text_of(message)
    assert "List-Unsubscribe" not in read_back(write(FYSIEK, quiet(FYSIEK)))


def unfolded(composed: Composed) -> str:
    return " ".join(text_of(composed.message).replace("\u00a0", " ").split())


def test_the_demo_says_that_it_is_the_demo() -> None:
    composed = write(FYSIEK, rich_plan(FYSIEK), demo=True)
    assert composed.subject.startswith("[Demo] ")
    assert "Dit is de demo:" in unfolded(composed)
    assert "Dit is de demo:" in composed.html
    assert "demo" not in text_of(write(FYSIEK, rich_plan(FYSIEK)).message).casefold()


def test_answers_are_offered_only_with_a_public_address_and_their_links() -> None:
    plan = rich_plan(FYSIEK)
    both = write(FYSIEK, plan, public_url="https://kansen.example.org", answer_links=lambda _call: LINKS)
    assert both.html.count("Niet mijn domein</a>") == len(plan.entries)
    assert "Niet mijn domein: https://kansen.example.org/a/3" in text_of(both.message)
    assert "Niet mijn domein" not in write(FYSIEK, plan, answer_links=lambda _call: LINKS).html
    assert "Niet mijn domein" not in write(FYSIEK, plan, public_url="https://kansen.example.org").html


def test_what_did_not_fit_in_a_later_edition_comes_in_the_next() -> None:
    later = replace(rich_plan(FYSIEK), more=3)
    assert "Er passen nog 3 oproepen. Wat er niet bij kon, komt in een volgende mail." in unfolded(
        write(FYSIEK, later)
    )


@pytest.mark.parametrize("frequency", list(Frequency))
def test_why_names_the_reader_and_the_rhythm(frequency: Frequency) -> None:
    both = replace(FYSIEK, domains=(Domain.FYSIEK, Domain.SOCIAAL), frequency=frequency)
    text = unfolded(write(both, quiet(both)))
    assert "Je bent het aanspreekpunt voor Fysiek en Sociaal in Haarlem." in text
    assert DUTCH.frequency[frequency.value] in text
    assert "of wil je deze mail niet meer? Vraag het aan de adviseur Europa van Haarlem." in text


def test_who_wants_no_quiet_mail_is_not_promised_one_each_week() -> None:
    plan = rich_plan(FYSIEK)
    assert "Je krijgt elke week één mail." in unfolded(write(FYSIEK, plan))
    text = unfolded(write(replace(FYSIEK, quiet_weeks=False), plan))
    assert "Je krijgt hooguit één mail per week." in text


def test_who_can_leave_by_a_link_need_not_ask() -> None:
    text = unfolded(write(FYSIEK, rich_plan(FYSIEK), leave_url="https://kansen.example.org/a/x"))
    assert "Heb je een vraag? Vraag het aan" in text
    assert "niet meer?" not in text


@pytest.mark.parametrize(
    ("deadline", "kind", "dutch", "english"),
    [
        (
            Deadline(date(2027, 2, 16)),
            DeadlineKind.FIXED,
            "Sluit dinsdag 16 februari 2027 (uur: zie de portal)",
            "Closes Tuesday 16 February 2027 (hour: see the portal)",
        ),
        (
            Deadline(date(2027, 5, 6), kind=MomentKind.STAGE_1),
            DeadlineKind.TWO_STAGE,
            "Eerste ronde sluit donderdag 6 mei 2027 (uur: zie de portal)",
            "First stage closes Thursday 6 May 2027 (hour: see the portal)",
        ),
        (
            Deadline(date(2027, 5, 6), kind=MomentKind.CUT_OFF),
            DeadlineKind.CUT_OFFS,
            "Volgende sluitdatum: donderdag 6 mei 2027 (uur: zie de portal)",
            "Next closing date: Thursday 6 May 2027 (hour: see the portal)",
        ),
        (
            Deadline(date(2027, 5, 6)),
            DeadlineKind.UNTIL_EXHAUSTED,
            "Sluit donderdag 6 mei 2027 (uur: zie de portal), of eerder als het geld op is",
            "Closes Thursday 6 May 2027 (hour: see the portal), or earlier when the money is spent",
        ),
        (None, DeadlineKind.UNTIL_EXHAUSTED, "Sluit als het geld op is", "Closes when the money is spent"),
        (None, DeadlineKind.ROLLING, "Doorlopend open", "Open at all times"),
        (None, DeadlineKind.UNKNOWN, "Sluitdatum onbekend", "Closing date unknown"),
        (None, DeadlineKind.FIXED, "Sluitdatum onbekend", "Closing date unknown"),
    ],
)
def test_how_a_call_closes(deadline: Deadline | None, kind: DeadlineKind, dutch: str, english: str) -> None:
    one = candidate(1, deadline=deadline, kind=kind)
    assert (say_closes(one, DUTCH), say_closes(one, ENGLISH)) == (dutch, english)


def test_the_hour_is_said_where_it_is_known() -> None:
    one = candidate(1)
    assert say_closes(one, DUTCH) == "Sluit dinsdag 16 februari 2027, 17.00 uur (Brusselse tijd)"
    assert say_closes(one, ENGLISH) == "Closes Tuesday 16 February 2027, 17:00 (Brussels time)"


MILLION = Decimal(1_000_000)


@pytest.mark.parametrize(
    ("budget", "dutch"),
    [
        (Budget(), ["Bedrag onbekend"]),
        (Budget(funding_rate=Decimal(60)), ["Bedrag onbekend", "60 % vergoed"]),
        (Budget(total=12 * MILLION), ["€ 12 miljoen in totaal"]),
        (Budget(total=12 * MILLION, shared=True), ["€ 12 miljoen in totaal, gedeeld met andere oproepen"]),
        (
            Budget(total=1500 * MILLION, expected_grants=1),
            ["€ 1,5 miljard in totaal voor 1 project"],
        ),
        (Budget(per_project_max=Decimal(400_000)), ["€ 400.000 per project"]),
        (
            Budget(per_project_min=MILLION, per_project_max=Decimal("1250000")),
            ["€ 1 miljoen tot € 1,25 miljoen per project"],
        ),
        (Budget(per_project_min=MILLION, per_project_max=MILLION), ["€ 1 miljoen per project"]),
    ],
)
def test_amounts_say_what_they_are_for(budget: Budget, dutch: list[str]) -> None:
    said = say_budget(candidate(1, budget=budget).call.data, DUTCH)
    assert [part.replace("\u00a0", " ") for part in said] == dutch


def test_english_amounts() -> None:
    budget = Budget(per_project_max=Decimal(1_200_000), funding_rate=Decimal("62.5"))
    said = say_budget(candidate(1, budget=budget).call.data, ENGLISH)
    assert [part.replace("\u00a0", " ") for part in said] == ["€1.2 million per project", "62.5% covered"]


def three_partners(rate: str = "70") -> tuple[Fact, ...]:
    return (Fact(FactName.CONSORTIUM_MINIMUM, "3", "."), Fact(FactName.FUNDING_RATE, rate, "."))


@pytest.mark.parametrize(
    ("budget", "facts", "dutch"),
    [
        (Budget(), (), "Eigen bijdrage: onbekend"),
        (Budget(), three_partners("veel"), "Eigen bijdrage: onbekend"),
        (Budget(), three_partners("0"), "Eigen bijdrage: onbekend"),
        (Budget(), three_partners("100"), "Eigen bijdrage: geen, 100 % wordt vergoed"),
        (Budget(), three_partners(), "Eigen bijdrage: 30 % van jullie deel van de kosten"),
        (
            Budget(per_project_max=Decimal(840_000)),
            three_partners(),
            "Eigen bijdrage: ongeveer € 120.000 (30 % van een aandeel van € 400.000, bij 3 gelijke partners)",
        ),
        (
            Budget(per_project_max=Decimal(840_000)),
            (Fact(FactName.CONSORTIUM_MINIMUM, "1", "."), Fact(FactName.FUNDING_RATE, "70", ".")),
            "Eigen bijdrage: ongeveer € 360.000 (30 % van € 1,2 miljoen, als jullie alleen aanvragen)",
        ),
        (
            Budget(per_project_max=Decimal(840_000), funding_rate=Decimal(70)),
            (),
            "Eigen bijdrage: ongeveer € 90.000 (30 % van een aandeel van € 300.000, als jullie een kwart van "
            "het project doen)",
        ),
    ],
)
def test_the_own_contribution_goes_as_far_as_the_figures_do(
    budget: Budget, facts: tuple[Fact, ...], dutch: str
) -> None:
    data = candidate(1, budget=budget, facts=facts).call.data
    assert say_contribution(data, DUTCH).replace("\u00a0", " ") == dutch


USUALLY_NONE = (
    "Eigen bijdrage: meestal geen. Dit soort oproep vergoedt meestal 100 %; hier staat het niet bij."
)


@pytest.mark.parametrize(
    ("action_type", "dutch"),
    [
        ("HORIZON  Research and Innovation Actions", USUALLY_NONE),  # with the portal's own two spaces
        ("HORIZON Innovation Actions", USUALLY_NONE),
        ("HORIZON Coordination and Support Actions", USUALLY_NONE),
        ("HORIZON JU Innovation Actions", "Eigen bijdrage: onbekend"),
        ("HORIZON Programme Cofund Actions", "Eigen bijdrage: onbekend"),
        ("HORIZON Innovation Actions, HORIZON Programme Cofund Actions", "Eigen bijdrage: onbekend"),
        ("LIFE Project Grants", "Eigen bijdrage: onbekend"),
        ("", "Eigen bijdrage: onbekend"),
    ],
)
def test_what_is_usual_for_a_type_of_action_is_said_as_that(action_type: str, dutch: str) -> None:
    data = replace(candidate(1).call.data, action_type=action_type)
    assert say_contribution(data, DUTCH).replace("\u00a0", " ") == dutch


def test_what_a_call_states_goes_before_what_is_usual() -> None:
    stated = candidate(1, facts=three_partners()).call.data
    data = replace(stated, action_type="HORIZON Innovation Actions")
    assert say_contribution(data, DUTCH).startswith("Eigen bijdrage: 30")


def fact_of(name: FactName, value: str) -> Fact:
    return Fact(name, value, ".")


@pytest.mark.parametrize(
    ("kind", "facts", "dutch"),
    [
        (DeadlineKind.UNKNOWN, (), ""),
        (DeadlineKind.ROLLING, (fact_of(FactName.CONSORTIUM_MINIMUM, "many"),), ""),
        (DeadlineKind.FIXED, (), "Dit vraagt het: aanvragen in één ronde"),
        (
            DeadlineKind.TWO_STAGE,
            (fact_of(FactName.CONSORTIUM_MINIMUM, "3"), fact_of(FactName.COST_MODEL, "actual_costs")),
            "Dit vraagt het: minstens 3 partners · aanvragen in twee rondes · alle kosten verantwoorden",
        ),
        (
            DeadlineKind.UNKNOWN,
            (fact_of(FactName.CONSORTIUM_MINIMUM, "4"), fact_of(FactName.CONSORTIUM_COUNTRIES, "3")),
            "Dit vraagt het: minstens 4 partners uit 3 landen",
        ),
        (
            DeadlineKind.UNKNOWN,
            (fact_of(FactName.CONSORTIUM_MINIMUM, "1"),),
            "Dit vraagt het: alleen aanvragen mag",
        ),
    ],
)
def test_the_burden_is_said_in_parts(kind: DeadlineKind, facts: tuple[Fact, ...], dutch: str) -> None:
    assert say_burden(candidate(1, kind=kind, facts=facts).call.data, DUTCH) == dutch


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://portal.example.org/a?b=1", "https://portal.example.org/a?b=1"),
        (" http://portal.example.org ", "http://portal.example.org"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//portal.example.org", ""),
        ("https://[broken", ""),
        ("https://portal.example.org/\r\nBcc: x", ""),
        ("", ""),
    ],
)
def test_only_web_addresses_become_links(url: str, safe: str) -> None:
    assert safe_url(url) == safe
    page = write(FYSIEK, plan_edition(FYSIEK, [candidate(1, url=url)], {}, first=False, now=NOW)).html
    links = [link["href"] for link in BeautifulSoup(page, "lxml").find_all("a")]
    assert links == ([safe] if safe else [])


def test_headings_are_in_order_and_foreign_titles_are_marked() -> None:
    soup = BeautifulSoup(write(FYSIEK, rich_plan(FYSIEK)).html, "lxml")
    levels = [int(heading.name[1]) for heading in soup.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert soup.html is not None
    assert soup.html["lang"] == "nl"
    assert soup.find(role="article") is not None
    titles = {heading.get_text(): heading.find(lang="en") for heading in soup.find_all("h3")}
    assert titles["2. Lokale warmte- en koudeplannen"] is None
    assert titles["1. Hydrogen cities: large-scale pilots"] is not None
    assert soup.select_one("span[lang=en]") is not None


def test_a_dutch_mail_has_no_english_but_the_calls_own_words() -> None:
    soup = BeautifulSoup(write(FYSIEK, rich_plan(FYSIEK), blind_spots=(INTERREG_DOWN,)).html, "lxml")
    for foreign in [*soup.find_all(lang="en"), *soup.select("style, .preheader")]:
        foreign.decompose()
    words = set(re.findall(r"[a-z]+", soup.get_text().casefold()))
    english = {"call", "calls", "deadline", "score", "the", "and", "with", "city", "match", "digest", "fit"}
    assert not words & english


def test_a_full_mail_stays_small_and_loads_nothing_from_elsewhere() -> None:
    calls = [candidate(number, title="T" * 500, url=f"https://e.org/{number}") for number in range(1, 40)]
    plan = plan_edition(FYSIEK, calls, {}, first=True, now=NOW)
    composed = write(FYSIEK, plan, public_url="https://kansen.example.org", answer_links=lambda _call: LINKS)
    assert len(plan.new) == 10
    assert len(composed.message.as_bytes()) < 100_000
    soup = BeautifulSoup(composed.html, "lxml")
    assert not soup.find_all(["img", "script", "link", "iframe"])
    assert "url(" not in composed.html
    assert "prefers-color-scheme: dark" in composed.html


def test_words_for_other_parts() -> None:
    assert strength_word(Strength.STRONG, "nl") == "past sterk"
    assert role_word(candidate(1).match.role, "en") == "lead"


ANY_TEXT = st.one_of(
    st.text(max_size=400),
    st.text(alphabet=st.characters(categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Lo"]), max_size=60),
    st.from_regex(r"[<>&\"'=\r\n{}%A-Z :@-]{0,80}", fullmatch=True),
)


@given(title=ANY_TEXT, name=ANY_TEXT, phrase=ANY_TEXT, programme=ANY_TEXT)
@example(title="A\r\nBcc: all@example.org", name="B\nBcc: x@example.org", phrase="<script>", programme="")
@example(title="{{ 7 * 7 }}<img src=x onerror=alert(1)>", name='"<a@b>" ', phrase="'", programme="\x00")
@example(title="x" * 50_000, name="é" * 300, phrase="y" * 9_000, programme="z" * 9_000)
@example(title="\ud800\u202e", name="\ud800", phrase="\udfff", programme="\u2028")
def test_whatever_a_source_writes_the_mail_is_whole(
    title: str, name: str, phrase: str, programme: str
) -> None:
    contact = replace(FYSIEK, name=name)
    one = candidate(1, title=title, programme=programme)
    reasons = tuple(replace(reason, phrase=phrase) for reason in one.match.reasons)
    one = replace(one, match=replace(one.match, reasons=reasons))
    plan = plan_edition(contact, [one], {}, first=False, now=NOW)
    spot = BlindSpot(title=(title, title), area=(phrase, phrase), since=None, state=SourceState.DOWN)
    composed = write(contact, plan, blind_spots=(spot,))
    message = read_back(composed)
    assert not message.defects
    assert sorted(message.keys()) == sorted(composed.message.keys())
    assert "Bcc" not in message
    assert message["Subject"] == composed.subject
    assert message["To"].addresses[0].addr_spec == contact.email
    assert kinds_of(message)[:2] == ["text/plain", "text/html"]
    page = BeautifulSoup(composed.html, "lxml")
    assert not page.find_all(["script", "img"])
    assert len(page.find_all("h3")) == 1


@given(city=ANY_TEXT)
@example(city="Stad\r\nBcc: x@example.org")
@example(city="'s-Gravenhage " * 40)
def test_a_subject_with_any_words_parses_back_as_it_was(city: str) -> None:
    composed = compose(
        ADVISER,
        plan_edition(ADVISER, [candidate(1)], {}, first=False, now=NOW),
        municipality=replace(HAARLEM, name=city),
        programme_names={},
        blind_spots=(),
        sources_read=1,
        warnings=(),
        edition="2026-W48",
        now=NOW,
        sender="kansen@example.org",
    )
    assert read_back(composed)["Subject"] == composed.subject
    assert "Bcc" not in read_back(composed)
