"""Turns the bytes of an answer into text, and tells a challenge page from a real one."""

import re
from collections.abc import Mapping
from email.message import Message

from bs4 import UnicodeDammit

LARGEST_CHALLENGE = 200_000
"""Bytes; challenge pages are short, so that a long page which merely names one is not taken for it."""

_CHALLENGE = re.compile(
    r"""<title[^>]*>\s*(?:just\ a\ moment|attention\ required!|checking\ your\ browser|access\ denied
        |ddos-guard|please\ wait\.\.\.\s*\|\s*cloudflare|request\ rejected|pardon\ our\ interruption
        |are\ you\ (?:a\ )?(?:human|robot)|human\ verification|security\ check)
      |cf[-_]chl[-_]|/cdn-cgi/challenge-platform/|_incapsula_resource|id="challenge-(?:form|running|error-text)"
      |awswafcookiedomainlist|window\.gokuprops|px-captcha""",
    re.IGNORECASE | re.VERBOSE,
)


def decode(content: bytes, content_type: str) -> str:
    """Give the text of an answer: as its header says, else UTF-8, else as the page itself says.

    Where all three fail, bytes that cannot be read become replacement characters.
    """
    for encoding in (_charset(content_type), "utf-8-sig"):
        try:
            return content.decode(encoding).removeprefix("\ufeff")
        except (UnicodeDecodeError, LookupError):
            continue  # wrongly announced, or no encoding that Python knows
    if "html" in content_type or "xml" in content_type or "text/" in content_type:
        found = UnicodeDammit(content, is_html=True).unicode_markup
        if found is not None:
            return found
    return content.decode("utf-8", errors="replace")


def is_challenge(content: bytes, content_type: str, *, headers: Mapping[str, str]) -> bool:
    """Tell whether an answer is a page that wants to see a browser or a person before the real one."""
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    if "html" not in content_type or len(content) > LARGEST_CHALLENGE:
        return False
    return _CHALLENGE.search(content.decode("latin-1")) is not None


def _charset(content_type: str) -> str:
    """Give the charset that a Content-Type names, or UTF-8."""
    message = Message()
    message["content-type"] = content_type
    return message.get_content_charset("utf-8-sig")
