"""People and their sessions and subscriptions; reviews of calls, their audit trail, notes and assessments."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _people()
    _reviews()


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("domains", sa.JSON(), nullable=False),
        sa.Column("role", sa.Text()),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("email", name="uq_people_email"),
    )
    op.create_table(
        "web_sessions",
        sa.Column("secret_hash", sa.Text(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
    )
    op.create_index("ix_web_sessions_person_id", "web_sessions", ["person_id"])
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.Column("used_at", MOMENT),
        sa.UniqueConstraint("secret_hash", name="uq_subscriptions_secret_hash"),
    )


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("profile", sa.Text(), primary_key=True),
        sa.Column("call_id", sa.Integer(), sa.ForeignKey("calls.id"), primary_key=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("domain", sa.Text()),
        sa.Column("due_on", sa.Date()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.create_index("ix_reviews_state", "reviews", ["profile", "state"])
    _kept_with_a_call(
        "review_events",
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
    )
    _kept_with_a_call(
        "notes",
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", MOMENT),
    )
    _kept_with_a_call(
        "assessments",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("framework", sa.JSON(), nullable=False),
        sa.Column("blockers", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text()),
        sa.Column("because", sa.Text(), nullable=False),
    )


def _kept_with_a_call(name: str, *columns: sa.Column) -> None:  # type: ignore[type-arg]
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Integer(), sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *columns,
    )
    op.create_index(f"ix_{name}_call_id", name, ["profile", "call_id"])


def downgrade() -> None:
    for table in (
        "assessments",
        "notes",
        "review_events",
        "reviews",
        "subscriptions",
        "web_sessions",
        "people",
    ):
        op.drop_table(table)
