"""Browser libraries that maps and pages carry inside themselves, so that they open with no network at all.

``scripts/fetch_assets.py`` brings them into ``vendor/``; a wheel has them already.
"""

from functools import cache
from importlib.resources import files

from gis.errors import MapError

__all__ = ["read_asset"]


@cache
def read_asset(name: str) -> str:
    """Give the text of a browser library, such as ``leaflet.js``.

    Raises
    ------
    MapError
        ``asset-missing``: it was not fetched yet.
    """
    try:
        return (files("gis.assets") / "vendor" / name).read_text(encoding="utf-8")
    except OSError:
        raise MapError("asset-missing", name=name) from None
