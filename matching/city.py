"""Reads what a city can be in a project: lead, partner or test site, with the sentence that says so."""

import re
from dataclasses import dataclass
from functools import lru_cache

from matching.text import sentences
from tracker.core.call import CallText
from tracker.core.match import CityRole

_CITY = (
    r"(?:cit(?:y|ies)|municipalit(?:y|ies)|municipal|towns?|local (?:and/?or |and |or )?(?:regional )?"
    r"(?:public )?(?:authorit(?:y|ies)|governments?|administrations?)|"
    r"regional (?:and|or|and/or) local authorities|"
    r"public (?:authorit(?:y|ies)|buyers?|procurers?|administrations?|bodies)|urban authorit(?:y|ies)|"
    r"gemeenten?|lokale overheden|steden)"
)
_LEAD = (
    r"\btown[- ]twinning\b",
    rf"(?:applicants?|coordinators?|lead partners?|beneficiaries)\b[^.]{{0,80}}"
    rf"\b(?:must|should|can|may|are|is)\b[^.]{{0,60}}\b{_CITY}",
    rf"\b(?:submitted|led|coordinated|implemented) by[^.]{{0,60}}\b{_CITY}",
    rf"\b(?:open to|targets?|addressed to|aimed at)[^.]{{0,60}}\b{_CITY}",
    r"\bconsorti(?:um|a)\b[^.]{0,80}\b(?:must|should|include)\b[^.]{0,80}\bpublic (?:buyers|procurers)",
    r"\b(?:public buyers|public procurers|procurers)\b[^.]{0,60}"
    r"\b(?:must|should|will|are expected to|are invited)\b",
    r"\b(?:towns|municipalities)\b[^.]{0,60}\b(?:apply|applying|applicants?|twinning|twinned)\b",
    r"\b(?:aanvragers?|penvoerder)\b[^.]{0,80}\bgemeenten?\b",
)
_PARTNER = (
    rf"\b(?:involv|engag|includ|collaborat|cooperat|co-?creat|partner|participat|work)\w*\b[^.]{{0,120}}\b{_CITY}",
    rf"\b{_CITY}\b[^.]{{0,80}}\b(?:involved|engaged|participat\w+|collaborat\w+|partners?|as end.?users)\b",
    rf"\b{_CITY}\b[^.]{{0,40}}\btakes? part\b",
    rf"\b(?:support|grants?|funding) (?:is|are) given to\b[^.]{{0,40}}\b{_CITY}",
    r"\bsamen met\b[^.]{0,60}\b(?:gemeenten?|steden)\b",
)
_TEST_SITE = (
    rf"\b(?:demonstrat|pilot|test|deploy|implement|replicat|living lab)\w*\b[^.]{{0,140}}"
    rf"\b(?:{_CITY}|neighbourhoods?|districts?|urban areas?)\b",
    r"\b(?:neighbourhoods?|districts?|cities)\b[^.]{0,80}"
    r"\b(?:demonstration|pilots?|living labs?|test(?:ed|ing)?)\b",
)
_OF_CITIES = re.compile(
    rf"\b(?:{_CITY}|urban|neighbourhoods?|districts?|stedelijk\w*|wijken?)\b", re.IGNORECASE
)
"""Words of a call that is about cities."""
_NEAR_CITIES = re.compile(
    r"\b(?:citizens?|civic|communit(?:y|ies)|regions?|public (?:sector|services?)|inwoners)\b", re.IGNORECASE
)
"""Words that research on society uses as well: they count for little."""
_NEAR_WEIGHT = 0.25
_AGAINST = (
    (
        "alleen voor onderzoekers",
        r"\b(?:principal investigators?|postdoctoral|fellowships?|"
        r"individual researchers?|doctoral candidates?)\b",
    ),
    ("fundamenteel onderzoek", r"\b(?:fundamental|frontier|basic|blue.sky) (?:research|science)\b"),
    ("klinisch onderzoek", r"\bclinical (?:trials?|stud(?:y|ies))\b"),
    ("landbouw op het platteland", r"\b(?:farmers?|foresters?|rural (?:areas|communities))\b"),
    (
        "industriële productie",
        r"\b(?:industrial (?:process|production|plants?|partners)|manufacturers|biorefiner\w+|pilot line)\b",
    ),
    ("ruimtevaart, luchtvaart of defensie", r"\b(?:spacecraft|satellites?|aircraft|defence|military)\b"),
    ("ontwikkelingslanden", r"\b(?:sub-saharan|developing countries|low-income|low- and middle-income)\b"),
)
_WORDS_A_MENTION = 60.0
"""A call that names cities once in so many words is about them."""
_IN_PASSING = 2
"""So many words of cities are more than a passing one."""
_FEW_WORDS = 150
"""A text of fewer words says too little to hold its silence against it."""


