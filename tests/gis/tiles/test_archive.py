"""A PMTiles file, read back by the reference reader and by GDAL."""

import gzip

import pyogrio
import pytest
import shapely
from pmtiles.reader import MmapSource, Reader, all_tiles

from gis.errors import MapError, WriteError
from gis.tiles import Tile, TileSource, covering_range, write_pmtiles
from tests.gis.tiles.decoding import decoded
from tests.gis.tiles.town import crooked_cells


@pytest.fixture
def sources():
    return [TileSource.of(crooked_cells(4), name="units"), TileSource.of(crooked_cells(2, size_m=400), name="社区")]


def test_every_tile_is_in_the_file_and_is_as_it_is_served(sources, tmp_path):
    done = []
    path = write_pmtiles(sources, tmp_path / "town.pmtiles", name="镇", min_zoom=11, max_zoom=15, progress=done.append)
    assert done[-1] == 1
    with path.open("rb") as file:
        reader = Reader(MmapSource(file))
        tiles = {Tile(*place): gzip.decompress(data) for place, data in all_tiles(reader.get_bytes)}
        assert reader.metadata()["vector_layers"][0]["fields"]["households"] == "Number"
        assert [layer["id"] for layer in reader.metadata()["vector_layers"]] == ["units", "社区"]
        header = reader.header()
    west, south, east, north = crooked_cells(4).to_crs(4326).total_bounds
    assert header["min_lon_e7"] <= round(west * 1e7) + 1
    assert header["max_lat_e7"] >= round(north * 1e7) - 1
    assert (header["min_zoom"], header["max_zoom"]) == (11, 15)
    for zoom in range(11, 16):
        for tile in covering_range((west, south, east, north), zoom):
            expected = b"".join(source.encode(tile) for source in sources)
            assert tiles.pop(tile, b"") == expected
    assert not any(set(decoded(content)) - {"units", "社区"} for content in tiles.values())


@pytest.mark.skipif("PMTiles" not in pyogrio.list_drivers(), reason="this GDAL has no PMTiles driver")
def test_gdal_opens_the_file(sources, tmp_path):
    path = write_pmtiles(sources, tmp_path / "town.pmtiles", name="镇", min_zoom=12, max_zoom=14)
    assert {name for name, _ in pyogrio.list_layers(path)} == {"units", "社区"}
    read = pyogrio.read_dataframe(path, layer="units")
    assert set(read["id"]) == {f"u{n}" for n in range(1, 17)}
    joined = shapely.union_all(read.to_crs(4547).geometry.to_numpy())
    assert joined.symmetric_difference(crooked_cells(4).union_all()).area < 0.01 * joined.area


def test_a_wrong_target_is_refused_and_nothing_is_left(sources, tmp_path):
    for path, code in ((tmp_path / "a.zip", "format-unknown"), (tmp_path / "no" / "a.pmtiles", "folder-missing")):
        with pytest.raises(WriteError) as caught:
            write_pmtiles(sources, path, name="x", min_zoom=0, max_zoom=1)
        assert caught.value.code == code
    empty = [TileSource.of(crooked_cells(2).iloc[:0], name="units")]
    with pytest.raises(MapError):
        write_pmtiles(empty, tmp_path / "a.pmtiles", name="x", min_zoom=0, max_zoom=1)
    assert list(tmp_path.iterdir()) == []
