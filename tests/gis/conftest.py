"""What tests of loading and of the store share: a real PostGIS, started once when asked for, and an end to hanging."""

import os
import signal
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


@pytest.fixture
def at_once() -> Iterator[None]:
    """End the test with a failure if it hangs, as reading a pipe would; the sentence must come in seconds."""

    def too_late(_signal: int, _frame: object) -> None:
        raise TimeoutError("it hangs")

    before = signal.signal(signal.SIGALRM, too_late)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
