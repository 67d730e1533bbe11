"""The first tables: calls with their history, runs, matches and deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
AMOUNT = sa.Numeric().with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )
    _create_runs()
    _create_calls()
    _create_parts_of_calls()
    _create_sightings_and_changes()
    _create_matches_and_projections()
    _create_deliveries()
    _create_watching()


def downgrade() -> None:
    for table in (
        "pairs_apart",
        "candidates",
        "watched_pages",
        "lines",
        "deliveries",
        "projections",
        "matches",
        "changes",
        "sightings",
        "texts",
        "deadlines",
        "calls",
        "runs",
        "meta",
    ):
        op.drop_table(table)


def _call_id(name: str = "call_id", *, primary_key: bool = False) -> "sa.Column[int]":
    return sa.Column(
        name,
        sa.Integer(),
        sa.ForeignKey("calls.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("vanished", sa.Integer(), nullable=False),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("gaps", sa.JSON(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("programmes", sa.JSON(), nullable=False),
    )
    op.create_index("ix_runs_source", "runs", ["source"])


def _create_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("call_identifier", sa.Text(), nullable=False),
        sa.Column("call_title", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("claim", sa.Text()),
        sa.Column("opens_on", sa.Date()),
        sa.Column("deadline_kind", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("action_type", sa.Text(), nullable=False),
        sa.Column("budget_total", AMOUNT),
        sa.Column("budget_currency", sa.Text(), nullable=False),
        sa.Column("budget_shared", sa.Boolean(), nullable=False),
        sa.Column("budget_per_project_min", AMOUNT),
        sa.Column("budget_per_project_max", AMOUNT),
        sa.Column("budget_expected_grants", sa.Integer()),
        sa.Column("budget_funding_rate", AMOUNT),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
        sa.Column("vanished_at", MOMENT),
    )
    op.create_index("ix_calls_programme", "calls", ["programme"])


def _create_parts_of_calls() -> None:
    op.create_table(
        "deadlines",
        _call_id(primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("time", sa.Time()),
        sa.Column("kind", sa.Text(), nullable=False),
    )
    op.create_table(
        "texts",
        _call_id(primary_key=True),
        sa.Column("language", sa.Text(), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
    )


def _create_sightings_and_changes() -> None:
    op.create_table(
        "sightings",
        sa.Column("id", sa.Integer(), primary_key=True),
        _call_id(),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_ref", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
        sa.Column("absent_days", sa.JSON(), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.UniqueConstraint("source", "source_ref", name="uq_sightings_source_ref"),
    )
    op.create_index("ix_sightings_call_id", "sightings", ["call_id"])
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer(), primary_key=True),
        _call_id(),
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.id")),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("old", sa.JSON(), nullable=False),
        sa.Column("new", sa.JSON(), nullable=False),
    )
    op.create_index("ix_changes_call_id", "changes", ["call_id"])


def _create_matches_and_projections() -> None:
    op.create_table(
        "matches",
        sa.Column("profile", sa.Text(), primary_key=True),
        _call_id(primary_key=True),
        sa.Column("priority", sa.Text(), primary_key=True),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("role_sentence", sa.Text(), nullable=False),
        sa.Column("blocked", sa.Text(), nullable=False),
    )
    op.create_index("ix_matches_rank", "matches", ["profile", "priority", "rank"])
    op.create_table(
        "projections",
        sa.Column("profile", sa.Text(), primary_key=True),
        _call_id(primary_key=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("next_deadline", sa.Date()),
        sa.Column("decide_by", sa.Date()),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("region_fit", sa.Text(), nullable=False),
    )
    op.create_index("ix_projections_next_deadline", "projections", ["profile", "next_deadline"])


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.UniqueConstraint("contact", "edition", "channel", name="uq_deliveries_edition"),
    )
    op.create_table(
        "lines",
        sa.Column(
            "delivery_id", sa.Integer(), sa.ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("call_id", sa.Integer(), sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("deadline", sa.Date()),
        sa.Column("previous_deadline", sa.Date()),
    )
    op.create_index("ix_lines_call_id", "lines", ["call_id"])


def _create_watching() -> None:
    op.create_table(
        "watched_pages",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
    )
    op.create_table(
        "candidates",
        sa.Column("key", sa.Text(), primary_key=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("page", "url", "programme", "place")),
        sa.Column("neighbour", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("language", "title", "sentence", "text")),
        sa.Column("opens_on", sa.Date()),
        sa.Column("deadline", sa.Date()),
        sa.Column("hour", sa.Time()),
        sa.Column("amounts", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
    )
    op.create_table(
        "pairs_apart",
        _call_id("low_id", primary_key=True),
        _call_id("high_id", primary_key=True),
        sa.Column("decided_at", MOMENT, nullable=False),
    )
