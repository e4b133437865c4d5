"""Open a store by path or URL."""

from pathlib import Path

from gis.store.backend import Backend
from gis.store.faults import database_faults
from gis.store.geopackage import GeoPackage
from gis.store.migrate import migrate
from gis.store.postgis import PostGis
from gis.store.store import Store

__all__ = ["open_store"]


def open_store(place: str | Path, *, create: bool = False) -> Store:
    """Open the store in a GeoPackage file or in a PostgreSQL schema, and bring its tables up to date.

    Parameters
    ----------
    place
        The path of a ``.gpkg`` file, or ``postgresql://user@host/database?schema=NAME`` (schema ``quhua`` by default).
    create
        Make the store where there is none; otherwise that is an error, so that a wrong path never makes an empty store.

    Raises
    ------
    StoreError
        ``store-not-found``, ``store-foreign`` (other data), ``store-newer`` (a newer program's), ``store-unreachable``,
        ``postgis-missing``, ``url-invalid``, ``store-busy``, ``store-failed``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, open_store(f"{folder}/town.gpkg", create=True) as store:
    ...     store.layers()
    []
    """
    backend = _backend(place)
    engine = backend.create_engine(create=create)
    try:
        with database_faults(backend.place):
            migrate(engine, backend)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine, backend)


def _backend(place: str | Path) -> Backend:
    text = str(place)
    if text.startswith(("postgresql:", "postgres:", "postgresql+psycopg:")):
        return PostGis.from_url(text)
    return GeoPackage(Path(place))
