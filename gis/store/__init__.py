"""The project store: immutable versions of layers, findings and plans in a GeoPackage file or in PostGIS."""

from gis.store.comments import Comment, add_comment, read_comments
from gis.store.copying import copy_store, verify_store
from gis.store.edits import Edit, LoggedEdit, append_edit, load_moves, read_log
from gis.store.names import Entity
from gis.store.opening import open_store
from gis.store.store import Store
from gis.store.versions import Entry, Version

__all__ = [
    "Comment",
    "Edit",
    "Entity",
    "Entry",
    "LoggedEdit",
    "Store",
    "Version",
    "add_comment",
    "append_edit",
    "copy_store",
    "load_moves",
    "open_store",
    "read_comments",
    "read_log",
    "verify_store",
]
