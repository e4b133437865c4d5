"""The project store: immutable versions of layers, findings and plans in a GeoPackage file or in PostGIS."""

from gis.store.copying import copy_store, verify_store
from gis.store.names import Entity
from gis.store.opening import open_store
from gis.store.store import Store
from gis.store.versions import Entry, Version

__all__ = ["Entity", "Entry", "Store", "Version", "copy_store", "open_store", "verify_store"]
