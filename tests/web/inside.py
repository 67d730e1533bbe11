"""A browser's way to an application in this process: no server, no port, and its errors are the test's."""

import asyncio

import httpx
from fastapi import FastAPI


class Inside(httpx.BaseTransport):
    """Hands each request to the application and waits for the whole answer."""

    def __init__(self, web: FastAPI) -> None:
        self._transport = httpx.ASGITransport(web)
        self._runner = asyncio.Runner()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return self._runner.run(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._transport.handle_async_request(request)
        content = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)

    def close(self) -> None:
        self._runner.close()
