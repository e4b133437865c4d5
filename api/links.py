"""Links between the answers of the service."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from fastapi import Request

from api.models import Link

__all__ = ["GEOJSON", "HTML", "JSON", "MVT", "OPENAPI", "OPENAPI_30", "SCHEMA", "TILEJSON", "address", "link"]

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
MVT, TILEJSON = "application/vnd.mapbox-vector-tile", "application/vnd.mapbox.tile+json"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"
OPENAPI_30 = "application/vnd.oai.openapi+json;version=3.0"


def address(request: Request, path: str, query: Mapping[str, object] | None = None) -> str:
    """Write the full address of a path of this service, its query parameters after it."""
    base = str(request.base_url).rstrip("/")
    return base + quote(path, safe="/.-_") + (f"?{urlencode(query)}" if query else "")


def link(
    request: Request,
    path: str,
    *,
    rel: str,
    media_type: str = JSON,
    title: str | None = None,
    query: Mapping[str, object] | None = None,
    template: str = "",
) -> Link:
    """Make a link to a path of this service; ``template`` stands behind it with variables in braces."""
    return Link(
        href=address(request, path, query) + template,
        rel=rel,
        type=media_type,
        title=title,
        templated=True if template else None,
    )
