"""Who borders whom: against all-pairs intersection, with barriers, bridges, links and graphs without geometry."""

import itertools

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries import UnitGraph, build_graph, find_crossings
from boundaries.errors import PlanError
from gis.errors import CrsError
from tests.boundaries.town import CRS, square_town


def edges_of(graph: UnitGraph) -> dict[tuple[str, str], float]:
    return {
        (graph.ids[left], graph.ids[right]): length
        for left, right, length in zip(graph.left, graph.right, graph.shared_perimeter_m, strict=True)
    }


def by_all_pairs(units: gpd.GeoDataFrame) -> dict[tuple[str, str], float]:
    found = {}
    for one, two in itertools.combinations(units.index, 2):
        length = shapely.length(shapely.intersection(units.geometry[one], units.geometry[two], grid_size=0.001))
        if length > 0.002:
            found[one, two] = float(length)
    return found


def test_neighbours_share_a_border_and_corners_do_not_count() -> None:
    graph = build_graph(square_town(3, 2))
    assert len(graph.left) == 7
    assert graph.neighbours("u1-0") == ["u0-0", "u1-1", "u2-0"]
    assert graph.shared_perimeter_m.tolist() == [100.0] * 7
    assert graph.n_components == 1
    assert graph.area_m2 is not None
    assert graph.area_m2.tolist() == [10_000.0] * 6


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_borders_match_all_pairs_intersection(seed: int) -> None:
    """On Voronoi cells, some of whose neighbours lack the vertices where a third cell meets them."""
    rng = np.random.default_rng(seed)
    frame = shapely.box(0, 0, 1000, 800)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(rng.uniform(0, 800, (12, 2))), extend_to=frame)
    )
    units = gpd.GeoDataFrame(geometry=shapely.intersection(cells, frame), crs=CRS)
    merged = units.geometry.iloc[:3].union_all()
    units = gpd.GeoDataFrame(geometry=[shapely.simplify(merged, 0), *units.geometry.iloc[3:]], crs=CRS)
    units.index = pd.Index([f"u{number:02d}" for number in range(len(units))], name="id")
    assert edges_of(build_graph(units)) == pytest.approx(by_all_pairs(units), abs=0.02)


def test_a_neighbour_without_the_shared_vertex_is_a_neighbour() -> None:
    """A long unit below two short ones; its upper edge has no vertex where they meet."""
    shapes = [shapely.box(0, 0, 200, 50), shapely.box(0, 50, 120, 90), shapely.box(120, 50, 200, 90)]
    units = gpd.GeoDataFrame(geometry=shapes, index=pd.Index(["a", "b", "c"], name="id"), crs=CRS)
    assert edges_of(build_graph(units)) == pytest.approx({("a", "b"): 120.0, ("a", "c"): 80.0, ("b", "c"): 40.0})


def test_the_borders_of_scenario_1_add_up(scenario1: object) -> None:
    units = gpd.read_file(scenario1, layer="units_bsa").set_index("CODEBASE")
    graph = build_graph(units)
    inner = (units.length.sum() - shapely.length(units.geometry.union_all())) / 2
    assert graph.shared_perimeter_m.sum() == pytest.approx(inner, abs=0.5)
    assert graph.n_components == 1


def test_the_borders_of_scenario_1_match_intersection_pair_by_pair(scenario1: object) -> None:
    units = gpd.read_file(scenario1, layer="units_bsa").set_index("CODEBASE")
    shapes = units.geometry.to_numpy()
    one, two = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=0.01)
    one, two = one[one < two], two[one < two]
    length = shapely.length(shapely.intersection(shapes[one], shapes[two], grid_size=0.001))
    expected = {(units.index[a], units.index[b]): m for a, b, m in zip(one, two, length, strict=True) if m > 0.01}
    found = {pair: length_m for pair, length_m in edges_of(build_graph(units)).items() if length_m > 0.01}
    assert len(expected) > 1_000
    assert found == pytest.approx(expected, abs=0.05)


def river(column: int) -> gpd.GeoDataFrame:
    x = 500_000 + 100 * column
    return gpd.GeoDataFrame(
        {"rigidity": ["rigid"]}, geometry=[shapely.LineString([(x, 2_999_900), (x, 3_000_900)])], crs=CRS
    )


def test_a_rigid_barrier_closes_the_borders_along_it() -> None:
    graph = build_graph(square_town(4, 3), barriers=river(2))
    assert graph.n_components == 2
    assert sorted(graph.barred["left_id"]) == ["u1-0", "u1-1", "u1-2"]
    assert sorted(graph.barred["right_id"]) == ["u2-0", "u2-1", "u2-2"]
    assert not graph.at_crossing.any()


