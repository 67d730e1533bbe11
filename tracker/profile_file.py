"""Reads a city's profile (its chosen priorities) from a TOML file, and tells what needs a second look."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from tracker.core.errors import ConfigError, WrongValueError, dutch_reason
from tracker.core.profile import (
    Domain,
    LeadTimes,
    Municipality,
    Places,
    Priority,
    PriorityText,
    Recess,
    Theme,
    Tie,
    WatchedPage,
)

MAX_PRIORITIES = 5
"""More dilutes the strategy: "niet op meer dan drie tot vijf prioriteiten" (the city's own note)."""
FEWEST_PRIORITIES = 3
_LEAP_YEAR = 2000  # so that 29 February may begin or end a recess

OBJECTIVES: dict[str, tuple[str, str]] = {
    "smarter": ("slimmer Europa", "smarter Europe"),
    "greener": ("groener Europa", "greener Europe"),
    "more-connected": ("beter verbonden Europa", "more connected Europe"),
    "more-social": ("socialer Europa", "more social Europe"),
    "closer-to-citizens": ("Europa dichter bij de burgers", "Europe closer to citizens"),
    "digital-transition": ("digitale transitie", "digital transition"),
    "green-deal": ("Europese Green Deal", "European Green Deal"),
    "social-pillar": ("Europese pijler van sociale rechten", "European pillar of social rights"),
    "urban-agenda": ("Urban Agenda voor de EU", "Urban Agenda for the EU"),
    "creative-europe": ("Creatief Europa", "Creative Europe"),
}
"""What a priority may hang on, by slug, with its Dutch and English name."""

THEME_NAMES = {
    Theme.ECONOMIC: ("economisch", "economic"),
    Theme.SOCIAL: ("sociaal", "social"),
    Theme.PHYSICAL: ("fysiek", "physical"),
}
_ALL_THEMES = (
    "Jullie eigen nota wil bij elk thema iets: economisch, sociaal en fysiek.",
    "Your own note wants something for each theme: economic, social and physical.",
)


@dataclass(frozen=True, slots=True)
class ProfileWarning:
    """Something in a profile that a person should look at; the profile still works."""

    code: str
    nl: str
    en: str


def load_profile(path: Path) -> Municipality:
    """Read and check a profile.

    Raises:
        ConfigError: the file cannot be read, is no TOML, or says something that is not allowed; its `key` is
            the place in the file (counted from 1) and its message what was expected there.
    """
    try:
        with path.open("rb") as stream:
            raw = tomllib.load(stream)
    except OSError as error:
        raise ConfigError(
            f"a readable file was expected ({error.strerror})",
            file=str(path),
            nl=f"verwacht werd een leesbaar bestand ({dutch_reason(error)})",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"a TOML file was expected ({error})",
            file=str(path),
            nl=f"verwacht werd een TOML-bestand ({dutch_reason(error)})",
        ) from error
    try:
        profile = _ProfileFile.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        dutch, english = _expected(first)
        raise ConfigError(english, file=str(path), key=_key(first["loc"]), nl=dutch) from error
    _check_once(path, "programmes", profile.programmes)
    _check_once(path, "watched", [page.name for page in profile.watched])
    _check_once(path, "priorities", [priority.slug for priority in profile.priorities])
    return profile.municipality()


def shipped_profile_path() -> Path:
    """Give the profile that comes with the product: Haarlem's, for its council to confirm."""
    return Path(str(files("tracker") / "profiles" / "haarlem.toml"))


def profile_warnings(municipality: Municipality) -> tuple[ProfileWarning, ...]:
    """Tell where a profile strays from the city's own rules of balance: number, themes, transitions."""
    priorities = municipality.priorities
    found = []
    if len(priorities) < FEWEST_PRIORITIES:
        found.append(
            ProfileWarning(
                "few-priorities",
                f"Aantal prioriteiten: {len(priorities)}. Jullie eigen nota vraagt er drie tot vijf.",
                f"Number of priorities: {len(priorities)}. Your own note asks for three to five.",
            )
        )
    chosen = {priority.theme for priority in priorities}
    for theme, (dutch, english) in THEME_NAMES.items():
        if theme not in chosen:
            nl = f"Geen van jullie prioriteiten hoort bij het thema ‘{dutch}’. {_ALL_THEMES[0]}"
            en = f"None of your priorities belongs to the theme ‘{english}’. {_ALL_THEMES[1]}"
            found.append(ProfileWarning(f"missing-theme-{theme.value}", nl, en))
    if not any("digital-transition" in priority.objectives for priority in priorities):
        found.append(_digital_warning(priorities))
    return tuple(found)


def _digital_warning(priorities: tuple[Priority, ...]) -> ProfileWarning:
    """Tell that the digital transition is missing, or only touched by words of a priority."""
    touching = [priority for priority in priorities if "digita" in _all_words(priority)]
    if not touching:
        return ProfileWarning(
            "digital-missing",
            "Geen van jullie prioriteiten noemt digitalisering.",
            "None of your priorities mentions digitalisation.",
        )
    dutch = ", ".join(priority.nl.title for priority in touching)
    english = ", ".join(priority.en.title for priority in touching)
    return ProfileWarning(
        "digital-only-touched",
        f"Geen van jullie prioriteiten gaat vooral over digitalisering. Het komt wel voor bij: {dutch}.",
        f"None of your priorities is mainly about digitalisation. It does come up in: {english}.",
    )


def _all_words(priority: Priority) -> str:
    texts = (priority.nl, priority.en)
    parts = [part for text in texts for part in (text.title, text.niche, text.description, *text.keywords)]
    return " ".join([*parts, *(dutch for dutch, _ in priority.pairs)]).lower()


def _key(place: tuple[int | str, ...]) -> str:
    """Write a place in the file as a person counts it: `priorities[2].theme`."""
    key = ""
    for part in place:
        key += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if key else part
    return key


_EXPECTED: dict[str, Callable[[dict[str, Any]], tuple[str, str]]] = {
    "missing": lambda _: (
        "deze sleutel werd verwacht en ontbreekt",
        "this key was expected and is missing",
    ),
    "extra_forbidden": lambda _: (
        "deze sleutel is niet bekend; verwacht werd een sleutel die een profiel heeft",
        "this key is not known; a key of the profile's format was expected",
    ),
    "enum": lambda context: (
        f"verwacht werd een van {context['expected'].replace(' or ', ' of ')}",
        f"expected one of {context['expected']}",
    ),
    "too_long": lambda context: (
        f"verwacht werden er ten hoogste {context['max_length']}, het zijn er {context['actual_length']}",
        f"at most {context['max_length']} were expected, found {context['actual_length']}",
    ),
    "too_short": lambda context: (
        f"verwacht werd er ten minste {context['min_length']}",
        f"at least {context['min_length']} was expected",
    ),
    "string_too_short": lambda _: (
        "verwacht werd een tekst die niet leeg is",
        "a text that is not empty was expected",
    ),
    "string_type": lambda _: ("verwacht werd een tekst", "a text was expected"),
    "list_type": lambda _: ("verwacht werd een lijst", "a list was expected"),
    "dict_type": lambda _: ("verwacht werd een tabel", "a table was expected"),
    "string_pattern_mismatch": lambda context: (
        f"verwacht werd een tekst van de vorm {context['pattern']}",
        f"a text of the form {context['pattern']} was expected",
    ),
    "value_error": lambda context: (context["error"].nl, str(context["error"])),
}


def _expected(error: ErrorDetails) -> tuple[str, str]:
    """Say what was expected, in Dutch and English, from one error of the checker."""
    known = _EXPECTED.get(error["type"])
    if known:
        return known(error.get("ctx", {}))
    message, found = error["msg"].lower(), error["input"]
    return f"{message}, niet {found!r}", f"{message}, found {found!r}"


def _check_once(path: Path, key: str, values: list[str]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise ConfigError(
                f"each slug was expected once, found {value!r} twice",
                file=str(path),
                key=key,
                nl=f"elke naam mag één keer voorkomen; {value!r} staat er twee keer",
            )


def _known_objective(slug: str) -> str:
    if slug not in OBJECTIVES:
        known = ", ".join(OBJECTIVES)
        raise WrongValueError(
            f"expected one of {known}, found {slug!r}", nl=f"verwacht werd een van {known}, niet {slug!r}"
        )
    return slug


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False, frozen=True)


_Word = Annotated[str, Field(min_length=1)]
_Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
_Days = Annotated[int, Field(ge=0, le=250)]


class _Text(_Strict):
    title: _Word
    niche: _Word
    description: _Word
    keywords: Annotated[list[_Word], Field(min_length=1)]

    def plain(self) -> PriorityText:
        return PriorityText(self.title, self.niche, self.description, tuple(self.keywords))


class _Priority(_Strict):
    slug: _Slug
    theme: Theme
    domains: Annotated[list[Domain], Field(min_length=1)]
    objectives: Annotated[list[Annotated[str, AfterValidator(_known_objective)]], Field(min_length=1)]
    nl: _Text
    en: _Text
    pairs: dict[_Word, Annotated[list[_Word], Field(min_length=1)]] = {}
    exclusions: list[_Word] = []
    weight: Annotated[float, Field(gt=0, le=3)] = 1.0

    def plain(self) -> Priority:
        return Priority(
            slug=self.slug,
            theme=self.theme,
            domains=tuple(self.domains),
            objectives=tuple(self.objectives),
            nl=self.nl.plain(),
            en=self.en.plain(),
            pairs=tuple((dutch, tuple(english)) for dutch, english in self.pairs.items()),
            exclusions=tuple(self.exclusions),
            weight=self.weight,
        )


class _Tie(_Strict):
    name: _Word
    kind: Annotated[str, Field(pattern=r"^(twin_town|network|region|partnership)$")]
    names: list[_Word] = []


class _Places(_Strict):
    own: list[_Word] = []
    region: list[_Word] = []
    neighbours: list[_Word] = []


class _WatchedPage(_Strict):
    name: _Slug
    url: Annotated[str, Field(pattern=r"^https?://")]
    programme: _Slug
    place: str = ""
    neighbour: bool = False
    language: Annotated[str, Field(pattern=r"^(nl|en)$")] = "nl"


class _LeadTimes(_Strict):
    partners: _Days = 30
    preparation: _Days = 40
    college: _Days = 15
    council: _Days = 30


def _day(value: object) -> tuple[date, bool]:
    """Read a day: a date of TOML, or a month and day that come back each year ("07-18")."""
    if type(value) is date:
        return value, False
    try:
        return date.fromisoformat(f"{_LEAP_YEAR}-{value}"), True
    except ValueError:
        raise WrongValueError(
            f'expected a month and day in quotes ("07-18") or a date without (2027-07-18), found {value!r}',
            nl='verwacht werd een maand en dag tussen aanhalingstekens ("07-18") of een datum zonder '
            f"(2027-07-18), niet {value!r}",
        ) from None


_Day = Annotated[tuple[date, bool], BeforeValidator(_day)]


class _Recess(_Strict):
    name: _Word
    first: Annotated[_Day, Field(alias="from")]
    last: Annotated[_Day, Field(alias="to")]

    @model_validator(mode="after")
    def _alike(self) -> Self:
        (first, yearly), (last, also_yearly) = self.first, self.last
        if yearly is not also_yearly:
            raise WrongValueError(
                "expected both days of a recess with a year, or both without",
                nl="verwacht werden beide dagen van een reces met een jaar, of beide zonder",
            )
        if not yearly and last < first:
            raise WrongValueError(
                "expected the last day of a recess after its first",
                nl="verwacht werd de laatste dag van een reces na de eerste",
            )
        return self

    def plain(self) -> Recess:
        return Recess(self.name, self.first[0], self.last[0], every_year=self.first[1])


class _ProfileFile(_Strict):
    slug: _Slug
    name: _Word
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    nuts: Annotated[list[_Word], Field(min_length=1)]
    inhabitants: Annotated[int, Field(gt=0)]
    programmes: Annotated[list[_Slug], Field(min_length=1)]
    priorities: Annotated[list[_Priority], Field(min_length=1, max_length=MAX_PRIORITIES)]
    ties: list[_Tie] = []
    watched: list[_WatchedPage] = []
    places: _Places = _Places()
    lead_times: _LeadTimes = _LeadTimes()
    recess: list[_Recess] = []
    note: str = ""

    def municipality(self) -> Municipality:
        times = self.lead_times
        return Municipality(
            slug=self.slug,
            name=self.name,
            country=self.country,
            nuts=tuple(self.nuts),
            inhabitants=self.inhabitants,
            programmes=tuple(self.programmes),
            priorities=tuple(priority.plain() for priority in self.priorities),
            ties=tuple(Tie(tie.name, tie.kind, tuple(tie.names)) for tie in self.ties),
            lead_times=LeadTimes(times.partners, times.preparation, times.college, times.council),
            recess=tuple(period.plain() for period in self.recess),
            places=Places(tuple(self.places.own), tuple(self.places.region), tuple(self.places.neighbours)),
            watched=tuple(WatchedPage(**page.model_dump()) for page in self.watched),
            note=self.note,
        )
