"""Stand-ins for pages that are watched: Kansen voor West, JTF IJmond and URBACT, in our words, on any day.

For the demonstration and the tests. Nobody has recorded the real pages' shape: these are only plausible.
"""

from __future__ import annotations

import datetime as dt

__all__ = ["JTF", "KANSEN", "PAGES", "URBACT", "answer"]

HTML = "text/html; charset=utf-8"
KANSEN, JTF, URBACT = "/openstellingen", "/subsidies", "/get-involved"

PAGES = (
    {
        "name": "kansen-voor-west",
        "url": f"https://kvw3.kansenvoorwest.nl{KANSEN}",
        "programme": "efro-west",
        "place": "West-Nederland",
        "neighbour": False,
        "language": "nl",
    },
    {
        "name": "jtf-ijmond",
        "url": f"https://jtf-ijmond.kansenvoorwest.nl{JTF}",
        "programme": "jtf-nl",
        "place": "IJmond",
        "neighbour": True,
        "language": "nl",
    },
    {
        "name": "urbact",
        "url": f"https://urbact.eu{URBACT}",
        "programme": "urbact",
        "place": "",
        "neighbour": False,
        "language": "en",
    },
)
"""The pages as the profile names them."""

_MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni", "juli"),
    *("augustus", "september", "oktober", "november", "december"),
)


def answer(method: str, path: str, query: str, body: bytes, today: dt.date) -> tuple[int, str, bytes] | None:
    """Answer as the watched sites would: status, content type, bytes; None for a path that is not theirs."""
    pages = {KANSEN: _kansen, JTF: _jtf, URBACT: _urbact}
    if method != "GET" or path not in pages:
        return None
    return 200, HTML, pages[path](today).encode()


def _kansen(today: dt.date) -> str:
    rows = "".join(
        f"<tr><td><a href='/openstellingen/{number}'>{name}</a></td><td>{amount}</td><td>{until}</td></tr>"
        for number, (name, amount, until) in enumerate(
            (
                ("Slim vervoer in middelgrote steden", "€ 1.750.000,-", f"t/m {_dutch(today, 80)}"),
                ("Circulair bouwen West-Regio", "€ 2,4 mln", f"t/m {_dutch(today, 45)}, 17.00 uur"),
                ("Digitale werkplaatsen", "€ 0,6 miljoen", f"t/m {_dutch(today, -10)}"),
            ),
            start=1,
        )
    )
    return _page(
        "nl",
        "Openstellingen",
        f"""<h2>Alle openstellingen</h2>
        <table><tr><th>Naam</th><th>Resterend budget</th><th>Sluiting</th></tr>{rows}</table>
        <h2>Nieuwe openstelling: warmte uit oppervlaktewater</h2>
        <p>Gemeenten en bedrijven kunnen een aanvraag doen van {_dutch(today, 12)}, 09.00 uur tot en met
        {_dutch(today, 102)}, 17.00 uur. Er is € 3.250.000,- beschikbaar, op volgorde van binnenkomst.</p>
        <h2>Vragen?</h2><p>Wij denken graag mee over uw plan.</p>""",
    )


def _jtf(today: dt.date) -> str:
    return _page(
        "nl",
        "Subsidies voor de IJmond",
        f"""<h2>Openstelling omscholing in de maakindustrie</h2>
        <p>De openstelling sluit op {_dutch(today, 66)}. Het subsidieplafond is € 4.100.000,-.</p>
        <h2>Nieuws</h2><p>Op {_dutch(today, -3)} kwamen bedrijven bijeen om kennis te delen.</p>""",
    )


def _urbact(today: dt.date) -> str:
    first, last = today + dt.timedelta(days=25), today + dt.timedelta(days=110)
    return _page(
        "en",
        "Get involved",
        f"""<h2>Call for transfer networks</h2>
        <p>Cities that want to learn from a good practice can join the call, open from
        {first.day} {first:%B %Y} to {last.day} {last:%B %Y}. Each network can count on € 550,000.00.</p>
        <h2>Become an expert</h2><p>Experts help cities all year round.</p>""",
    )


def _dutch(today: dt.date, days: int) -> str:
    day = today + dt.timedelta(days=days)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _page(language: str, title: str, content: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>
<body><header><nav><a href="/">Subsidie aanvragen vóór 1 januari 2020</a></nav></header>
<main><h1>{title}</h1>{content}</main><footer><p>© 2020, call us</p></footer></body></html>"""