@dataclass(frozen=True, slots=True)
class CityFit:
    """What a call says about cities: their role, its sentence, and what speaks against a city.

    `factor` multiplies the score: 1.25 where a city can lead, down to 0.2 where nothing is for cities.
    `of_cities` counts the words of cities that it says.
    """

    role: CityRole
    sentence: str
    against: tuple[tuple[str, str], ...]
    factor: float
    says_little: bool = False
    of_cities: int = 0

    @property
    def is_open(self) -> bool:
        """Tell whether a city has a place in it, as far as so few or so many words can tell."""
        return self.role is not CityRole.NONE_SEEN or self.says_little

    @property
    def names_cities(self) -> bool:
        """Tell whether it speaks of cities more than in passing, as far as so few words can tell."""
        return self.of_cities >= _IN_PASSING or self.says_little or self.role is CityRole.LEAD

    @property
    def is_shut(self) -> bool:
        """Tell whether it is for others: something speaks against a city and nothing for it."""
        return bool(self.against) and self.role is CityRole.NONE_SEEN


def city_fit(text: CallText, action_type: str = "") -> CityFit:
    """Read a call's words for the place of a city in it. Nothing said is no evidence against."""
    return _fit(f"{text.title}\n{text.body}", text.conditions, action_type)


@lru_cache(maxsize=4096)
def _fit(body: str, conditions: str, action_type: str) -> CityFit:
    role, sentence = _role(body, conditions)
    if re.search(r"procurement", action_type, re.IGNORECASE) and role is not CityRole.LEAD:
        role, sentence = CityRole.LEAD, action_type
    words = len(body.split())
    of_cities = len(_OF_CITIES.findall(body))
    mentions = of_cities + len(_NEAR_CITIES.findall(body))
    against = tuple(
        (name, found.group())
        for name, pattern in _AGAINST_PATTERNS
        if (found := _repeated(pattern, body, least=max(2, mentions // 2)))
    )
    said = of_cities + _NEAR_WEIGHT * (mentions - of_cities)
    density = min(1.0, said / max(1.0, words / _WORDS_A_MENTION))
    if words < _FEW_WORDS:
        density = max(density, 0.8)
    base = {CityRole.LEAD: 0.75, CityRole.PARTNER: 0.68, CityRole.TEST_SITE: 0.62, CityRole.NONE_SEEN: 0.4}[
        role
    ]
    factor = (base + 0.5 * density) * (0.75 ** min(2, len(against)))
    return CityFit(role, sentence, against, factor, words < _FEW_WORDS, of_cities)


def _role(body: str, conditions: str) -> tuple[CityRole, str]:
    parts = [*sentences(body), *sentences(conditions)]
    for role, patterns in _ROLE_PATTERNS:
        for part in parts:
            if any(pattern.search(part) for pattern in patterns):
                return role, part[:400]
    return CityRole.NONE_SEEN, ""


def _repeated(pattern: re.Pattern[str], text: str, *, least: int) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return found[0] if len(found) >= least else None


_ROLE_PATTERNS = tuple(
    (role, tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns))
    for role, patterns in (
        (CityRole.LEAD, _LEAD),
        (CityRole.PARTNER, _PARTNER),
        (CityRole.TEST_SITE, _TEST_SITE),
    )
)
_AGAINST_PATTERNS = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _AGAINST)
