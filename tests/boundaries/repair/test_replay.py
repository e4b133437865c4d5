"""The change log replays to the same layer, and one change can be taken back."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from boundaries import apply_changes, repair_layer, undo_change
from boundaries.errors import RepairError
from boundaries.repair import RepairRules
from tests.boundaries.coverage.broken import broken_coverages
from tests.boundaries.repair.test_run import EVERYTHING, jittered_town


def same(one, other):
    assert list(one.index) == list(other.index)
    assert [shape.wkb for shape in one.geometry] == [shape.wkb for shape in other.geometry]


@settings(max_examples=40, deadline=None)
@given(broken_coverages())
def test_the_log_replays_to_the_same_layer(layer):
    for rules in (EVERYTHING, RepairRules(gaps="most_compact", containments="cut_out")):
        repair = repair_layer(layer, kind="units", rules=rules)
        same(apply_changes(layer, repair.changes, kind="units"), repair.layer)
        shuffled = repair.changes.sample(frac=1, random_state=0)
        shuffled.attrs = repair.changes.attrs
        same(apply_changes(layer, shuffled, kind="units"), repair.layer)


def test_an_undone_change_is_as_it_was_and_all_others_stay():
    layer = jittered_town(7)
    repair = repair_layer(layer)
    change = repair.changes.iloc[0]
    undone = undo_change(layer, repair.changes, repair.changes.index[0])
    concerned = {*change["claim_ids"], *change["from_ids"], *change["to_ids"]}
    for one in layer.index:
        difference = shapely.symmetric_difference(undone.geometry[one], repair.layer.geometry[one])
        if one in concerned and (one in change["from_ids"] or not change["claim_ids"]):
            assert difference.symmetric_difference(change.geometry).area < 1e-6
        else:
            assert difference.area == 0
    again = repair_layer(undone)
    assert len(again.changes) == 1
    assert again.changes["area_m2"].iloc[0] == pytest.approx(change["area_m2"])
    assert np.allclose(again.layer.area, repair.layer.area)


def test_a_log_of_another_layer_is_refused():
    repair = repair_layer(jittered_town(7))
    with pytest.raises(RepairError) as caught:
        apply_changes(jittered_town(8), repair.changes)
    assert caught.value.code == "changes-unlike"
    with pytest.raises(RepairError):
        undo_change(jittered_town(7), repair.changes, "gap-0")
