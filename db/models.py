"""The tables, as SQLAlchemy rows; only `db` and `migrations/env.py` know them.

Moments are UTC, dates and hours of deadlines are Brussels time, closed sets are kept as their text values.
"""

import datetime as dt
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, Double, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from db.types import Amount, UtcDateTime


class Base(DeclarativeBase):
    """What all tables share: how a Python type becomes a column."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        datetime: UtcDateTime(),
        float: Double(),
        Decimal: Amount(),
        list[str]: JSON(),
        list[dict[str, Any]]: JSON(),
        dict[str, int]: JSON(),
    }


class MetaRow(Base):
    """A fact about the database itself, such as that it is a rehearsal."""

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class CallRow(Base):
    """A call: what its source says, in so far as it is said once and in no language."""

    __tablename__ = "calls"
    __table_args__ = (Index("ix_calls_programme", "programme"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str]
    call_identifier: Mapped[str]
    call_title: Mapped[str]
    programme: Mapped[str]
    programme_code: Mapped[str]
    claim: Mapped[str | None]
    opens_on: Mapped[dt.date | None]
    deadline_kind: Mapped[str]
    url: Mapped[str]
    action_type: Mapped[str]
    budget_total: Mapped[Decimal | None]
    budget_currency: Mapped[str]
    budget_shared: Mapped[bool]
    budget_per_project_min: Mapped[Decimal | None]
    budget_per_project_max: Mapped[Decimal | None]
    budget_expected_grants: Mapped[int | None]
    budget_funding_rate: Mapped[Decimal | None]
    tags: Mapped[list[str]]
    facts: Mapped[list[dict[str, Any]]]
    content_hash: Mapped[str]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    vanished_at: Mapped[datetime | None]


class DeadlineRow(Base):
    """One date of a call, in the source's order."""

    __tablename__ = "deadlines"

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    date: Mapped[dt.date]
    time: Mapped[dt.time | None]
    kind: Mapped[str]


class TextRow(Base):
    """A call's words in one language, in the source's order."""

    __tablename__ = "texts"

    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    keywords: Mapped[list[str]]
    destination: Mapped[str]
    conditions: Mapped[str]


class SightingRow(Base):
    """A call as one source shows it: all that it said (`data`), and whether its word is the call's (`leads`).

    `absent_days` are the days on which a good listing lacked it.
    """

    __tablename__ = "sightings"
    __table_args__ = (
        UniqueConstraint("source", "source_ref", name="uq_sightings_source_ref"),
        Index("ix_sightings_call_id", "call_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    source: Mapped[str]
    source_ref: Mapped[str]
    url: Mapped[str]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]
    absent_days: Mapped[list[str]]
    leads: Mapped[bool]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class ChangeRow(Base):
    """One field of a call that got another value."""

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_call_id", "call_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    at: Mapped[datetime]
    field: Mapped[str]
    old: Mapped[Any] = mapped_column(JSON)
    new: Mapped[Any] = mapped_column(JSON)


class RunRow(Base):
    """One execution of reading one source."""

    __tablename__ = "runs"
    __table_args__ = (Index("ix_runs_source", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    state: Mapped[str]
    found: Mapped[int]
    new: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    vanished: Mapped[int]
    problems: Mapped[int]
    gaps: Mapped[list[str]]
    error_code: Mapped[str]
    error: Mapped[str]
    programmes: Mapped[dict[str, int]]


class MatchRow(Base):
    """A call's fit with one priority of one profile."""

    __tablename__ = "matches"
    __table_args__ = (Index("ix_matches_rank", "profile", "priority", "rank"),)

    profile: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    priority: Mapped[str] = mapped_column(primary_key=True)
    score: Mapped[float]
    strength: Mapped[str]
    rank: Mapped[int]
    reasons: Mapped[list[dict[str, Any]]]
    role: Mapped[str]
    role_sentence: Mapped[str]
    blocked: Mapped[str]


class ProjectionRow(Base):
    """What people filter a call by, for one profile, on the day it was made."""

    __tablename__ = "projections"
    __table_args__ = (Index("ix_projections_next_deadline", "profile", "next_deadline"),)

    profile: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    status: Mapped[str]
    next_deadline: Mapped[dt.date | None]
    decide_by: Mapped[dt.date | None]
    strength: Mapped[str]
    priority: Mapped[str]
    region_fit: Mapped[str]


class DeliveryRow(Base):
    """One message to one contact by one channel for one edition."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("contact", "edition", "channel", name="uq_deliveries_edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact: Mapped[str]
    edition: Mapped[str]
    channel: Mapped[str]
    state: Mapped[str]
    subject: Mapped[str]
    message_id: Mapped[str]
    message: Mapped[bytes]
    html: Mapped[str]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int]
    error: Mapped[str]
    next_attempt_at: Mapped[datetime | None]


class LineRow(Base):
    """One call in a message, in the message's order."""

    __tablename__ = "lines"
    __table_args__ = (Index("ix_lines_call_id", "call_id"),)

    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    reason: Mapped[str]
    priority: Mapped[str]
    shown: Mapped[bool]
    deadline: Mapped[dt.date | None]
    previous_deadline: Mapped[dt.date | None]


class WatchedPageRow(Base):
    """A page that is watched for changes, as it was read last."""

    __tablename__ = "watched_pages"

    name: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str]
    text: Mapped[str]
    read_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class CandidateRow(Base):
    """Something on a watched page that may be a call, and what a person said of it."""

    __tablename__ = "candidates"

    key: Mapped[str] = mapped_column(primary_key=True)
    page: Mapped[str]
    url: Mapped[str]
    programme: Mapped[str]
    place: Mapped[str]
    neighbour: Mapped[bool]
    language: Mapped[str]
    title: Mapped[str]
    sentence: Mapped[str]
    text: Mapped[str]
    opens_on: Mapped[dt.date | None]
    deadline: Mapped[dt.date | None]
    hour: Mapped[dt.time | None]
    amounts: Mapped[list[str]]
    state: Mapped[str]
    first_seen: Mapped[datetime]
    last_seen: Mapped[datetime]


class PairRow(Base):
    """Two calls that look alike and that a person said are two."""

    __tablename__ = "pairs_apart"

    low_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    high_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    decided_at: Mapped[datetime]


class VerdictRow(Base):
    """What a reviewer said of a call under a priority; kept when it is undone or given anew."""

    __tablename__ = "verdicts"
    __table_args__ = (Index("ix_verdicts_profile", "profile", "priority"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    profile: Mapped[str]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    priority: Mapped[str]
    wanted: Mapped[bool]
    because: Mapped[str]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class AnswerRow(Base):
    """What a contact answered about a call; the last one counts, all are kept."""

    __tablename__ = "answers"
    __table_args__ = (Index("ix_answers_contact", "contact"), Index("ix_answers_call_id", "call_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    contact: Mapped[str]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    kind: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[dt.date | None]
    to_domain: Mapped[str | None]
    note: Mapped[str]


class AbsenceRow(Base):
    """A contact who wants no mail until a day, or (without a day) ever."""

    __tablename__ = "absences"

    contact: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    until: Mapped[dt.date | None]


class NoticeRow(Base):
    """A trouble that the operator was told of and that lasts."""

    __tablename__ = "notices"

    key: Mapped[str] = mapped_column(primary_key=True)
    told_at: Mapped[datetime]