def test_an_elastic_line_closes_nothing() -> None:
    line = river(2).assign(rigidity="elastic")
    assert build_graph(square_town(4, 3), barriers=line).n_components == 1


def test_a_bridge_keeps_the_border_below_it_open() -> None:
    bridge = gpd.GeoDataFrame(geometry=[shapely.Point(500_200, 3_000_150)], crs=CRS)
    graph = build_graph(square_town(4, 3), barriers=river(2), crossings=bridge)
    assert graph.n_components == 1
    assert graph.neighbours("u1-1") == ["u0-1", "u1-0", "u1-2", "u2-1"]
    assert graph.neighbours("u1-0") == ["u0-0", "u1-1"]
    assert graph.at_crossing.sum() == 1


def test_a_bridge_over_open_water_joins_the_units_at_its_ends() -> None:
    town = square_town(4, 1).drop(index="u1-0")
    span = gpd.GeoDataFrame(geometry=[shapely.LineString([(500_050, 3_000_050), (500_250, 3_000_050)])], crs=CRS)
    assert build_graph(town).n_components == 2
    assert build_graph(town, crossings=span).neighbours("u0-0") == ["u2-0"]


def test_a_declared_link_makes_neighbours() -> None:
    town = square_town(4, 1).drop(index="u1-0")
    graph = build_graph(town, links=[("u2-0", "u0-0")])
    assert graph.neighbours("u0-0") == ["u2-0"]
    with pytest.raises(PlanError) as refusal:
        build_graph(town, links=[("u2-0", "nowhere")])
    assert refusal.value.code == "graph-invalid"


def test_roads_cross_where_they_go_on_beyond_the_barrier() -> None:
    roads = gpd.GeoDataFrame(
        geometry=[
            shapely.LineString([(500_100, 3_000_050), (500_300, 3_000_050)]),
            shapely.LineString([(500_100, 3_000_150), (500_200, 3_000_150)]),
            shapely.LineString([(500_150, 3_000_000), (500_150, 3_000_300)]),
        ],
        index=pd.Index(["bridge", "ends at the bank", "along"], name="id"),
        crs=CRS,
    )
    found = find_crossings(roads, river(2))
    assert found["road_id"].tolist() == ["bridge"]
    assert found.geometry.iloc[0].equals(shapely.Point(500_200, 3_000_050))


def test_layers_in_other_crs_are_refused() -> None:
    with pytest.raises(CrsError) as refusal:
        build_graph(square_town(2, 2), barriers=river(1).to_crs(4490))
    assert refusal.value.code == "crs-mismatch"
    with pytest.raises(CrsError) as refusal:
        build_graph(square_town(2, 2).to_crs(4490))
    assert refusal.value.code == "crs-not-metric"


def test_a_graph_without_geometry() -> None:
    graph = UnitGraph.from_edges(
        ["a", "b", "c"], [("b", "a"), ("b", "c"), ("c", "b")], counts={"households": [1, float("nan"), 3]}
    )
    assert edges_of(graph) == {("a", "b"): 1.0, ("b", "c"): 1.0}
    assert np.isnan(graph.counts.loc["b", "households"])


@pytest.mark.parametrize(
    ("ids", "edges", "counts"),
    [
        (["a", "a"], [], {"households": [1, 2]}),
        (["a", "b"], [(0, 2)], {"households": [1, 2]}),
        (["a", "b"], [("a", "z")], {"households": [1, 2]}),
        (["a", "b"], [(1, 1)], {"households": [1, 2]}),
        (["a", "b"], [(0, 1)], {"households": [1]}),
    ],
)
def test_a_faulty_graph_is_refused(
    ids: list[str], edges: list[tuple[object, object]], counts: dict[str, list[float]]
) -> None:
    with pytest.raises(PlanError) as refusal:
        UnitGraph.from_edges(ids, edges, counts=counts)
    assert refusal.value.code == "graph-invalid"


def test_borders_along_roads_are_marked() -> None:
    road = gpd.GeoDataFrame(geometry=[shapely.LineString([(500_105, 2_999_900), (500_105, 3_000_300)])], crs=CRS)
    graph = build_graph(square_town(3, 2), roads=road)
    along = {(graph.ids[left], graph.ids[right]) for left, right in zip(graph.left, graph.right, strict=True)}
    marked = {
        (graph.ids[graph.left[edge]], graph.ids[graph.right[edge]]) for edge in np.flatnonzero(graph.road_share > 0.5)
    }
    assert marked == {("u0-0", "u1-0"), ("u0-1", "u1-1")} <= along
