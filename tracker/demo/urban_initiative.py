"""Stands in for the European Urban Initiative's catalogue and pages, for demo and tests.

The words are ours; the shapes are those that public programs read. Nothing here is a real call.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from jinja2 import Environment

Answer = tuple[int, str, bytes]
"""A status, a content type and a body."""

CATALOGUE = "/urban-panorama/call-for-proposals"
CITY_TO_CITY = "/capacity-building/city-to-city-exchanges/call"
PEER_REVIEWS = "/capacity-building/peer-reviews/ongoing-call-peer-reviews"
INNOVATIVE_ACTIONS = "/calls-proposals/fifth-call-proposals-innovative-actions"

_HOME = "https://www.urban-initiative.eu"
_EUI = (
    "European Urban Initiative",
    "https://portico.urban-initiative.eu/urban-panorama/european-urban-initiative",
)

_ENVIRONMENT = Environment(autoescape=True)
_LIST_PAGE = _ENVIRONMENT.from_string(
    """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Calls for proposals | Portico</title></head>
<body><main><h1>Calls for proposals</h1>
<form class="filters"><label>Open</label> <label>Upcoming</label> <label>Closed</label></form>
{% for card in cards %}<article class="node node--type-call-for-proposals node--view-mode-teaser">
<h3 class="field title-node">{{ card.title }}</h3><span class="label">{{ card.status }}</span>
{% if card.deadline %}<div>Deadline date :
{% if card.is_split %}</div><div>{% endif %} {{ card.deadline }}</div>
{% endif %}<p>{{ card.applicants }}</p><p>Support : grant</p>
{% if card.support %}<p>Funding support : {{ card.support }}</p>
{% endif %}<a href="{{ card.owner[1] }}">By {{ card.owner[0] }}</a>
<a href="{{ card.url }}">Find out more</a></article>
{% endfor %}</main><footer>Deadline date : 01/01/2001</footer></body></html>
"""
)
_TEXT_PAGE = _ENVIRONMENT.from_string(
    """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><nav>Capacity building</nav><main><h1>{{ title }}</h1>
{% for words in paragraphs %}<p>{{ words }}</p>
{% endfor %}</main><footer>Co-funded by the European Union</footer></body></html>
"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Card:
    """One card of the catalogue; `is_split` puts the date into the element after its label."""

    title: str
    status: str
    url: str
    owner: tuple[str, str] = _EUI
    deadline: str = ""
    is_split: bool = False
    applicants: str = "Urban authorities"
    support: str = ""


def answer(method: str, path: str, query: str, body: bytes, today: date) -> Answer | None:
    """Answer as the publisher would on a day; None for what is not its own."""
    pages = {
        CATALOGUE: _catalogue,
        CITY_TO_CITY: _city_to_city,
        PEER_REVIEWS: _peer_reviews,
        INNOVATIVE_ACTIONS: _innovative_actions,
    }
    if method != "GET" or path not in pages:
        return None
    return 200, "text/html; charset=utf-8", pages[path](today).encode()


def _catalogue(today: date) -> str:
    return _LIST_PAGE.render(cards=[*_own_cards(today), *_cards_of_others(today)])


def _own_cards(today: date) -> list[_Card]:
    return [
        _Card(
            title="5th EUI Call for Innovative Actions",
            status="Open",
            deadline=_numeric(today, 90),
            support="2,000,000 €",
            url=f"{_HOME}{INNOVATIVE_ACTIONS}",
        ),
        _Card(
            title="EUI City-to-City Exchanges",
            status="Open",
            deadline=_numeric(today, 358),  # a placeholder that is not far ahead: the page says "rolling"
            is_split=True,
            url=f"{_HOME}{CITY_TO_CITY}",
        ),
        _Card(
            title="EUI Peer Reviews: cities under review",
            status="Open",
            deadline=_numeric(today, 767),
            url=f"{_HOME}{PEER_REVIEWS}",
        ),
        _Card(
            title="EUI Peer Reviewers: call for city experts",
            status="Open",
            deadline=_numeric(today, 767),
            applicants="Municipalities and their staff",
            url=f"{_HOME}/capacity-building/peer-reviews/call-peer-reviewers",
        ),
        _Card(
            title="4th EUI Call for Innovative Actions",
            status="Closed",
            deadline=_numeric(today, -160),
            support="2,000,000 €",
            url=f"{_HOME}/calls-proposals/fourth-call-proposals-innovative-actions",
        ),
    ]


def _cards_of_others(today: date) -> list[_Card]:
    return [
        _Card(
            title="Pilot Cities for neighbourhoods without gas",
            status="Open",
            owner=("NetZeroCities", "https://netzerocities.eu/call-for-pilot-cities/"),
            deadline=_numeric(today, 45),
            is_split=True,
            applicants="Local/regional authorities",
            support="1.5 million €",
            url="https://netzerocities.eu/files/call-text.pdf",
        ),
        _Card(
            title="Prizes for beautiful and inclusive places",
            status="Upcoming",
            owner=("New European Bauhaus", "https://prizes.new-european-bauhaus.europa.eu/"),
            applicants="Municipalities, associations and young makers",
            url="https://prizes.new-european-bauhaus.europa.eu/next",
        ),
    ]


def _city_to_city(today: date) -> str:
    return _TEXT_PAGE.render(
        title="City-to-City Exchanges",
        paragraphs=[
            "Visit another city for a few days and learn how it solved what you are working on.",
            "The call is continuously open and applications are judged on a rolling basis.",
            "Urban authorities from EU Member States can apply, whatever their size.",
        ],
    )


def _peer_reviews(today: date) -> str:
    return _TEXT_PAGE.render(
        title="Peer reviews",
        paragraphs=[
            "Have your urban strategy read by colleagues from other cities.",
            "This is an ongoing call: send your request when you are ready.",
            "Urban authorities from EU Member States can ask to be reviewed.",
        ],
    )


def _innovative_actions(today: date) -> str:
    window = f"{_day(today, -20)} - {_day(today, 90)} at 14.00 CET - EUR 60 million ERDF"
    earlier = f"{_day(today, -400)} - {_day(today, -160)} at 14.00 CET - EUR 60 million ERDF"
    return _TEXT_PAGE.render(
        title="Fifth call for proposals: Innovative Actions",
        paragraphs=[
            f"The fourth call: {earlier}",
            window,
            "The ERDF pays 80 % of the eligible costs. Cities of 25,000 inhabitants and more can lead.",
        ],
    )


def _numeric(today: date, days: int) -> str:
    return (today + timedelta(days=days)).strftime("%d/%m/%Y")


def _day(today: date, days: int) -> str:
    day = today + timedelta(days=days)
    return f"{day.day} {day.strftime('%B %Y')}"
