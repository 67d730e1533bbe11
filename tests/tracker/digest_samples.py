"""Makes the calls, plans and mails that the tests of the digest share; made-up calls with real shapes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from tracker.core.call import (
    Budget,
    Call,
    CallData,
    CallText,
    Claim,
    Deadline,
    DeadlineKind,
    Fact,
    FactName,
    MomentKind,
)
from tracker.core.delivery import Line
from tracker.core.match import CityRole, Match, Reason, ReasonKind
from tracker.core.profile import (
    Contact,
    Domain,
    LeadTimes,
    Municipality,
    Priority,
    PriorityText,
    Strength,
    Theme,
)
from tracker.core.run import SourceState
from tracker.digest.compose import BlindSpot, Composed, compose
from tracker.digest.edition import Candidate, EditionPlan, plan_edition
from tracker.profile_file import ProfileWarning

CLOSES = Deadline(date(2027, 2, 16), dt.time(17, 0))
NOT_STATED = Budget()
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=dt.UTC)  # Monday 23 November 2026, 8.00 in Haarlem
MONDAY = date(2026, 11, 23)
PROGRAMMES = {
    "life": ("LIFE", "LIFE"),
    "horizon-europe": ("Horizon Europa", "Horizon Europe"),
    "creative-europe": ("Creatief Europa", "Creative Europe"),
}


def priority(slug: str = "klimaat", *, nl: str = "Klimaatneutraal", en: str = "Climate neutral") -> Priority:
    words = {"niche": "buurt voor buurt", "description": "warmte en woningen", "keywords": ("warmtenet",)}
    return Priority(
        slug=slug,
        theme=Theme.PHYSICAL,
        domains=(Domain.FYSIEK,),
        objectives=("greener",),
        nl=PriorityText(title=nl, **words),  # type: ignore[arg-type]
        en=PriorityText(title=en, **words),  # type: ignore[arg-type]
    )


KLIMAAT = priority()
CIRCULAIR = priority("circulair", nl="Circulaire economie", en="Circular economy")
HAARLEM = Municipality(
    slug="haarlem",
    name="Haarlem",
    country="NL",
    nuts=("NL324",),
    inhabitants=165_000,
    programmes=("life",),
    priorities=(KLIMAAT, CIRCULAIR),
    ties=(),
    lead_times=LeadTimes(),
)
FYSIEK = Contact(name="Domein Fysiek", email="domein-fysiek@example.org", domains=(Domain.FYSIEK,))
ADVISER = Contact(name="Europe Adviser", email="adviser@example.org", language="en")

HEAT = Reason(ReasonKind.TERM, "warmtenetten", phrase="district heating", where="body", share=0.6)
REUSE = Reason(ReasonKind.TERM, "hergebruik in de bouw", phrase="reuse of materials", share=1.0)
PLANS = Reason(ReasonKind.TERM, "plannen van gemeenten", phrase="local authorities", where="title", share=0.3)


def candidate(
    number: int,
    *,
    title: str | None = None,
    dutch: str | None = None,
    deadline: Deadline | None = CLOSES,
    more_deadlines: Sequence[Deadline] = (),
    kind: DeadlineKind = DeadlineKind.FIXED,
    decide_by: date | None = date(2027, 1, 12),
    strength: Strength = Strength.STRONG,
    score: float = 1.0,
    choice: Priority = KLIMAAT,
    also: tuple[Priority, ...] = (),
    budget: Budget = NOT_STATED,
    facts: tuple[Fact, ...] = (),
    claim: Claim | None = Claim.OPEN,
    opens_on: date | None = None,
    role: CityRole = CityRole.LEAD,
    reasons: tuple[Reason, ...] = (HEAT, PLANS),
    blocked: str = "",
    url: str | None = None,
    programme: str = "life",
    body: str = "",
) -> Candidate:
    english = CallText("en", title if title is not None else f"Local heat plans {number}", body)
    texts = (english, CallText("nl", dutch)) if dutch else (english,)
    data = CallData(
        source="eu_portal",
        source_ref=str(number),
        identifier=f"LIFE-2027-CET-{number}",
        url=f"https://portal.example.org/topic/{number}" if url is None else url,
        texts=texts,
        programme=programme,
        claim=claim,
        opens_on=opens_on,
        deadlines=(*((deadline,) if deadline else ()), *more_deadlines),
        deadline_kind=kind,
        budget=budget,
        facts=facts,
    )
    match = Match(
        call_id=number,
        priority=choice.slug,
        score=score,
        strength=strength,
        rank=number,
        reasons=reasons,
        role=role,
        blocked=blocked,
    )
    return Candidate(
        call=Call(id=number, data=data, first_seen=NOW, last_seen=NOW),
        match=match,
        priority=choice,
        also=also,
        decide_by=decide_by,
        next_deadline=deadline,
    )


def rich_plan(contact: Contact) -> EditionPlan:
    """An edition with every section, and a call of each shape in it."""
    full = Budget(
        total=Decimal(12_000_000),
        per_project_min=Decimal(800_000),
        per_project_max=Decimal(1_200_000),
        expected_grants=10,
        funding_rate=Decimal(95),
    )
    consortium = (
        Fact(FactName.CONSORTIUM_MINIMUM, "3", "at least three applicants"),
        Fact(FactName.CONSORTIUM_COUNTRIES, "3", "from three different countries"),
        Fact(FactName.COST_MODEL, "lump_sum", "lump sum"),
    )
    calls = [
        candidate(
            1, dutch="Lokale warmte- en koudeplannen", budget=full, facts=consortium, also=(CIRCULAIR,)
        ),
        candidate(
            2,
            title="Hydrogen cities: large-scale pilots",
            programme="horizon-europe",
            deadline=Deadline(date(2027, 2, 3), dt.time(17, 0)),
            decide_by=date(2026, 11, 13),
            budget=Budget(total=Decimal(20_000_000), shared=True),
            role=CityRole.TEST_SITE,
        ),
        candidate(
            3,
            title="Circular building in historic city centres",
            choice=CIRCULAIR,
            strength=Strength.GOOD,
            deadline=None,
            kind=DeadlineKind.UNTIL_EXHAUSTED,
            decide_by=None,
            reasons=(REUSE,),
            role=CityRole.PARTNER,
            budget=Budget(per_project_max=Decimal(400_000), funding_rate=Decimal(60)),
        ),
        candidate(
            4,
            title="Neighbourhood renovation by residents",
            strength=Strength.GOOD,
            claim=Claim.FORTHCOMING,
            opens_on=date(2027, 1, 15),
            deadline=Deadline(date(2027, 5, 6), kind=MomentKind.STAGE_1),
            more_deadlines=(Deadline(date(2027, 11, 4), kind=MomentKind.STAGE_2),),
            kind=DeadlineKind.TWO_STAGE,
            decide_by=date(2027, 2, 15),
            role=CityRole.NONE_SEEN,
        ),
        candidate(5, title="Clean city logistics", decide_by=date(2026, 11, 30)),
        candidate(
            6,
            title="Small grants for energy communities",
            deadline=Deadline(date(2026, 12, 4)),
            decide_by=date(2026, 9, 16),
        ),
    ]
    return plan_edition(contact, calls, told_in_rich_plan(), first=False, now=NOW)


def told_in_rich_plan() -> Mapping[int, Line]:
    from tracker.core.delivery import LineReason

    def line(number: int, deadline: date) -> Line:
        return Line(call_id=number, reason=LineReason.NEW, priority="klimaat", deadline=deadline)

    return {
        2: line(2, date(2027, 2, 24)),
        5: line(5, date(2027, 2, 16)),
        6: line(6, date(2026, 12, 4)),
    }


def write(
    contact: Contact,
    plan: EditionPlan,
    *,
    blind_spots: Sequence[BlindSpot] = (),
    sources_read: int = 14,
    public_url: str | None = None,
    warnings: Sequence[ProfileWarning] = (),
    demo: bool = False,
    **more: object,
) -> Composed:
    return compose(
        contact,
        plan,
        municipality=HAARLEM,
        programme_names=PROGRAMMES,
        blind_spots=blind_spots,
        sources_read=sources_read,
        warnings=warnings,
        edition="2026-W48",
        now=NOW,
        sender="Europese kansen <kansen@example.org>",
        public_url=public_url,
        demo=demo,
        **more,  # type: ignore[arg-type]
    )


INTERREG_DOWN = BlindSpot(
    title=("Interreg", "Interreg"),
    area=("samenwerking over de grens", "working across borders"),
    since=date(2026, 11, 9),
    state=SourceState.DOWN,
)
