"""Makes calls of the European Urban Initiative's cards and pages, and knows whose call a card is."""

import re
from datetime import date, timedelta
from urllib.parse import urlsplit

from scrapers.platforms.applicants import applicant_facts
from scrapers.platforms.portico import Card, slug_of
from scrapers.platforms.urban_pages import HOME, STANDING, Detail, Standing, StandingPage
from tracker.core.call import (
    Budget,
    CallData,
    CallText,
    Claim,
    Deadline,
    DeadlineKind,
    Fact,
    FactName,
)

OWN, OTHERS = "eui", "urban-other"
"""Our slugs: the initiative's own calls, and those of other bodies in its catalogue."""

OWN_NAME = "European Urban Initiative"
PLACEHOLDER_AFTER = timedelta(days=548)
"""Eighteen months: permanent calls carry a date years ahead (`31/12/2028`) because the form wants one."""

_PERMANENT = re.compile(r"\bcity[-\s]to[-\s]city\b|\bpeer[-\s]review", re.IGNORECASE)
_IS_OWN = re.compile(r"\beuropean urban initiative\b|\bEUI\b", re.IGNORECASE)


def is_own(card: Card) -> bool:
    """Tell whether a card is the initiative's own call: by its owner, else by where it leads."""
    if card.owner:
        return _IS_OWN.search(card.owner) is not None
    return urlsplit(card.url).netloc == urlsplit(HOME).netloc


def standing_of(card: Card) -> Standing | None:
    """Give the standing opportunity that a card shows, or None; a closed card is one of the past."""
    if not is_own(card) or card.claim is Claim.CLOSED:
        return None
    return next((standing for standing in STANDING if standing.cards.search(card.title)), None)


def has_detail(card: Card) -> bool:
    """Tell whether a card's own page is worth reading: an own call that is open or coming."""
    url = urlsplit(card.url)
    is_page = url.netloc == urlsplit(HOME).netloc and url.path.startswith("/calls-proposals/")
    return is_page and is_own(card) and card.claim is not Claim.CLOSED


def call_of_card(card: Card, *, detail: Detail, today: date | None, source: str) -> CallData:
    """Make a call of a card and what its own page adds; where both have a deadline, the page's has the hour.

    `today` tells a placeholder from a deadline; without it every date is taken as it stands.
    """
    rolling = _is_placeholder(card, today)
    deadline = None if rolling else detail.deadline or (Deadline(card.deadline) if card.deadline else None)
    kind = DeadlineKind.FIXED if deadline else DeadlineKind.UNKNOWN
    return CallData(
        source=source,
        source_ref=card.reference,
        identifier=slug_of(card.title),
        url=card.url,
        texts=(_text(card),),
        programme=OWN if is_own(card) else OTHERS,
        programme_code=card.owner,
        claim=Claim.CLOSED if detail.is_closed and card.claim is Claim.OPEN else card.claim,
        opens_on=detail.opens_on,
        deadlines=(deadline,) if deadline else (),
        deadline_kind=DeadlineKind.ROLLING if rolling else kind,
        budget=Budget(total=detail.total, per_project_max=card.amount),
        facts=_facts(card, detail),
    )


def call_of_standing(standing: Standing, page: StandingPage, *, source: str) -> CallData:
    """Make a call that is always open of its page; the catalogue's date for it is a placeholder."""
    return CallData(
        source=source,
        source_ref=standing.reference,
        identifier=standing.reference,
        url=standing.url,
        texts=(CallText("en", standing.title, page.body, conditions=page.proof),),
        programme=OWN,
        programme_code=OWN_NAME,
        claim=Claim.OPEN,
        deadline_kind=DeadlineKind.ROLLING,
        facts=(*page.facts, Fact(FactName.OWNER, OWN_NAME, standing.title)),
    )


def _is_placeholder(card: Card, today: date | None) -> bool:
    if today is None or card.deadline is None or not is_own(card):
        return False
    return _PERMANENT.search(card.title) is not None and card.deadline > today + PLACEHOLDER_AFTER


def _text(card: Card) -> CallText:
    conditions = [*card.applicants, card.amount_words]
    return CallText(
        "en", card.title, "\n".join(card.words), conditions="\n".join(line for line in conditions if line)
    )


def _facts(card: Card, detail: Detail) -> tuple[Fact, ...]:
    owner = (Fact(FactName.OWNER, card.owner, f"By {card.owner}"),) if card.owner else ()
    fund = (Fact(FactName.FUND, "ERDF", detail.line),) if re.search(r"\bERDF\b", detail.line) else ()
    return (*owner, *fund, *applicant_facts(card.applicants))
