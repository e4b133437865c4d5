"""Work spread over threads against the same work done at once."""

import numpy as np
import pytest
import shapely

from gis import threads
from gis.threads import in_threads


@pytest.fixture(params=[1, 2, 5])
def cores(request, monkeypatch):
    monkeypatch.setattr(threads.os, "cpu_count", lambda: request.param)
    return request.param


@pytest.mark.parametrize("count", [0, 1, 4095, 4096, 8191, 8192, 50_001])
@pytest.mark.usefixtures("cores")
def test_the_result_is_that_of_one_call(count):
    shapes = shapely.box(0, 0, np.arange(count) + 1.0, 1)
    assert in_threads(shapely.area, shapes).tolist() == (np.arange(count) + 1.0).tolist()


@pytest.mark.usefixtures("cores")
def test_an_error_in_any_part_is_raised_here():
    blobs = shapely.to_wkb(shapely.points(np.arange(20_000.0), 0))
    blobs[19_999] = b"\x01\x63"
    with pytest.raises(shapely.errors.GEOSException):
        in_threads(shapely.from_wkb, blobs)


def test_several_threads_share_the_work(monkeypatch):
    monkeypatch.setattr(threads.os, "cpu_count", lambda: 4)
    sizes = []

    def noting(part):
        sizes.append(len(part))
        return part

    values = np.arange(100_000)
    assert (in_threads(noting, values) == values).all()
    assert len(sizes) > 4
    assert max(sizes) - min(sizes) <= 1
