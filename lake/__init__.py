"""The lake keeps the tables on disk."""

from lake.tables import TABLES, Lake

__all__ = ["TABLES", "Lake"]
