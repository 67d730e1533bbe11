from tests.databases import blank, engine, postgresql_engine, postgresql_server, sqlite_template

__all__ = ["blank", "engine", "postgresql_engine", "postgresql_server", "sqlite_template"]
