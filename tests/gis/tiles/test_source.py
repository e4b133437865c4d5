"""Tiles decode to valid, gap-free shapes; neighbours share their lines; values keep their types."""

import geopandas as gpd
import mapbox_vector_tile
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.tiles import EXTENT, Tile, TileSource, covering_range
from gis.tiles.coarse import shows_every_corner, simplify_for
from gis.tiles.matrix import units_per_metre
from gis.tiles.source import MAX_TILE_BYTES, feature_numbers
from tests.gis.tiles.decoding import SQUARE, decoded, features, shapes
from tests.gis.tiles.town import CENTRE, CRS, crooked_cells


def _middle_tile(layer: gpd.GeoDataFrame, zoom: int) -> Tile:
    west, south, east, north = layer.to_crs(4326).total_bounds
    middle = ((west + east) / 2, (south + north) / 2)
    (tile,) = covering_range((*middle, *middle), zoom)
    return tile


def _expected_in_tile_units(layer: gpd.GeoDataFrame, tile: Tile) -> np.ndarray:
    west, _, _, north = tile.bounds_m
    scale = units_per_metre(tile.z)
    moved = layer.to_crs(3857).geometry.to_numpy()
    return shapely.transform(moved, lambda xy: (xy - [west, north]) * [scale, -scale])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.integers(10, 19), st.integers(2, 7), st.sampled_from([3.0, 40.0, 200.0]))
def test_tiles_decode_to_valid_polygons_without_gaps(seed, zoom, side, size_m):
    layer = crooked_cells(side, size_m=size_m, seed=seed)
    source = TileSource.of(layer, name="units")
    tile = _middle_tile(layer, zoom)
    found = shapes(features(source, tile))
    assert all(shapely.is_valid(found))
    assert all(shape.area > 0 for shape in found)
    ground = shapely.union_all(_expected_in_tile_units(layer, tile)).intersection(SQUARE)
    tolerance = 12.0 if not shows_every_corner(zoom) else 1.0
    covered = shapely.union_all(found)
    assert ground.buffer(-tolerance).difference(covered.buffer(0.75)).area == 0, "a gap wider than a unit"
    holes = [hole for part in shapely.get_parts(covered) for hole in part.interiors]
    assert all(shapely.Polygon(hole).buffer(-0.75).is_empty for hole in holes), "a gap between neighbours"


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.integers(13, 18))
def test_neighbours_share_their_lines_exactly(seed, zoom):
    """Where no rounding had to be mended, the tile holds a coverage: no overlap, every inner line twice."""
    layer = crooked_cells(4, seed=seed)
    source = TileSource.of(layer, name="units")
    found = shapely.intersection(shapes(features(source, _middle_tile(layer, zoom))), SQUARE)
    found = [shape for shape in found if shape.area > 0]
    assert shapely.coverage_is_valid(found)


def test_the_lines_of_two_tiles_meet_at_their_common_edge():
    layer = crooked_cells(6, seed=3)
    source = TileSource.of(layer, name="units")
    left = _middle_tile(layer, 16)
    right = Tile(left.z, left.x + 1, left.y)
    edge = shapely.LineString([(EXTENT, 0), (EXTENT, EXTENT)])

    def crossings(tile: Tile, shift: int) -> dict[str, shapely.Geometry]:
        found = features(source, tile)
        moved = [shapely.affinity.translate(shape, shift, 0).intersection(edge) for shape in shapes(found)]
        return dict(zip([feature["properties"]["id"] for feature in found], moved, strict=True))

    here, there = crossings(left, 0), crossings(right, EXTENT)
    met = {name: line for name, line in here.items() if line.length > 0}
    assert met
    for name, line in met.items():
        assert line.hausdorff_distance(there[name]) < 0.75, name  # a cut line ends on a whole number beyond the edge


