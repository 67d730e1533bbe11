"""The kinds of call that Haarlem must never miss, by real identifiers: in the top ten of their priority."""

from functools import cache

import pytest

from matching.ranker import Ranker
from tests.real_data import NOW, real_calls
from tracker.core.match import Match
from tracker.core.profile import Strength
from tracker.profile_file import load_profile, shipped_profile_path

HAARLEM = load_profile(shipped_profile_path())

NEVER_TO_BE_MISSED = [
    ("urban food", "circulair", "HORIZON-CL6-2027-02-COMMUNITIES-02"),
    ("circular city", "circulair", "HORIZON-CL6-2027-01-CIRCBIO-01-two-stage"),
    ("circular city", "circulair", "HORIZON-CL6-2027-01-CIRCBIO-02-two-stage"),
    ("circular city", "circulair", "HORIZON-MISS-2026-04-CIT-NEB-B4P-CCRI-03"),
    ("circular city", "circulair", "HORIZON-MISS-2027-04-CIT-CCRI-04"),
    ("innovation procurement", "inkoop", "HORIZON-EIE-2027-01-CONNECT-02"),
    ("innovation procurement", "inkoop", "HORIZON-MISS-2027-04-CIT-05"),
    ("public buyers", "inkoop", "HORIZON-CL3-2026-01-SSRI-03"),
    ("public buyers", "inkoop", "HORIZON-CL3-2026-01-SSRI-02"),
    ("town twinning", "sociaal", "CERV-2026-CITIZENS-TOWN-TT"),
    ("citizens' participation", "sociaal", "HORIZON-NEB-2027-01-PARTICIPATION-01"),
    ("cultural cooperation", "cultuur", "HORIZON-CL2-2026-01-HERITAGE-05"),
    ("climate-neutral cities", "klimaat", "HORIZON-MISS-2026-04-CIT-02"),
    ("climate-neutral cities", "klimaat", "HORIZON-MISS-2026-04-CIT-01"),
    ("climate-neutral cities", "klimaat", "LIFE-2026-CET-HEATCOOLPLAN"),
]


@cache
def ranking() -> dict[str, dict[str, Match]]:
    calls = real_calls()
    identifiers = {call.id: call.data.identifier for call in calls}
    found: dict[str, dict[str, Match]] = {}
    for match in Ranker.fit(calls).rank(HAARLEM, NOW):
        found.setdefault(match.priority, {})[identifiers[match.call_id]] = match
    return found


@pytest.mark.parametrize(("kind", "slug", "identifier"), NEVER_TO_BE_MISSED)
def test_it_is_in_the_top_ten_of_its_priority(kind: str, slug: str, identifier: str) -> None:
    match = ranking()[slug].get(identifier)
    assert match is not None, f"{kind}: {identifier} is not ranked at all"
    assert 1 <= match.rank <= 10, f"{kind}: {identifier} has rank {match.rank}"
    assert match.strength.rank >= Strength.GOOD.rank, f"{kind}: {identifier} is only {match.strength}"


@pytest.mark.parametrize("slug", [priority.slug for priority in HAARLEM.priorities])
def test_a_strong_fit_stays_rare(slug: str) -> None:
    strengths = [match.strength for match in ranking()[slug].values()]
    assert strengths.count(Strength.STRONG) <= 15


def test_no_call_for_lone_researchers_is_good() -> None:
    for matches in ranking().values():
        for identifier, match in matches.items():
            if identifier.startswith(("ERC-", "HORIZON-MSCA-2026-PF")):
                assert match.strength is Strength.NONE, identifier
