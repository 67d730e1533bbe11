from tests.databases import engine, postgresql_engine, postgresql_server, sqlite_template
from tests.environment import clean_environment
from tests.hashing import cheap_hashing

__all__ = [
    "cheap_hashing",
    "clean_environment",
    "engine",
    "postgresql_engine",
    "postgresql_server",
    "sqlite_template",
]