@pytest.mark.parametrize("zoom", [15, 17, 18])
def test_each_feature_is_as_mapbox_vector_tile_encodes_it(zoom):
    layer = crooked_cells(5, seed=7)
    source = TileSource.of(layer, name="units")
    tile = _middle_tile(layer, zoom)
    simple = gpd.GeoDataFrame(geometry=simplify_for(source.shapes, zoom), index=layer.index, crs=3857)
    placed = shapely.clip_by_rect(
        shapely.transform(_expected_in_tile_units(simple, tile), np.rint), -64, -64, 4160, 4160
    )
    peers = [
        {"geometry": shape, "properties": {"id": name, **_plain(layer.loc[name].drop("geometry"))}, "id": number}
        for number, (name, shape) in enumerate(zip(layer.index, placed, strict=True), start=1)
        if not shape.is_empty
    ]
    theirs = decoded(
        mapbox_vector_tile.encode({"name": "units", "features": peers}, default_options={"y_coord_down": True})
    )
    ours = {feature["id"]: feature for feature in features(source, tile)}
    assert ours.keys() == {feature["id"] for feature in theirs["units"]["features"]}
    for feature in theirs["units"]["features"]:
        mine = ours[feature["id"]]
        assert mine["properties"] == feature["properties"]
        got, wanted = shapes([mine, feature])
        assert got.symmetric_difference(wanted).area == 0


def _plain(row: pd.Series) -> dict[str, object]:
    return {name: value.item() if isinstance(value, np.generic) else value for name, value in row.items()}


def test_gdal_reads_the_same_features(tmp_path):
    layer = crooked_cells(4, seed=2)
    source = TileSource.of(layer, name="units")
    tile = _middle_tile(layer, 14)
    path = tmp_path / "tile.pbf"
    path.write_bytes(source.encode(tile))
    read = pyogrio.read_dataframe(path, layer="units", X=str(tile.x), Y=str(tile.y), Z=str(tile.z), CLIP="NO")
    assert read.crs.to_epsg() == 3857
    expected = layer.reset_index().set_index("id").loc[read["id"]]
    assert len(read) == 16
    assert read["households"].tolist() == expected["households"].tolist()
    assert read["floors"].tolist() == expected["floors"].tolist()
    assert read["is_old"].astype(bool).tolist() == expected["is_old"].tolist()
    square = shapely.box(*tile.bounds_m)
    for got, wanted in zip(read.geometry, layer.to_crs(3857).geometry.loc[read["id"]], strict=True):
        assert got.intersection(square).symmetric_difference(wanted.intersection(square)).area < 0.02 * wanted.area


def test_points_lines_and_holes():
    x, y = CENTRE
    ring = shapely.box(x, y, x + 100, y + 100).difference(shapely.box(x + 40, y + 40, x + 60, y + 60))
    layer = gpd.GeoDataFrame(
        {"name": ["点", "多点", "线", "多线", "环", None]},
        geometry=[
            shapely.Point(x + 5, y + 5),
            shapely.MultiPoint([(x + 1, y + 1), (x + 9, y + 9)]),
            shapely.LineString([(x, y), (x, y), (x + 50, y + 70)]),
            shapely.MultiLineString([[(x, y), (x + 5, y)], [(x, y + 9), (x + 5, y + 9)]]),
            shapely.MultiPolygon([ring, shapely.box(x + 200, y, x + 210, y + 10)]),
            None,
        ],
        index=pd.Index(list("abcdef"), name="id"),
        crs=CRS,
    )
    source = TileSource.of(layer, name="things")
    tile = _middle_tile(layer.iloc[:5], 16)
    found = {feature["properties"]["id"]: feature for feature in features(source, tile)}
    reach = SQUARE.buffer(64, join_style="mitre")
    expected = dict(zip(layer.index, shapely.intersection(_expected_in_tile_units(layer, tile), reach), strict=True))
    assert set(found) == set("abcde")
    for name, feature in found.items():
        (shape,) = shapes([feature])
        assert shape.geom_type == expected[name].geom_type, name
        assert shape.hausdorff_distance(expected[name]) < 1, name
    (holed,) = shapes([found["e"]])
    assert sorted(len(part.interiors) for part in holed.geoms) == [0, 1]


