import itertools

import geopandas as gpd
import pytest
import shapely

from boundaries import find_overlaps
from gis.errors import CrsError, SchemaError
from tests.boundaries.coverage.broken import as_layer

SQUARE = shapely.box(0, 0, 100, 100)


def _found(*polygons: shapely.Geometry) -> list[tuple[str, str, float]]:
    overlaps = find_overlaps(as_layer(polygons))
    return list(overlaps[["left_id", "right_id", "area_m2"]].itertuples(index=False, name=None))


def test_touching_neighbours_share_nothing() -> None:
    assert _found(SQUARE, shapely.box(100, 0, 200, 100), shapely.box(0, 100, 100, 200)) == []


def test_a_duplicate_among_sound_neighbours_is_found() -> None:
    """The doubled cell's edges have three users each: its own two walk the same way, the neighbour's the other."""
    cells = [shapely.box(x, y, x + 100, y + 100) for x in (0, 100, 200) for y in (0, 100, 200)]
    assert _found(*cells, cells[4]) == [("c004", "c009", 10_000.0)]


def test_three_copies_make_three_pairs() -> None:
    assert [pair[:2] for pair in _found(SQUARE, SQUARE, SQUARE)] == [
        ("c000", "c001"),
        ("c000", "c002"),
        ("c001", "c002"),
    ]


def test_a_polygon_inside_another_is_found_with_its_whole_area() -> None:
    assert _found(SQUARE, shapely.box(40, 40, 50, 50)) == [("c000", "c001", 100.0)]


def test_a_polygon_across_a_sound_seam_overlaps_both_sides() -> None:
    """Nothing is left over along the seam, yet the ground on both of its sides is covered twice.

    +-----+-----+
    |   +-+-+   |
    |   +-+-+   |
    +-----+-----+
    """
    found = _found(SQUARE, shapely.box(100, 0, 200, 100), shapely.box(80, 40, 130, 60))
    assert found == [("c000", "c002", 400.0), ("c001", "c002", 600.0)]


def test_an_inner_brick_of_a_wall_stacked_on_another_is_found() -> None:
    """Inner bricks have all their edges answered by their own wall; only the rims of the walls are left over."""
    coarse = [shapely.box(x, y, x + 4, y + 4) for x in range(0, 20, 4) for y in range(0, 20, 4)]
    fine = [shapely.box(x, y, x + 1, y + 1) for x in range(20) for y in range(20)]
    layer = as_layer([shapely.transform(brick, lambda xy: xy * 10) for brick in (*coarse, *fine)])
    found = find_overlaps(layer)
    assert len(found) == len(fine)
    assert set(found["area_m2"]) == {100.0}


def test_an_overlap_in_several_parts_is_one_pair() -> None:
    comb = shapely.union_all(
        [shapely.box(0, 100, 100, 150), shapely.box(10, 90, 20, 100), shapely.box(60, 90, 70, 100)]
    )
    assert _found(SQUARE, comb) == [("c000", "c001", 200.0)]


def test_lines_of_a_mixed_intersection_are_left_out() -> None:
    overlaps = find_overlaps(
        as_layer([SQUARE, shapely.Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (90, 50), (100, 40)])])
    )
    assert set(overlaps.geom_type) <= {"Polygon", "MultiPolygon"}
    assert len(overlaps) == 1


def test_small_overlaps_are_left_out_by_area() -> None:
    layer = as_layer([SQUARE, shapely.box(99.5, 0, 200, 100)])
    assert find_overlaps(layer, min_area_m2=50).empty
    assert find_overlaps(layer, min_area_m2=49.9)["area_m2"].tolist() == [50.0]


def test_an_empty_layer_has_no_overlaps_but_all_columns() -> None:
    found = find_overlaps(as_layer([]))
    assert found.empty
    assert list(found.columns) == ["left_id", "right_id", "area_m2", "geometry"]


def test_the_input_is_untouched_and_any_geometry_name_will_do() -> None:
    layer = as_layer([SQUARE, SQUARE]).rename_geometry("shape")
    before = layer.copy(deep=True)
    assert len(find_overlaps(layer)) == 1
    assert layer.equals(before)


def test_an_invalid_ring_is_mended_for_the_search() -> None:
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    assert _found(bow_tie, SQUARE) == [("c000", "c001", pytest.approx(5000.0))]


@pytest.mark.parametrize(("crs", "code"), [(None, "crs-missing"), (4490, "crs-not-metric"), (2232, "crs-not-metric")])
def test_a_crs_that_is_not_metric_is_refused(crs: int | None, code: str) -> None:
    layer = gpd.GeoDataFrame(index=["a"], geometry=[SQUARE], crs=crs)
    with pytest.raises(CrsError) as caught:
        find_overlaps(layer)
    assert caught.value.code == code


def test_repeated_ids_are_refused() -> None:
    with pytest.raises(SchemaError) as caught:
        find_overlaps(as_layer([SQUARE, SQUARE], ids=["a", "a"]))
    assert caught.value.code == "ids-duplicate"


@pytest.mark.parametrize("shape", [None, shapely.Polygon(), shapely.LineString([(0, 0), (1, 1)])])
def test_a_row_without_ground_is_refused_by_its_id(shape: shapely.Geometry | None) -> None:
    with pytest.raises(SchemaError, match="c001"):
        find_overlaps(as_layer([SQUARE, shape]))


def test_what_a_pair_has_too_much_in_one_face_and_lacks_in_another_hides_no_pair():
    """Seams join two pieces of ground to one face twice, and the pair over both misses there what it gains here."""
    boxes = {
        "across": (0, 20, 50, 40),
        "corner": (0, 0, 10, 10),
        "corner again": (0, 0, 10, 10),
        "east": (50, 20, 60, 50),
        "inside": (30, 0, 40, 10),
        "large": (0, 0, 50, 50),
        "over the edge": (40, 0, 60, 50),
    }
    shapes = [shapely.box(*box) for box in boxes.values()]
    layer = gpd.GeoDataFrame(index=list(boxes), geometry=shapes, crs=4547)
    found = find_overlaps(layer)
    expected = {
        (one, other): area
        for one, other in itertools.combinations(sorted(boxes), 2)
        if (area := layer.geometry[one].intersection(layer.geometry[other]).area) > 1
    }
    assert ("inside", "large") in expected
    assert dict(zip(zip(found["left_id"], found["right_id"], strict=True), found["area_m2"], strict=True)) == expected
