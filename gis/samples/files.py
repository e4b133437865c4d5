"""Write the sample county as an office would send it: Shapefiles in GBK with Chinese column names, one without .cpg."""

from pathlib import Path

import geopandas as gpd

from gis.kinds import Kind
from gis.samples.county import SampleCounty

__all__ = ["SOURCE_COLUMNS", "write_county"]

FILES: dict[str, str] = {
    Kind.EXTENT: "规划范围",
    Kind.COMMUNITIES: "社区边界",
    Kind.URBAN_VILLAGES: "城中村",
    Kind.GRIDS: "网格",
    Kind.COMPOUNDS: "住宅小区",
    Kind.BUILDINGS: "楼栋",
    Kind.UNITS: "规划单元",
    Kind.ROADS: "道路",
    Kind.WATERWAYS: "河流",
    Kind.RAILWAYS: "铁路",
    Kind.FACILITIES: "服务设施",
}
_WITHOUT_CPG = Kind.COMMUNITIES
_FAULTS = "faults.csv"

_COMMON = {"编号": "id", "名称": "name"}
_PEOPLE = {"户数": "households", "常住人口": "resident_population"}
_HOUSING = {**_COMMON, **_PEOPLE, "住宅套数": "dwellings", "层数": "floors"}
_LINES = {**_COMMON, "等级": "class", "界线性质": "rigidity"}

SOURCE_COLUMNS: dict[str, dict[str, str]] = {
    Kind.EXTENT: {**_COMMON, "区划代码": "code"},
    Kind.COMMUNITIES: {
        "编号": "id",
        "社区名称": "name",
        "社区代码": "code",
        **_PEOPLE,
        "住宅套数": "dwellings",
        "户籍人口": "registered_population",
        "工作人员数": "community_workers",
        "服务用房": "service_floor_area_m2",
    },
    Kind.URBAN_VILLAGES: {"编号": "id", "村名": "name", "村代码": "code", **_PEOPLE, "改居状态": "conversion_status"},
    Kind.GRIDS: {
        "编号": "id",
        "网格名称": "name",
        "网格编码": "code",
        "社区代码": "community_code",
        **_PEOPLE,
        "网格类型": "grid_type",
        "网格员数": "grid_workers",
    },
    Kind.COMPOUNDS: {**_HOUSING, "小区名称": "name"},
    Kind.BUILDINGS: _HOUSING,
    Kind.UNITS: {"编号": "id", **_PEOPLE, "小区编号": "compound_id", "村编号": "urban_village_id"},
    Kind.ROADS: {**_LINES, "路名": "name"},
    Kind.WATERWAYS: _LINES,
    Kind.RAILWAYS: _LINES,
    Kind.FACILITIES: {**_COMMON, "设施类型": "facility_type", "容量": "capacity"},
}
for _kind in (Kind.COMPOUNDS, Kind.ROADS):
    SOURCE_COLUMNS[_kind].pop("名称")


def write_county(county: SampleCounty, folder: Path) -> dict[str, Path]:
    """Write every layer as a Shapefile in GBK, and the planted faults as ``faults.csv``.

    Parameters
    ----------
    county
        What :func:`make_county` gave.
    folder
        Made where missing. ``社区边界.shp`` gets no ``.cpg``, as files from offices often have none.

    Returns
    -------
    dict
        The ``.shp`` of each kind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for kind, layer in county.layers.items():
        path = folder / f"{FILES[kind]}.shp"
        _source_layer(kind, layer).to_file(path, encoding="GBK", engine="pyogrio", index=False)
        if kind == _WITHOUT_CPG:
            path.with_suffix(".cpg").unlink()
        paths[kind] = path
    listed = county.faults.assign(
        ids=[" ".join(ids) for ids in county.faults["ids"]],
        other_ids=[" ".join(ids) for ids in county.faults["other_ids"]],
    )
    listed.to_csv(folder / _FAULTS, index=False, encoding="utf-8-sig")
    return paths


def _source_layer(kind: str, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    standard = layer.reset_index()
    columns = {target: source for source, target in SOURCE_COLUMNS[kind].items()}
    return standard[[*columns, "geometry"]].rename(columns=columns)
