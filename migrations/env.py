"""Runs the migrations on the connection that the application hands in."""

from alembic import context

from db import review_models  # noqa: F401 - so that its tables are known
from db.models import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
