from tests.databases import engine, postgresql_engine, postgresql_server, sqlite_template
from tests.environment import clean_environment

__all__ = ["clean_environment", "engine", "postgresql_engine", "postgresql_server", "sqlite_template"]
