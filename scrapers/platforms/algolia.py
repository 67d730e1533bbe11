"""The Algolia search service as a site's own pages use it: one POST, a public browser key, JSON back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from scrapers.contract import Fetch, Request
from tracker.core.errors import BlockedError, ContractError, FetchError, NeedsKeyError

QUERIES = "https://{app_id}-dsn.algolia.net/1/indexes/*/queries"
"""The service's address for queries; each application has a host of its own."""

_REFUSED = re.compile(
    r"\bHTTP 40[13]\b"
)  # the client says "refuses us (HTTP 403)"; a challenge page is no key trouble


@dataclass(frozen=True, slots=True)
class Index:
    """One index and how it is reached. `hint` tells an operator where to find a new key."""

    source: str
    url: str
    app_id: str
    key: str
    name: str
    hint: str


class Found(BaseModel):
    """The answer to one query. `total` counts all that was found, `hits` holds what was given."""

    total: int = Field(alias="nbHits", ge=0)
    hits: list[Any]


class _Answer(BaseModel):
    results: list[Found] = Field(min_length=1, max_length=1)


def search(fetch: Fetch, index: Index, *, filters: str, most: int) -> Found:
    """Ask an index for at most `most` of the records that fit `filters`.

    Raises:
        NeedsKeyError: there is no key, or it is refused (401, 403, or 404: a key and its application rotate).
        BlockedError: a challenge page, or 429 beyond patience.
        FetchError: no usable answer came.
        ContractError: the answer has not the shape of the service.
    """
    if not (index.app_id and index.key):
        raise needs_key(index, "no key is set")
    page_text = _post(fetch, index, _query(index, filters=filters, most=most))
    try:
        return _Answer.model_validate_json(page_text).results[0]
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ContractError(
            f"the index {index.name} answered in another shape ({place or 'body'}: {first['msg']})",
            source=index.source,
            url=index.url,
        ) from error


def needs_key(index: Index, trouble: str) -> NeedsKeyError:
    """Say what is wrong with the key and where to find one."""
    return NeedsKeyError(f"{trouble}. {index.hint}", source=index.source, url=index.url)


def _query(index: Index, *, filters: str, most: int) -> Mapping[str, object]:
    return {"requests": [{"indexName": index.name, "query": "", "hitsPerPage": most, "filters": filters}]}


def _post(fetch: Fetch, index: Index, query: Mapping[str, object]) -> str:
    """Send a query; the key goes into headers, so that no address that is logged or recorded holds it."""
    request = Request(
        index.url.replace("{app_id}", index.app_id),
        "POST",
        json=query,
        headers={"x-algolia-application-id": index.app_id, "x-algolia-api-key": index.key},
    )
    try:
        return fetch(request).text
    except BlockedError as error:
        if _REFUSED.search(str(error)):
            raise needs_key(index, f"the key was refused ({error})") from error
        raise
    except FetchError as error:
        if error.status == 404:
            raise needs_key(index, f"the key's index was not found ({error})") from error
        raise
