"""The tables of the review page: people, what they decided, and why; known to `db` and `migrations/env.py`.

Moments are UTC, days are Amsterdam's, closed sets are kept as their text values.
"""

import datetime as dt
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models import Base


class PersonRow(Base):
    """Somebody we know; without a `role` a contact who only gets mail. An erased one has a pseudonym."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("email", name="uq_people_email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    name: Mapped[str]
    language: Mapped[str]
    domains: Mapped[list[str]]
    role: Mapped[str | None]
    password_hash: Mapped[str]
    is_active: Mapped[bool]
    failures: Mapped[int]
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class WebSessionRow(Base):
    """Somebody who is signed in; the browser holds the secret, the table its hash."""

    __tablename__ = "web_sessions"
    __table_args__ = (Index("ix_web_sessions_person_id", "person_id"),)

    secret_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime]


class SubscriptionRow(Base):
    """A personal secret address or key for one filtered list."""

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("secret_hash", name="uq_subscriptions_secret_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    kind: Mapped[str]
    title: Mapped[str]
    filters: Mapped[str]
    secret_hash: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class ReviewRow(Base):
    """How far the city is with a call; `version` rises with each change."""

    __tablename__ = "reviews"
    __table_args__ = (Index("ix_reviews_state", "profile", "state"),)

    profile: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    state: Mapped[str]
    reason: Mapped[str | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    domain: Mapped[str | None]
    due_on: Mapped[dt.date | None]
    version: Mapped[int]
    updated_at: Mapped[datetime]


class ReviewEventRow(Base):
    """One line of the audit trail of a call's review; never changed."""

    __tablename__ = "review_events"
    __table_args__ = (Index("ix_review_events_call_id", "profile", "call_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    profile: Mapped[str]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    field: Mapped[str]
    old: Mapped[str]
    new: Mapped[str]
    because: Mapped[str]


class NoteRow(Base):
    """What somebody wrote with a call."""

    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_call_id", "profile", "call_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    profile: Mapped[str]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    text: Mapped[str]
    withdrawn_at: Mapped[datetime | None]


class AssessmentRow(Base):
    """A filled-in weighing framework, with the framework as it was; never changed."""

    __tablename__ = "assessments"
    __table_args__ = (Index("ix_assessments_call_id", "profile", "call_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    profile: Mapped[str]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]
    version: Mapped[str]
    framework: Mapped[dict[str, Any]] = mapped_column(JSON)
    blockers: Mapped[dict[str, Any]] = mapped_column(JSON)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    advice: Mapped[str]
    decision: Mapped[str | None]
    because: Mapped[str]
