"""Reads what a call of the EU portal is worth: the own line of its parent call's table, or a field."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import structlog
from pydantic import BaseModel, Field, ValidationError

from scrapers.money import parse_amount
from scrapers.platforms.sedia_wire import Row
from tracker.core.call import Budget

log = structlog.get_logger(__name__)


class BudgetLine(BaseModel):
    """One line of the table: an action of one topic. Zero and absent both mean "not stated"."""

    action: str
    expected_grants: int | None = Field(default=None, alias="expectedGrants")
    minimum: Decimal | None = Field(default=None, alias="minContribution")
    maximum: Decimal | None = Field(default=None, alias="maxContribution")
    years: dict[str, str | int | float | None] = Field(default_factory=dict, alias="budgetYearMap")

    @property
    def total(self) -> Decimal | None:
        """The sum over the years, in euro; None where no year states an amount."""
        amounts = _stated(self.years.values())
        return sum(amounts, Decimal(0)) if amounts else None


class BudgetTable(BaseModel):
    """The table of a whole parent call: groups of lines, the lines of sibling topics among them."""

    groups: dict[str, list[BudgetLine]] = Field(alias="budgetTopicActionMap")


@dataclass(frozen=True, slots=True)
class _OwnLine:
    line: BudgetLine
    siblings: list[BudgetLine]

    @property
    def is_shared(self) -> bool:
        """Tell whether sibling lines repeat the total: then it is the pot of the whole call."""
        return sum(line.total == self.line.total for line in self.siblings) > 1


def budget_of(row: Row, identifier: str) -> Budget:
    """Give a row's budget; an empty one where nothing is stated or the table cannot be read.

    A broken table must not cost a city its call, so it is logged and the budget left empty.
    """
    overview = row.first("budgetOverview")
    try:
        if overview:
            return _from_table(BudgetTable.model_validate(json.loads(overview)), identifier)
        return Budget(total=parse_amount(row.first("budget")), currency=row.first("currency") or "EUR")
    except (ValidationError, ValueError) as error:
        log.warning("portal.budget_unreadable", reference=row.reference, why=str(error).splitlines()[0])
        return Budget()


def _from_table(table: BudgetTable, identifier: str) -> Budget:
    """Add up the own lines. The table covers all siblings, so any other line is somebody else's money."""
    own = list(_own_lines(table.groups, identifier))
    totals = [found.line.total for found in own if found.line.total is not None]
    grants = [found.line.expected_grants for found in own if found.line.expected_grants]
    return Budget(
        total=sum(totals, Decimal(0)) if totals else None,
        shared=any(found.is_shared for found in own if found.line.total is not None),
        per_project_min=min(_stated(found.line.minimum for found in own), default=None),
        per_project_max=max(_stated(found.line.maximum for found in own), default=None),
        expected_grants=sum(grants) if grants else None,
    )


def _own_lines(groups: Mapping[str, list[BudgetLine]], identifier: str) -> Iterator[_OwnLine]:
    """Find the lines whose action starts with the identifier and a space: `X-01` is not `X-01-02`."""
    start = f"{identifier} ".casefold()
    for lines in groups.values():
        yield from (_OwnLine(line, lines) for line in lines if line.action.casefold().startswith(start))


def _stated(amounts: Iterable[str | float | Decimal | None]) -> list[Decimal]:
    return [amount for amount in map(parse_amount, amounts) if amount is not None]
