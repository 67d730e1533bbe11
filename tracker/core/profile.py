"""What the city chose (Municipality, Priority) and whom we write to (Contact)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.core.errors import UsageError


class Domain(StrEnum):
    """The city's word for its departments."""

    SOCIAAL = "sociaal"
    FYSIEK = "fysiek"
    BEDRIJFSVOERING = "bedrijfsvoering"


class Theme(StrEnum):
    """The three themes that the chosen priorities must keep in balance."""

    ECONOMIC = "economic"
    SOCIAL = "social"
    PHYSICAL = "physical"


@dataclass(frozen=True, slots=True)
class PriorityText:
    """A priority's words in one language."""

    title: str
    niche: str
    description: str
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """One of the city's three to five choices; `pairs` sets a Dutch wording beside its English ones."""

    slug: str
    theme: Theme
    domains: tuple[Domain, ...]
    objectives: tuple[str, ...]
    nl: PriorityText
    en: PriorityText
    pairs: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclusions: tuple[str, ...] = ()
    weight: float = 1.0

    def text(self, language: str) -> PriorityText:
        """Give the words in `nl` or `en`."""
        return self.nl if language == "nl" else self.en


@dataclass(frozen=True, slots=True)
class Tie:
    """A lasting relation of the city: twin town, network, region or partnership."""

    name: str
    kind: str  # "twin_town", "network", "region" or "partnership"
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Places:
    """How publishers name where the city lies: areas of its own, regions it is part of, and neighbours."""

    own: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    neighbours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchedPage:
    """A page that announces calls and whose shape nobody has recorded: its changes are shown to a person.

    `neighbour` marks a page whose money is for neighbours of the city only.
    """

    name: str
    url: str
    programme: str
    place: str = ""
    neighbour: bool = False
    language: str = "nl"


@dataclass(frozen=True, slots=True)
class LeadTimes:
    """Working days that the city needs before a deadline."""

    partners: int = 30
    preparation: int = 40
    college: int = 15
    council: int = 30


@dataclass(frozen=True, slots=True)
class Recess:
    """A period, its first and last day included, in which the city's college and council do not meet.

    With `every_year` only month and day count, and a period may run over New Year.
    """

    name: str
    first: date
    last: date
    every_year: bool = False

    def covers(self, day: date) -> bool:
        """Tell whether `day` falls in this recess."""
        if not self.every_year:
            return self.first <= day <= self.last
        first, last, now = ((one.month, one.day) for one in (self.first, self.last, day))
        return first <= now <= last if first <= last else now >= first or now <= last


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """A city's profile: reviewed, versioned policy."""

    slug: str
    name: str
    country: str
    nuts: tuple[str, ...]
    inhabitants: int
    programmes: tuple[str, ...]
    priorities: tuple[Priority, ...]
    ties: tuple[Tie, ...]
    lead_times: LeadTimes
    recess: tuple[Recess, ...] = ()
    watched: tuple[WatchedPage, ...] = ()
    places: Places = Places()
    note: str = ""

    def priority(self, slug: str) -> Priority | None:
        """Give the priority named `slug`, or None."""
        return next((priority for priority in self.priorities if priority.slug == slug), None)

    def chosen(self, slug: str) -> Priority:
        """Give the priority named `slug`.

        Raises:
            UsageError: there is none, and which there are.
        """
        priority = self.priority(slug)
        if priority is None:
            known = ", ".join(one.slug for one in self.priorities)
            raise UsageError(
                f"There is no priority {slug!r}. There are: {known}.",
                nl=f"Er is geen prioriteit {slug!r}. Wel: {known}.",
            )
        return priority


class Frequency(StrEnum):
    """How often a contact wants mail."""

    WEEKLY = "weekly"
    DAILY = "daily"
    URGENT = "urgent"


class Strength(StrEnum):
    """How well a call fits, in a word; ordered by `rank`."""

    STRONG = "strong"
    GOOD = "good"
    POSSIBLE = "possible"
    NONE = "none"

    @property
    def rank(self) -> int:
        """3 for strong down to 0 for none."""
        return {"strong": 3, "good": 2, "possible": 1, "none": 0}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A colleague who gets the digest. No `domains` means all of them (the adviser's edition)."""

    name: str
    email: str
    domains: tuple[Domain, ...] = ()
    language: str = "nl"
    frequency: Frequency = Frequency.WEEKLY
    limit: int = 10
    minimum: Strength = Strength.GOOD
    quiet_weeks: bool = True

    @property
    def first_name(self) -> str:
        """The name to greet with."""
        return self.name.split()[0]

    def wants(self, priority: Priority) -> bool:
        """Tell whether a priority belongs to this contact's domains."""
        return not self.domains or any(domain in self.domains for domain in priority.domains)
