"""A real PostGIS for the tests of loading and of the store, started once and only when one of them asks for it."""

import os
from collections.abc import Iterator

import pytest

from tests.gis.store.postgres import find_postgres, running_postgres


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
