from tests.databases import blank, engine, postgresql_engine, postgresql_server, sqlite_template
from tests.environment import clean_environment

__all__ = [
    "blank",
    "clean_environment",
    "engine",
    "postgresql_engine",
    "postgresql_server",
    "sqlite_template",
]
