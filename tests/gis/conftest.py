"""What the tests of loading, store and archive share: a small layer."""

import signal
from collections.abc import Iterator

import geopandas as gpd
import pandas as pd
import pytest
import shapely


@pytest.fixture
def two_squares() -> gpd.GeoDataFrame:
    """Two communities side by side, 100 m each, one figure unknown.

    +---+---+
    | a | b |
    +---+---+
    """
    return gpd.GeoDataFrame(
        {"name": ["甲社区", "乙社区"], "households": [1200.0, float("nan")]},
        geometry=[shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)],
        index=pd.Index(["a", "b"], name="id"),
        crs="EPSG:4547",
    )


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
