"""What can go wrong with any page source, as replies of the tests' web server, each with the right error."""

from tests.scrapers.web_server import Reply
from tracker.core.errors import BlockedError, FetchError, LayoutChangedError, ScrapeError
from tracker.demo.faults import CHALLENGE_PAGE

HTML = {"Content-Type": "text/html; charset=utf-8"}
JUNK = bytes(range(256)) * 40_000  # ten megabytes
TAGS = b"<html>" + b"<b>" * 400_000 + b"</html>"  # little to send, much to make a tree of
HANG = 1.0  # seconds, longer than the timeout of the tests' client


def faults_of(good: bytes) -> dict[str, tuple[Reply, type[ScrapeError]]]:
    """Give the faults of a page whose right content is `good`, by name."""
    half = good[: len(good) // 2]
    return {
        "forbidden": (Reply(403, b"<html>no</html>", HTML), BlockedError),
        "challenge page": (Reply(200, CHALLENGE_PAGE, HTML), BlockedError),
        "cut transfer": (Reply(200, half, HTML, cut=True), FetchError),
        "half a page": (Reply(200, half, HTML), LayoutChangedError),
        "empty answer": (Reply(200, b"", HTML), LayoutChangedError),
        "no page": (
            Reply(200, b'{"error": "try again"}', {"Content-Type": "application/json"}),
            LayoutChangedError,
        ),
        "ten megabytes of junk": (Reply(200, JUNK, HTML), FetchError),
        "a million tags": (Reply(200, TAGS, HTML), LayoutChangedError),
        "server error": (Reply(503, b"", HTML), FetchError),
        "gone": (Reply(404, b"<html>gone</html>", HTML), FetchError),
        "hanging server": (Reply(200, good, HTML, hang=HANG), FetchError),
    }


def moved(url: str) -> Reply:
    """Give a redirect to another site."""
    return Reply(302, b"", {"Location": url})
