"""What every page of ours says to browsers about security, and how much it takes in."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, HTTPException, Request, Response

MOST_BYTES = 64_000
"""How much of a form is read at all; the longest of ours, a weighing, has under 50 000 bytes."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address of a page may be a signed link
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def add_security_headers(web: FastAPI, *, is_https: bool) -> None:
    """Put the headers on every answer, errors too; with `is_https` browsers are told to insist on it."""
    headers = dict(HEADERS)
    if is_https:
        headers["Strict-Transport-Security"] = "max-age=31536000"

    @web.middleware("http")
    async def _add(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await go_on(request)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response


async def read_body(request: Request) -> bytes:
    """Read the body of a form, and no more than a form of ours can have.

    Raises:
        HTTPException: 413, it is longer.
    """
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(413, "the form is too long")
    return body
