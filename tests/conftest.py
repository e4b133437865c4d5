"""Fixtures that every room of the tests shares; a PostGIS is started only when one asks."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gis.store.postgres import find_postgres, running_postgres

_ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data with known truth (``QUHUA_DATA``); CI must have it, elsewhere its tests are skipped."""
    folder = Path(os.environ.get("QUHUA_DATA", _ROOT.parent / "shared" / "data")).resolve()
    if not (folder / "tainan_westcentral").is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"real data is not at {folder}; set QUHUA_DATA")
        pytest.skip(f"real data is not at {folder}; set QUHUA_DATA to the folder that holds it")
    return folder


@pytest.fixture(scope="session")
def scenario1(shared_data: Path) -> Path:
    """The GeoPackage of Scenario 1: 522 units, 38 villages, 17 urban villages, roads."""
    return shared_data / "tainan_westcentral" / "tainan_westcentral.gpkg"


@pytest.fixture(scope="session")
def postgis_url() -> Iterator[str]:
    """The URL of a PostGIS that runs for these tests only; CI must have the programs, elsewhere tests are skipped."""
    programs = find_postgres()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL with PostGIS is not installed (Debian: postgresql, postgresql-15-postgis-3)")
        pytest.skip("PostgreSQL with PostGIS is not installed")
    with running_postgres(programs) as url:
        yield url
