"""The history of the tables, run by `db.schema` through Alembic; never edited after it has landed."""
