"""One county for all tests of this room."""

import pytest

from gis import samples


@pytest.fixture(scope="session")
def county() -> samples.SampleCounty:
    return samples.make_county()
