"""Filters in CQL2 (OGC 21-065r2): text and JSON are parsed by the library ``cql2`` and evaluated on columns in memory.

No filter ever becomes a piece of SQL.
"""

from api.cql2.evaluate import select_rows
from api.cql2.parse import read_filter
from api.cql2.values import Column

__all__ = ["Column", "read_filter", "select_rows"]
