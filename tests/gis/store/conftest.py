"""Stores to test on: the same tests run on a GeoPackage file and on a schema of a real PostGIS."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pytest

from gis.store import Store, open_store


@pytest.fixture
def geopackage_place(tmp_path: Path) -> str:
    """A path where no store is yet."""
    return str(tmp_path / "project.gpkg")


@pytest.fixture
def postgis_place(postgis_url: str) -> str:
    """A URL with a schema that no store has used yet."""
    return f"{postgis_url}&schema=town_{secrets.token_hex(4)}"


@pytest.fixture(params=["geopackage", "postgis"])
def place(request: pytest.FixtureRequest) -> str:
    """A place for a store, on each backend in turn."""
    found: str = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    """An empty store, on each backend in turn."""
    with open_store(place, create=True) as opened:
        yield opened


@pytest.fixture
def save(store: Store) -> Callable[..., object]:
    """Save a layer as ``communities`` with the remarks that every version needs."""

    def save(layer: gpd.GeoDataFrame, *, name: str = "communities", **options: object) -> object:
        return store.save_layer(name, layer, **{"kind": "communities", "author": "王工", "reason": "import", **options})

    return save
