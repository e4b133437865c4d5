"""What the service answers, as models: they write the OpenAPI description, and check what is sent."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from gis.datum import Datum

__all__ = [
    "CollectionInfo",
    "CollectionList",
    "Conformance",
    "Extent",
    "Feature",
    "FeatureCollection",
    "FeatureFile",
    "Health",
    "ImportChoices",
    "ImportPreview",
    "ImportProblem",
    "ImportResult",
    "LandingPage",
    "Link",
    "MapInfo",
    "MapList",
    "Problem",
    "Queryables",
    "Responses",
    "SpatialExtent",
    "TemporalExtent",
]


Responses = dict[int | str, dict[str, Any]]
"""What an address answers beside its model, as FastAPI takes it for the description."""


class _Model(BaseModel):
    model_config = ConfigDict(populate_by_name=True)


class Link(_Model):
    """A link to another answer of the service."""

    href: str = Field(examples=["http://127.0.0.1:8000/collections"])
    rel: str = Field(examples=["data"])
    type: str | None = Field(default=None, examples=["application/json"])
    title: str | None = None
    templated: bool | None = None


class LandingPage(_Model):
    """Where a client begins."""

    title: str = Field(examples=["示例县城"])
    description: str
    links: list[Link]


class Conformance(_Model):
    """Which requirement classes of the standard the service keeps."""

    conforms_to: list[str] = Field(alias="conformsTo")


class SpatialExtent(_Model):
    """The least boxes around a collection, in longitude and latitude."""

    bbox: list[Annotated[list[float], Field(min_length=4, max_length=6)]] = Field(
        examples=[[[114.01, 33.01, 114.06, 33.05]]]
    )
    crs: str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


class TemporalExtent(_Model):
    """Since when a collection has been there, and until when it is: until now, and on."""

    interval: list[list[str | None]] = Field(examples=[[["2026-03-02T08:15:00+00:00", None]]])
    trs: str = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


class Extent(_Model):
    """Where a collection lies, and since when its versions go back."""

    spatial: SpatialExtent | None = None
    temporal: TemporalExtent


class CollectionInfo(_Model):
    """One layer, set of findings, or plan."""

    id: str = Field(examples=["communities"])
    title: str = Field(examples=["社区（communities）"])
    description: str
    item_type: Literal["feature"] = Field(default="feature", alias="itemType")
    crs: list[str] = Field(description="可用的坐标系 · the CRS in which it is offered")
    storage_crs: str | None = Field(
        default=None, alias="storageCrs", description="存储的坐标系 · the CRS in which it is stored"
    )
    extent: Extent
    entity: Literal["layer", "findings", "plan", "comparison"]
    kind: str = Field(examples=["communities"])
    version: int = Field(description="版本号，从 1 起 · version number, from 1")
    updated: str = Field(description="此版本保存的时间（UTC） · when this version was saved")
    count: int = Field(description="要素个数 · number of features")
    links: list[Link]


class CollectionList(_Model):
    """All collections of the project."""

    collections: list[CollectionInfo]
    links: list[Link]


class Queryables(_Model):
    """What a filter may ask of a collection, as a JSON Schema."""

    schema_uri: str = Field(default="https://json-schema.org/draft/2020-12/schema", alias="$schema")
    id: str = Field(alias="$id")
    type: Literal["object"] = "object"
    title: str
    properties: dict[str, dict[str, Any]]
    additional_properties: Literal[False] = Field(default=False, alias="additionalProperties")


class Feature(_Model):
    """A GeoJSON feature (RFC 7946); geometry in longitude and latitude (CRS84)."""

    type: Literal["Feature"]
    id: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]
    links: list[Link] | None = None


class FeatureFile(_Model):
    """GeoJSON features as a file of their own."""

    type: Literal["FeatureCollection"]
    features: list[Feature]


class FeatureCollection(_Model):
    """A page of GeoJSON features."""

    type: Literal["FeatureCollection"]
    features: list[Feature]
    number_matched: int = Field(alias="numberMatched")
    number_returned: int = Field(alias="numberReturned")
    time_stamp: str = Field(alias="timeStamp")
    links: list[Link]


class MapInfo(_Model):
    """A map that opens by itself."""

    title: str
    kind: Literal["findings", "plan"]
    href: str


class MapList(_Model):
    """The maps of the project."""

    maps: list[MapInfo]


class ImportProblem(_Model):
    """What stops an import as it stands, or has to be decided; ``options`` are the answers that fit."""

    code: str = Field(examples=["crs-missing"])
    text: str
    options: list[str]


class ImportPreview(_Model):
    """How a file would be understood; nothing is stored yet."""

    token: str = Field(description="确认时使用，只能用一次 · for the confirmation, good for once")
    keep_s: int = Field(description="保留多少秒 · for how many seconds it is kept")
    filename: str
    size_bytes: int
    kind: str
    ready: bool = Field(description="照此确认即可导入 · whether it can be confirmed as it stands")
    columns: dict[str, str] = Field(description="建议的列对应：标准列到源列 · standard column to source column")
    crs_candidates: list[str] = Field(description="与坐标相符的坐标系 · CRS that the coordinates would fit")
    problems: list[ImportProblem]
    rows: list[dict[str, str | None]] = Field(description="前几行 · the first rows")
    report: dict[str, Any] = Field(description="读取报告 · how it was read, and why")


class ImportChoices(_Model):
    """What was decided; what is left out is as in the preview."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"crs": "EPSG:4547", "columns": {"name": "社区名称", "households": "户数"}}},
    )

    name: str | None = Field(default=None, description="图层名称，默认同类型 · layer name; its kind by default")
    layer: str | None = None
    crs: str | None = Field(default=None, examples=["EPSG:4547"])
    datum: Datum | None = None
    encoding: str | None = None
    swap_xy: bool | None = Field(default=None, description="x、y 写反了 · x and y are exchanged")
    mend_rings: bool | None = Field(default=None, description="修复自相交的环 · mend rings that cross themselves")
    columns: dict[str, str] | None = Field(default=None, description="标准列到源列 · standard column to source column")


class ImportResult(_Model):
    """A layer that came in."""

    name: str
    kind: str
    version: int
    count: int
    report: dict[str, Any]
    links: list[Link]


class Health(_Model):
    """Whether the service can answer."""

    status: Literal["ok"]
    project: str
    version: str


class Problem(_Model):
    """An error (RFC 9457); ``code`` is stable, ``detail`` is in the reader's language."""

    type: str = "about:blank"
    title: str
    status: int
    code: str = Field(examples=["collection-not-found"])
    detail: str
    instance: str | None = None
