"""Values that the tests of the store share: one full call, and recipes for any."""

import datetime as dt
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import strategies as st

from db import calls
from db.engine import Engine, session_scope
from tracker.core.call import (
    Budget,
    CallData,
    CallText,
    Claim,
    Deadline,
    DeadlineKind,
    Fact,
    FactName,
    MomentKind,
)

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 6, 15, 0, 123456, tzinfo=UTC)

FULL = CallData(
    source="portal",
    source_ref="4711",
    identifier="CITIES-2027-WATER-01",
    url="https://example.org/4711",
    texts=(
        CallText("nl", "Stedelijk water", "Eerste alinea.\n\nTweede — met ü.", ("water", "klimaat")),
        CallText("en", "Urban water", "Body", ("water",), "Destination", "Conditions"),
    ),
    programme="horizon",
    programme_code="43108390",
    call_identifier="CITIES-2027",
    call_title="Cities",
    claim=Claim.OPEN,
    opens_on=dt.date(2026, 10, 1),
    deadlines=(
        Deadline(dt.date(2027, 9, 1), None, MomentKind.STAGE_2),
        Deadline(dt.date(2027, 2, 1), dt.time(17), MomentKind.STAGE_1),
    ),
    deadline_kind=DeadlineKind.TWO_STAGE,
    budget=Budget(
        Decimal("12000000.50"),
        "EUR",
        True,
        Decimal(1),
        Decimal("2e6"),
        expected_grants=4,
        funding_rate=Decimal(70),
    ),
    action_type="IA",
    tags=("cities", "adaptation"),
    facts=(Fact(FactName.CONSORTIUM_MINIMUM, "3", "At least three partners."),),
)


def data(ref: str = "1", **said: object) -> CallData:
    """Make a small call of the portal with this reference."""
    values: dict[str, object] = {
        "source": "portal",
        "source_ref": ref,
        "identifier": f"CALL-{ref}",
        "url": f"https://example.org/{ref}",
        "texts": (CallText("en", f"Title {ref}"),),
        **said,
    }
    return CallData(**values)  # type: ignore[arg-type]  # each test names fields of CallData


def keep(engine: Engine, *kept: CallData) -> list[int]:
    """Insert calls that were met now; gives their ids."""
    with session_scope(engine) as session:
        return [calls.insert(session, each, at=NOW, run_id=None) for each in kept]


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
AMOUNTS = st.none() | st.decimals(min_value=0, max_value=10**12, places=2)
TEXTS = st.builds(
    CallText,
    language=st.sampled_from(["en", "nl", "de", "fr"]),
    title=WORDS,
    body=WORDS,
    keywords=st.lists(WORDS, max_size=3).map(tuple),
    destination=WORDS,
    conditions=WORDS,
)
CALLS = st.builds(
    CallData,
    source=st.sampled_from(["portal", "subsidies"]),
    source_ref=WORDS,
    identifier=WORDS,
    url=WORDS,
    texts=st.lists(TEXTS, min_size=1, max_size=3, unique_by=lambda text: text.language).map(tuple),
    programme=WORDS,
    programme_code=WORDS,
    call_identifier=WORDS,
    call_title=WORDS,
    claim=st.none() | st.sampled_from(Claim),
    opens_on=st.none() | st.dates(),
    deadlines=st.lists(
        st.builds(Deadline, date=st.dates(), time=st.none() | st.times(), kind=st.sampled_from(MomentKind)),
        max_size=3,
    ).map(tuple),
    deadline_kind=st.sampled_from(DeadlineKind),
    budget=st.builds(
        Budget,
        total=AMOUNTS,
        currency=st.sampled_from(["EUR", "SEK"]),
        shared=st.booleans(),
        per_project_min=AMOUNTS,
        per_project_max=AMOUNTS,
        expected_grants=st.none() | st.integers(0, 1000),
        funding_rate=AMOUNTS,
    ),
    action_type=WORDS,
    tags=st.lists(WORDS, max_size=3).map(tuple),
    facts=st.lists(
        st.builds(Fact, name=st.sampled_from(FactName), value=WORDS, sentence=WORDS), max_size=3
    ).map(tuple),
)
