"""The history of the tables, on both databases."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

from db import (
    review_models,  # noqa: F401 - so that its tables are known
    schema,
)
from db.engine import Engine
from db.models import Base

VERSIONS = Path(schema.__file__).parent.parent / "migrations" / "versions"


def tables(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version"}


def test_up_down_and_up_again(blank: Engine) -> None:
    schema.upgrade(blank)
    assert tables(blank) == set(Base.metadata.tables)
    schema.downgrade(blank, "base")
    assert tables(blank) == set()
    assert schema.is_empty(blank)
    schema.upgrade(blank)
    assert tables(blank) == set(Base.metadata.tables)
    schema.check(blank)


def test_models_are_in_step_with_the_migrations(blank: Engine) -> None:
    schema.upgrade(blank)
    with blank.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_models_out_of_step_are_noticed(blank: Engine) -> None:
    schema.upgrade(blank)
    with blank.begin() as connection:
        connection.execute(text("ALTER TABLE calls ADD COLUMN surprise TEXT"))
    with blank.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert [difference[0] for difference in compare_metadata(context, Base.metadata)] == ["remove_column"]


def test_nothing_of_a_failed_migration_stays(blank: Engine) -> None:
    with blank.begin() as connection:
        connection.execute(text("CREATE TABLE texts (id INTEGER)"))  # in the way of ours
    with pytest.raises(Exception, match="texts"):
        schema.upgrade(blank)
    assert tables(blank) == {"texts"}


def test_foreign_keys_hold_again_after_a_migration(blank: Engine) -> None:
    schema.upgrade(blank)
    with blank.connect() as connection, pytest.raises(Exception, match=r"(?i)foreign key"):
        connection.execute(
            text(
                "INSERT INTO deadlines (call_id, position, date, kind) VALUES (9, 0, '2027-01-01', 'single')"
            )
        )


@pytest.mark.parametrize("file", sorted(VERSIONS.glob("0*.py")), ids=lambda file: file.stem)
def test_a_revision_imports_no_application_code(file: Path) -> None:
    imports = [line for line in file.read_text().splitlines() if line.startswith(("import ", "from "))]
    assert imports == ["import sqlalchemy as sa", "from alembic import op"]
