"""Answers of contacts, who left or paused, what the operator was told, and when a message is tried again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("next_attempt_at", MOMENT))
    op.create_table(
        "answers",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Integer(), sa.ForeignKey("calls.id"), nullable=False),
        sa.Column("delivery_id", sa.Integer(), sa.ForeignKey("deliveries.id", ondelete="CASCADE")),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("to_domain", sa.Text()),
        sa.Column("note", sa.Text(), nullable=False),
    )
    op.create_index("ix_answers_contact", "answers", ["contact"])
    op.create_index("ix_answers_call_id", "answers", ["call_id"])
    op.create_table(
        "absences",
        sa.Column("contact", sa.Text(), primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("until", sa.Date()),
    )
    op.create_table(
        "notices",
        sa.Column("key", sa.Text(), primary_key=True),
        sa.Column("told_at", MOMENT, nullable=False),
    )


def downgrade() -> None:
    for table in ("notices", "absences", "answers"):
        op.drop_table(table)
    op.drop_column("deliveries", "next_attempt_at")
