"""Write the sample county as an office would send it: Shapefiles in GBK with Chinese column names, one without .cpg."""

from pathlib import Path

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataSourceError, FeatureError

from gis.errors import WriteError
from gis.kinds import Kind
from gis.samples.county import SampleCounty

__all__ = ["FILES", "SOURCE_COLUMNS", "write_county"]

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
_ENCODING = "GBK"

_ID = {"编号": "id"}
_PEOPLE = {"户数": "households", "常住人口": "resident_population"}
_HOUSING = {**_PEOPLE, "住宅套数": "dwellings", "层数": "floors"}
_LINE = {"等级": "class", "界线性质": "rigidity"}

# Ten bytes of a DBF column hold five characters in GBK; longer names are cut as GDAL cuts them.
SOURCE_COLUMNS: dict[str, dict[str, str]] = {
    Kind.EXTENT: {**_ID, "名称": "name", "区划代码": "code"},
    Kind.COMMUNITIES: {
        **_ID,
        "社区名称": "name",
        "社区代码": "code",
        **_PEOPLE,
        "住宅套数": "dwellings",
        "户籍人口": "registered_population",
        "社区工作者": "community_workers",
        "综合服务设": "service_floor_area_m2",
    },
    Kind.URBAN_VILLAGES: {**_ID, "村名": "name", "村代码": "code", **_PEOPLE, "村改居状态": "conversion_status"},
    Kind.GRIDS: {
        **_ID,
        "网格名称": "name",
        "网格编码": "code",
        "社区代码": "community_code",
        **_PEOPLE,
        "网格类型": "grid_type",
        "网格员数": "grid_workers",
    },
    Kind.COMPOUNDS: {**_ID, "小区名称": "name", **_HOUSING},
    Kind.BUILDINGS: {**_ID, "名称": "name", **_HOUSING},
    Kind.UNITS: {
        **_ID,
        "名称": "name",
        **_PEOPLE,
        "所属小区": "compound_id",
        "所属城中村": "urban_village_id",
    },
    Kind.ROADS: {**_ID, "路名": "name", **_LINE},
    Kind.WATERWAYS: {**_ID, "名称": "name", **_LINE},
    Kind.RAILWAYS: {**_ID, "名称": "name", **_LINE},
    Kind.FACILITIES: {**_ID, "名称": "name", "设施类型": "facility_type", "容量": "capacity"},
}

# Columns that no kind lists; whoever reads the files keeps them under their source names.
_OTHER_COLUMNS: dict[str, dict[str, str]] = {
    Kind.UNITS: {"用地": "land_use"},
    Kind.ROADS: {"桥梁": "bridge", "跨越": "crosses"},
}


def write_county(county: SampleCounty, folder: Path) -> dict[str, Path]:
    """Write every layer as a Shapefile in GBK, and the planted faults as ``faults.csv`` (UTF-8 with a byte-order mark).

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

    Raises
    ------
    WriteError
        ``not-writable``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for kind, layer in county.layers.items():
        path = folder / f"{FILES[kind]}.shp"
        try:
            pyogrio.write_dataframe(_source_layer(kind, layer), path, driver="ESRI Shapefile", encoding=_ENCODING)
        except (DataSourceError, FeatureError) as error:  # GDAL's own errors: a full disk, for one
            raise WriteError("not-writable", path=path, reason=" ".join(str(error).split())) from error
        if kind == _WITHOUT_CPG:
            path.with_suffix(".cpg").unlink()
        paths[kind] = path
    faults = county.faults.drop(columns="geometry")
    for column in ("ids", "other_ids"):
        faults[column] = [" ".join(ids) for ids in faults[column]]
    faults.to_csv(folder / _FAULTS, index=False, encoding="utf-8-sig")
    return paths


def _source_layer(kind: str, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give a layer its source columns; a truth value becomes 0 or 1, as DBF files in use hold them."""
    standard = layer.reset_index()
    truths = standard.select_dtypes("bool").columns
    standard[truths] = standard[truths].astype("int32")
    columns = {target: source for source, target in {**SOURCE_COLUMNS[kind], **_OTHER_COLUMNS.get(kind, {})}.items()}
    return standard[[*columns, "geometry"]].rename(columns=columns)
