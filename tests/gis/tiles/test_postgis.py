"""Tiles made by PostGIS hold the features that our own encoder puts there."""

import pandas as pd
import pytest
import shapely

from gis.store import open_store
from gis.tiles import TileSource, covering_range
from gis.tiles.postgis import PostGisTiles
from tests.gis.store.conftest import postgis_place
from tests.gis.tiles.decoding import decoded, shapes
from tests.gis.tiles.town import crooked_cells

__all__ = ["postgis_place"]


@pytest.mark.parametrize("ids", ["texts", "numbers"])
def test_st_asmvt_gives_the_same_features(postgis_place, ids):
    layer = crooked_cells(5, seed=4).assign(**{'a:b"c': "x", "remark": None})
    if ids == "numbers":
        layer.index = pd.Index([str(460105001001 + n) for n in range(len(layer))], name="id")
    with open_store(postgis_place, create=True) as store:
        version = store.save_layer("units", layer, kind="units", author="王工", reason="import")
        theirs = PostGisTiles.of(store, "units", version.number, title="单元")
        ours = TileSource.of(layer, name="单元")
        seen = 0
        for tile in covering_range(tuple(layer.to_crs(4326).total_bounds), 17):
            left = {
                feature["id"]: feature
                for feature in decoded(theirs.encode(tile)).get("单元", {"features": []})["features"]
            }
            right = {
                feature["id"]: feature
                for feature in decoded(ours.encode(tile)).get("单元", {"features": []})["features"]
            }
            assert left.keys() == right.keys()
            seen += len(left)
            for number, feature in left.items():
                assert feature["properties"] == right[number]["properties"]
                got, wanted = shapes([feature, right[number]])
                assert shapely.hausdorff_distance(got, wanted) <= 1.5
        assert seen > 25


def test_what_postgis_cannot_show_as_it_is_stays_with_our_encoder(postgis_place, tmp_path):
    layer = crooked_cells(2)
    with open_store(postgis_place, create=True) as store:
        tuples = store.save_layer("units", layer.assign(ids=[("a",)] * 4), kind="units", author="王", reason="import")
        assert PostGisTiles.of(store, "units", tuples.number, title="units") is None
    with open_store(tmp_path / "a.gpkg", create=True) as store:
        plain = store.save_layer("units", layer, kind="units", author="王", reason="import")
        assert PostGisTiles.of(store, "units", plain.number, title="units") is None
