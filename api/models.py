"""What the service answers, as models: they write the OpenAPI description, and check what is sent."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "CollectionInfo",
    "CollectionList",
    "Conformance",
    "Feature",
    "FeatureCollection",
    "FeatureFile",
    "Health",
    "LandingPage",
    "Link",
    "MapInfo",
    "MapList",
    "Problem",
    "Responses",
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


class Extent(_Model):
    """Where a collection lies."""

    spatial: SpatialExtent


class CollectionInfo(_Model):
    """One layer, set of findings, or plan."""

    id: str = Field(examples=["communities"])
    title: str = Field(examples=["社区（communities）"])
    description: str
    item_type: Literal["feature"] = Field(default="feature", alias="itemType")
    crs: list[str] = ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"]
    extent: Extent | None = None
    entity: Literal["layer", "findings", "plan"]
    kind: str = Field(examples=["communities"])
    version: int = Field(description="版本号，从 1 起 · version number, from 1")
    updated: str = Field(description="此版本保存的时间（UTC）· when this version was saved")
    count: int = Field(description="要素个数 · number of features")
    links: list[Link]


class CollectionList(_Model):
    """All collections of the project."""

    collections: list[CollectionInfo]
    links: list[Link]


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
