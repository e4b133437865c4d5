"""Work spread over threads against the same work done at once."""

import numpy as np
import pytest
import shapely

from gis import threads
from gis.threads import in_threads, while_made


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


@pytest.mark.parametrize("sizes", [[0], [1], [5, 0, 3], [4000] * 12])
@pytest.mark.usefixtures("cores")
def test_parts_and_results_keep_their_order(sizes):
    ends = np.cumsum(sizes)
    whole = shapely.box(0, 0, np.arange(ends[-1]) + 1.0, 1)
    shapes, areas = while_made(shapely.area, np.split(whole, ends[:-1]))
    assert len(shapes) == len(whole)
    assert all(made is given for made, given in zip(shapes, whole, strict=True))
    assert areas().tolist() == shapely.area(whole).tolist()


@pytest.mark.parametrize("broken", [0, 6, 11])
@pytest.mark.usefixtures("cores")
def test_an_error_while_parts_are_made_is_raised_here(broken):
    blobs = [shapely.to_wkb(shapely.points(np.arange(100.0), 0)) for _ in range(12)]
    blobs[broken][99] = b"\x01\x63"
    with pytest.raises(shapely.errors.GEOSException):
        while_made(shapely.is_valid, (shapely.from_wkb(part) for part in blobs))


def test_an_error_of_the_work_is_raised_here():
    def refuse(part):
        raise ValueError(len(part))

    given, refused = while_made(refuse, [np.arange(3)])
    assert given.tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="3"):
        refused()
