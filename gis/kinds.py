"""The kinds of layer and their standard columns: the one table that reading, checking, storing and serving share.

A layer is a GeoDataFrame whose index holds unique text ids and is named ``id``. Columns that a kind does not list are
kept. The names follow the project's glossary; units stand in the names.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from gis.errors import SchemaError
from gis.i18n import Text, listed

__all__ = ["FIGURES", "LAYER_KINDS", "PLACE_ROLES", "Field", "Kind", "LayerSchema", "schema_of"]


class Kind(StrEnum):
    """What a layer is about."""

    EXTENT = "extent"
    COMMUNITIES = "communities"
    URBAN_VILLAGES = "urban_villages"
    GRIDS = "grids"
    COMPOUNDS = "compounds"
    BUILDINGS = "buildings"
    UNITS = "units"
    ROADS = "roads"
    WATERWAYS = "waterways"
    RAILWAYS = "railways"
    FACILITIES = "facilities"


@dataclass(frozen=True)
class Field:
    """One standard column: a figure (number; unknown is NaN, never zero), a text, or a choice from a closed list.

    ``whole`` is for figures that count whole things, such as households.
    """

    name: str
    type: Literal["figure", "text", "code", "choice"]
    label: Text
    choices: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True)
class LayerSchema:
    """What a layer of one kind looks like: geometry family, standard columns, and its name for readers."""

    kind: Kind
    geometry: Literal["polygon", "line", "point"]
    label: Text
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """Give the standard column of that name, or None for a column that is merely kept."""
        return next((field for field in self.fields if field.name == name), None)


_NAME = Field("name", "text", Text("名称", "name"))
_CODE = Field("code", "code", Text("代码", "code"))
_HOUSEHOLDS = Field("households", "figure", Text("户数", "households"), whole=True)
_DWELLINGS = Field("dwellings", "figure", Text("住宅套数", "dwellings"), whole=True)
_RESIDENTS = Field("resident_population", "figure", Text("常住人口", "resident population"), whole=True)
_REGISTERED = Field("registered_population", "figure", Text("户籍人口", "registered population"), whole=True)
_COMMUNITY_CODE = Field("community_code", "code", Text("社区代码", "community code"))
_FLOORS = Field("floors", "figure", Text("层数", "floors"))
_RIGIDITY = Field("rigidity", "choice", Text("界线性质", "rigidity"), choices=("rigid", "elastic"))
_CLASS = Field("class", "text", Text("等级", "class"))

_SCHEMAS = (
    LayerSchema(Kind.EXTENT, "polygon", Text("规划范围", "extent"), (_NAME, _CODE)),
    LayerSchema(
        Kind.COMMUNITIES,
        "polygon",
        Text("社区", "communities"),
        (
            _NAME,
            _CODE,
            _HOUSEHOLDS,
            _DWELLINGS,
            _RESIDENTS,
            _REGISTERED,
            Field("community_workers", "figure", Text("社区工作者", "community workers"), whole=True),
            Field("service_floor_area_m2", "figure", Text("综合服务设施面积（㎡）", "service floor area (m2)")),
            Field("managed_by", "text", Text("代管单位", "managed by")),
        ),
    ),
    LayerSchema(
        Kind.URBAN_VILLAGES,
        "polygon",
        Text("城中村", "urban villages"),
        (
            _NAME,
            _CODE,
            _HOUSEHOLDS,
            _RESIDENTS,
            Field(
                "conversion_status",
                "choice",
                Text("村改居状态", "conversion status"),
                choices=("keep", "managed", "convert"),
            ),
        ),
    ),
    LayerSchema(
        Kind.GRIDS,
        "polygon",
        Text("网格", "grids"),
        (
            _NAME,
            _CODE,
            _COMMUNITY_CODE,
            _HOUSEHOLDS,
            _RESIDENTS,
            Field("grid_type", "text", Text("网格类型", "grid type")),
            Field("grid_workers", "figure", Text("网格员数", "grid workers"), whole=True),
        ),
    ),
    LayerSchema(
        Kind.COMPOUNDS,
        "polygon",
        Text("住宅小区", "compounds"),
        (_NAME, _CODE, _HOUSEHOLDS, _DWELLINGS, _RESIDENTS, _FLOORS),
    ),
    LayerSchema(
        Kind.BUILDINGS,
        "polygon",
        Text("楼栋", "buildings"),
        (_NAME, _CODE, _HOUSEHOLDS, _DWELLINGS, _RESIDENTS, _FLOORS),
    ),
    LayerSchema(
        Kind.UNITS,
        "polygon",
        Text("规划单元", "units"),
        (
            _NAME,
            _CODE,
            _HOUSEHOLDS,
            _RESIDENTS,
            Field("workload", "figure", Text("工作量", "workload")),
            Field("compound_id", "text", Text("所属小区", "compound")),
            Field("urban_village_id", "text", Text("所属城中村", "urban village")),
        ),
    ),
    LayerSchema(Kind.ROADS, "line", Text("道路", "roads"), (_NAME, _CODE, _RIGIDITY, _CLASS)),
    LayerSchema(Kind.WATERWAYS, "line", Text("水系", "waterways"), (_NAME, _CODE, _RIGIDITY, _CLASS)),
    LayerSchema(Kind.RAILWAYS, "line", Text("铁路", "railways"), (_NAME, _CODE, _RIGIDITY, _CLASS)),
    LayerSchema(
        Kind.FACILITIES,
        "point",
        Text("服务设施", "facilities"),
        (
            _NAME,
            _CODE,
            Field("facility_type", "text", Text("设施类型", "facility type")),
            Field("capacity", "figure", Text("容量", "capacity")),
        ),
    ),
)

PLACE_ROLES = ("wkt", "longitude", "latitude")  # stated like standard columns: where the rows of a table lie

LAYER_KINDS: dict[Kind, LayerSchema] = {schema.kind: schema for schema in _SCHEMAS}

FIGURES: tuple[str, ...] = tuple(
    sorted({field.name for schema in _SCHEMAS for field in schema.fields if field.type == "figure"})
)


def schema_of(kind: str) -> LayerSchema:
    """Give the schema of a kind; a word that is no kind is refused.

    Raises
    ------
    SchemaError
        ``kind-unknown``, with the kinds that there are.

    Examples
    --------
    >>> schema_of("grids").label.zh
    '网格'
    """
    try:
        return LAYER_KINDS[Kind(kind)]
    except ValueError:
        raise SchemaError("kind-unknown", kind=kind, known=listed(Kind, limit=len(Kind))) from None
