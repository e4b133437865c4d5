"""Real layers are mended into valid coverages; wide gaps and enclaves stay unless asked."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from boundaries import apply_changes, repair_layer
from boundaries.repair import RepairRules
from tests.boundaries.coverage.test_real_data import SETS, _read

pytestmark = pytest.mark.scenario1

EVERYTHING = RepairRules(wide_gaps="fill", enclaves="fill", containments="cut_out")


@pytest.mark.parametrize("key", SETS)
def test_each_set_becomes_a_valid_coverage(shared_data: Path, key: str) -> None:
    path, name, crs, n_overlaps, _, n_gaps, _ = SETS[key]
    layer = _read(shared_data, path, name, crs)
    repair = repair_layer(layer, rules=EVERYTHING)
    assert repair.remaining.empty
    assert list(repair.layer.index) == list(layer.index)
    shapes = repair.layer.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert repair_layer(repair.layer, rules=EVERYTHING).changes.empty
    if n_overlaps + n_gaps:
        assert repair.changes["area_m2"].max() > 1
    again = apply_changes(layer, repair.changes)
    assert [one.wkb for one in again.geometry] == [one.wkb for one in repair.layer.geometry]


def test_the_ten_enclaves_of_denver_are_told_and_left_alone(shared_data: Path) -> None:
    path, name, crs, *_ = SETS["denver-2016"]
    layer = _read(shared_data, path, name, crs)
    repair = repair_layer(layer)
    assert len(repair.remaining) == 10
    assert repair.remaining["area_m2"].sum() == pytest.approx(3_149_301, abs=100)
    assert np.allclose(repair.layer.area, layer.area, atol=1)