def test_values_keep_their_types_and_what_is_unknown_is_left_out():
    x, y = CENTRE
    layer = gpd.GeoDataFrame(
        {
            "whole": [7, -3],
            "figure": [2.0, float("nan")],
            "text": ["城", None],
            "truth": [True, False],
            "ids": [("a", "b"), ()],
            "day": pd.to_datetime(["2026-01-01", None]),
        },
        geometry=[shapely.Point(x, y), shapely.Point(x + 9, y)],
        index=pd.Index(["01", "2"], name="id"),
        crs=CRS,
    )
    first, second = features(TileSource.of(layer, name="t"), _middle_tile(layer, 15))
    assert first["properties"] == {
        "id": "01", "whole": 7, "figure": 2.0, "text": "城", "truth": True, "ids": '["a","b"]',
        "day": "2026-01-01T00:00:00",
    }  # fmt: skip
    assert second["properties"] == {"id": "2", "whole": -3, "truth": False, "ids": "[]"}
    assert (type(first["properties"]["whole"]), type(first["properties"]["figure"])) == (int, float)
    assert (first["properties"]["truth"], second["properties"]["truth"]) == (True, False)


def test_ids_are_numbers_where_they_can_be():
    assert feature_numbers(["1", "10"]).tolist() == [1, 10]
    for texts in (["01", "2"], ["1", "a"], ["9007199254740993"], ["²"], ["-1"], [str(10**18)]):
        assert feature_numbers(texts).tolist() == list(range(1, len(texts) + 1))
    layer = crooked_cells(2).set_axis(pd.Index(["460105001001", "460105001002", "3", "4"], name="id"))
    found = features(TileSource.of(layer, name="units"), _middle_tile(layer, 14))
    assert {feature["id"]: feature["properties"]["id"] for feature in found} == {
        int(name): name for name in layer.index
    }


def test_no_tile_is_too_large_and_joined_shapes_stand_for_all():
    layer = crooked_cells(60, size_m=30, corners=6)
    layer["remark"] = [f"备注{n:05d}" * 40 for n in range(len(layer))]
    source = TileSource.of(layer, name="units")
    tile = _middle_tile(layer, 14)
    content = source.encode(tile)
    assert 0 < len(content) <= MAX_TILE_BYTES
    found = decoded(content)["units"]["features"]
    assert all(set(feature["properties"]) == {"feature_count"} for feature in found)
    assert all(not feature.get("id") for feature in found)
    ground = shapely.union_all(_expected_in_tile_units(layer, tile)).intersection(SQUARE)
    joined = shapely.union_all(shapes(found))
    assert ground.buffer(-12).difference(joined.buffer(0.75)).area == 0
    whole = list(covering_range(tuple(layer.to_crs(4326).total_bounds), 9))
    (far,) = [decoded(source.encode(one))["units"]["features"] for one in whole]
    assert sum(feature["properties"].get("feature_count", 1) for feature in far) <= len(layer)


def test_simplified_neighbours_keep_one_line_between_them():
    layer = crooked_cells(8, corners=12)
    source = TileSource.of(layer, name="units")
    simple = simplify_for(source.shapes, 12)
    assert shapely.get_num_coordinates(simple).sum() < shapely.get_num_coordinates(source.shapes).sum() / 2
    assert shapely.coverage_is_valid(simple)
    assert simplify_for(source.shapes, 17) is source.shapes


def test_a_layer_whose_polygons_overlap_is_drawn_all_the_same():
    layer = crooked_cells(5, seed=1)
    layer.geometry = layer.geometry.buffer(20)
    source = TileSource.of(layer, name="communities")
    for zoom in (10, 13, 16, 18):
        found = features(source, _middle_tile(layer, zoom))
        assert found
        assert all(shapely.is_valid(shapes(found)))


def test_nothing_is_nothing():
    layer = crooked_cells(2)
    source = TileSource.of(layer, name="units")
    assert source.encode(Tile(14, 0, 0)) == b""
    assert TileSource.of(layer.iloc[:0], name="units").encode(Tile(0, 0, 0)) == b""


def test_a_shape_at_the_pole_has_no_place():
    layer = gpd.GeoDataFrame(
        geometry=[shapely.Point(0, 90), shapely.Point(0, 0)], index=pd.Index(["n", "o"], name="id"), crs=4326
    )
    assert [feature["properties"]["id"] for feature in features(TileSource.of(layer, name="t"), Tile(0, 0, 0))] == ["o"]
