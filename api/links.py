"""Links between the answers of the service."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from fastapi import Request

from api.models import Link

__all__ = ["GEOJSON", "JSON", "OPENAPI", "address", "link"]

JSON, GEOJSON = "application/json", "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"


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
) -> Link:
    """Make a link to a path of this service."""
    return Link(href=address(request, path, query), rel=rel, type=media_type, title=title)
