"""Every format in every encoding that it can be in, with every kind of CRS: a table of ``docs/loading.md``."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import box

import gis
from gis.errors import CrsError

_SIMPLIFIED = ["东门社区居委会", "西门村委会", "南湖街道办事处", "北关社区"]
_TRADITIONAL = ["東門里辦公處", "西門社區", "南湖街道", "臺北市中正區"]
_FOUND = {"utf-8": "UTF-8", "gbk": "GB18030", "gb18030": "GB18030", "big5": "Big5-HKSCS"}
_MAPINFO = {"utf-8": "UTF-8", "gbk": "WindowsSimpChinese", "big5": "WindowsTradChinese"}  # its own names for them
_METRES, _ZONED, _DEGREES, _XIAN, _BEIJING = 4547, 4526, 4490, 2383, 2435
ALL = (_METRES, _ZONED, _DEGREES, _XIAN, _BEIJING)


@dataclass(frozen=True)
class Case:
    """A format in an encoding (None: the format fixes it), with the CRS to try; 0 stands for none at all."""

    suffix: str
    encoding: str | None
    crs: tuple[int, ...]

    @property
    def words(self) -> tuple[str, str, str]:
        """As the page writes it."""
        return self.suffix, self.encoding or "fixed", ", ".join("none" if code == 0 else str(code) for code in self.crs)


CASES = (
    *(Case(".shp", encoding, (*ALL, 0)) for encoding in ("utf-8", "gbk", "gb18030", "big5")),
    *(Case(".csv", encoding, (*ALL, 0)) for encoding in ("utf-8", "gbk", "gb18030", "big5")),
    *(Case(".tab", encoding, ALL) for encoding in ("utf-8", "gbk", "big5")),
    *(Case(".mif", encoding, ALL) for encoding in ("utf-8", "gbk", "big5")),
    Case(".gpkg", None, (*ALL, 0)),
    Case(".geojson", None, ALL),
    Case(".fgb", None, ALL),
    Case(".parquet", None, ALL),
    Case(".xlsx", None, (*ALL, 0)),
    Case(".kml", None, (4326,)),
    Case(".gdb", None, ALL),
    Case(".topojson", None, (0,)),
    Case(".dxf", None, (0,)),
)


def _town(case: Case, crs: int) -> gpd.GeoDataFrame:
    names = _TRADITIONAL if case.encoding == "big5" else _SIMPLIFIED
    shapes = [box(500_000 + 100 * at, 3_650_000, 500_100 + 100 * at, 3_650_100) for at in range(len(names))]
    index = pd.Index([f"C{at}" for at in range(len(names))], name="id")
    layer = gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=_METRES, index=index)
    return layer.to_crs(crs) if crs not in {0, _METRES} else layer


def _write(case: Case, layer: gpd.GeoDataFrame, folder: Path, *, crs: int) -> Path:
    path = folder / f"town{case.suffix}"
    if case.suffix == ".gdb":
        pyogrio.write_dataframe(layer.reset_index(), path, driver="OpenFileGDB")
    elif case.suffix == ".dxf":
        with pytest.warns(UserWarning, match="crs"):
            pyogrio.write_dataframe(gpd.GeoDataFrame(geometry=layer.boundary.to_list()), path, driver="DXF")
    elif case.suffix == ".topojson":
        _write_topojson(layer, path)
    elif case.suffix == ".gpkg" and crs == 0:
        with pytest.warns(UserWarning, match="crs"):
            layer.reset_index().set_crs(None, allow_override=True).to_file(path)
    elif case.suffix == ".xlsx" and crs == 0:
        plain = pd.DataFrame(layer.drop(columns="geometry").reset_index())
        plain.assign(WKT=layer.to_wkt()["geometry"].to_list()).to_excel(path, index=False)
    else:
        gis.write_layer(layer, path, encoding=case.encoding)
        if crs == 0:
            path.with_suffix(".prj").unlink()
    return path


def _write_topojson(layer: gpd.GeoDataFrame, path: Path) -> None:
    import json

    arcs = [[list(point) for point in shape.exterior.coords] for shape in layer.geometry]
    shapes = [
        {"type": "Polygon", "arcs": [[at]], "properties": {"id": one, "name": name}}
        for at, (one, name) in enumerate(layer["name"].items())
    ]
    town = {"type": "GeometryCollection", "geometries": shapes}
    path.write_text(json.dumps({"type": "Topology", "objects": {"town": town}, "arcs": arcs}), encoding="utf-8")


def _rows() -> list[object]:
    return [
        pytest.param(case, crs, id=f"{case.suffix}-{case.encoding or 'fixed'}-{crs or 'none'}")
        for case in CASES
        for crs in case.crs
    ]


@pytest.mark.parametrize(("case", "crs"), _rows())
def test_a_format_in_an_encoding_with_a_crs(tmp_path, case, crs):
    layer = _town(case, crs)
    path = _write(case, layer, tmp_path, crs=crs)
    kind = "communities" if case.suffix == ".dxf" else None  # closed lines become polygons where polygons belong
    if crs == 0:
        with pytest.raises(CrsError) as caught:
            gis.read_layer(path, kind)
        assert caught.value.code == "crs-missing"
    again = gis.read_layer(path, kind, crs=_METRES if crs == 0 else None)
    report = again.attrs["load_report"]
    assert again.crs.to_epsg() == (crs or _METRES)
    assert report.crs.how == ("stated" if crs == 0 else "declared")
    if case.suffix != ".dxf":  # a drawing has no table
        assert again["name"].tolist() == layer["name"].tolist()
        found = _MAPINFO if case.suffix in {".tab", ".mif"} else _FOUND
        assert report.encoding.value == found[case.encoding or "utf-8"]
    tolerance = 1e-7 if crs in {_DEGREES, 4326} else 1e-2
    assert again.total_bounds.tolist() == pytest.approx(layer.total_bounds.tolist(), abs=tolerance)
