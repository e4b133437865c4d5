import geopandas as gpd
import pytest
import shapely

from boundaries import find_gaps
from gis.errors import CrsError
from tests.boundaries.coverage.broken import CRS, as_layer

RING = [
    shapely.box(0, 0, 300, 100),
    shapely.box(0, 200, 300, 300),
    shapely.box(0, 100, 100, 200),
    shapely.box(200, 100, 300, 200),
]


def _extent(*bounds: float, crs: int = CRS) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[shapely.box(*bounds)], crs=crs)


def test_a_wide_enclosed_gap_is_found_with_its_four_neighbours() -> None:
    """
    +-----------+
    |   north   |
    +---+---+---+
    | w | ? | e |
    +---+---+---+
    |   south   |
    +-----------+
    """
    gaps = find_gaps(as_layer(RING, ids=["south", "north", "west", "east"]))
    assert gaps["area_m2"].tolist() == [10_000.0]
    assert gaps["neighbour_ids"].tolist() == [("east", "north", "south", "west")]
    assert gaps.geometry.iloc[0].equals(shapely.box(100, 100, 200, 200))


def test_an_island_in_a_gap_is_not_part_of_it() -> None:
    gaps = find_gaps(as_layer([*RING, shapely.box(140, 140, 160, 160)]))
    assert gaps["area_m2"].tolist() == [10_000.0 - 400.0]
    assert gaps["neighbour_ids"].tolist() == [("c000", "c001", "c002", "c003", "c004")]


def test_the_hole_of_a_single_polygon_is_a_gap() -> None:
    ring = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))
    gaps = find_gaps(as_layer([ring]))
    assert gaps["area_m2"].tolist() == [400.0]
    assert gaps["neighbour_ids"].tolist() == [("c000",)]


def test_two_gaps_that_meet_in_a_point_are_two() -> None:
    plate = shapely.box(0, 0, 400, 400)
    cut = plate.difference(shapely.box(100, 100, 200, 200)).difference(shapely.box(200, 200, 300, 300))
    assert find_gaps(as_layer(shapely.get_parts(cut)))["area_m2"].tolist() == [10_000.0, 10_000.0]


def test_a_neighbour_that_touches_in_a_corner_only_is_not_told() -> None:
    corner = shapely.box(100, 100, 200, 200)
    around = [*RING[:2], RING[2], RING[3]]
    diagonal = shapely.box(300, 300, 400, 400)
    gaps = find_gaps(as_layer([*around, diagonal]))
    assert gaps.geometry.iloc[0].equals(corner)
    assert "c004" not in gaps["neighbour_ids"].iloc[0]


def test_open_ground_counts_only_against_an_extent() -> None:
    layer = as_layer(RING[:3])
    assert find_gaps(layer).empty
    assert find_gaps(layer, extent=_extent(0, 0, 300, 300))["area_m2"].tolist() == [20_000.0]


def test_enclosed_ground_outside_the_extent_need_not_be_covered() -> None:
    assert find_gaps(as_layer(RING), extent=_extent(0, 0, 90, 90)).empty
    assert find_gaps(as_layer(RING), extent=_extent(0, 0, 150, 300))["area_m2"].tolist() == [5_000.0]


def test_without_any_polygon_the_whole_extent_is_a_gap() -> None:
    gaps = find_gaps(as_layer([]), extent=_extent(0, 0, 10, 10))
    assert gaps["area_m2"].tolist() == [100.0]
    assert gaps["neighbour_ids"].tolist() == [()]
    assert find_gaps(as_layer([])).empty


def test_gaps_keep_every_vertex_of_their_neighbours_and_no_other() -> None:
    """A gap comes back with the very coordinates of the polygons around it, to the last digit."""
    ring = shapely.Point(0, 0).buffer(1000, quad_segs=2000).difference(shapely.Point(0, 0).buffer(300, quad_segs=2000))
    gap = find_gaps(as_layer([ring])).geometry.iloc[0]
    assert set(map(tuple, shapely.get_coordinates(gap))) == set(map(tuple, shapely.get_coordinates(ring.interiors[0])))


def test_an_extent_in_another_crs_is_refused() -> None:
    with pytest.raises(CrsError) as caught:
        find_gaps(as_layer(RING), extent=_extent(0, 0, 1, 1, crs=4548))
    assert caught.value.code == "crs-mismatch"


def test_an_empty_result_has_all_columns() -> None:
    assert list(find_gaps(as_layer(RING[:1])).columns) == ["area_m2", "neighbour_ids", "geometry"]
