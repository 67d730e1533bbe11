"""Small calls of our own making, for the tests of matching."""

import datetime as dt

from tracker.core.call import Call, CallData, CallText, Claim, Deadline

NOW = dt.datetime(2026, 11, 2, 8, 0, tzinfo=dt.UTC)


def make_call(
    number: int,
    title: str,
    body: str = "",
    *,
    conditions: str = "",
    destination: str = "",
    keywords: tuple[str, ...] = (),
    dutch: CallText | None = None,
    programme: str = "life",
    action_type: str = "",
    claim: Claim | None = Claim.OPEN,
    deadline: dt.date | None = dt.date(2027, 2, 16),
) -> Call:
    """Give a call that is open at NOW unless told otherwise."""
    text = CallText("en", title, body, keywords, destination, conditions)
    data = CallData(
        source="test",
        source_ref=str(number),
        identifier=f"TEST-{number}",
        url=f"https://calls.example/{number}",
        texts=(text, dutch) if dutch else (text,),
        programme=programme,
        action_type=action_type,
        claim=claim,
        deadlines=(Deadline(deadline),) if deadline else (),
    )
    return Call(id=number, data=data, first_seen=NOW, last_seen=NOW)


HEAT = make_call(
    1,
    "Local heating and cooling plans for towns",
    "Municipalities draw up heating and cooling plans. Projects work together with local authorities on "
    "district heating, heat pumps and the renovation of buildings. Pilots run in at least three cities.",
)
FOOD = make_call(
    2,
    "Urban food systems that last",
    "Cities work on sustainable food: short food supply chains, less food waste and healthy diets. Projects "
    "involve local authorities and community gardens.",
)
PHYSICS = make_call(
    3,
    "Quarks at high energy",
    "Fundamental research on particles by individual researchers. Fundamental research needs detectors. The "
    "grant pays postdoctoral staff and a principal investigator for work on quarks and gluons.",
)
PROCUREMENT = make_call(
    4,
    "Pre-commercial procurement by public buyers",
    "A buyers group of public procurers holds an open market consultation. Public procurement of innovative "
    "solutions helps cities as first customer.",
    programme="horizon-europe",
)
TOWNS = make_call(
    5,
    "Town twinning between citizens",
    "Towns bring citizens together. Town twinning helps citizen participation, social inclusion and "
    "remembrance.",
    programme="cerv",
)
CLOSED = make_call(6, "District heating in old towns", "Heat networks.", deadline=dt.date(2026, 5, 1))
OTHER_PROGRAMME = make_call(7, "District heating for armies", "Heat networks.", programme="defence-fund")
CALLS = [HEAT, FOOD, PHYSICS, PROCUREMENT, TOWNS, CLOSED, OTHER_PROGRAMME]
