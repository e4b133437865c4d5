"""Names of items, and the names under which the database shows them: one view for each current version."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from gis.errors import StoreError
from gis.i18n import Text, listed

__all__ = ["Entity", "check_name", "name_key", "shortened", "shown_columns", "view_name"]

_NAME = re.compile(r"[\w-]{1,60}")
_PREFIXES = ("quhua_", "gpkg_", "rtree_", "sqlite_", "pg_", "findings_", "plan_")
_NAMES = frozenset({"spatial_ref_sys", "geometry_columns", "geography_columns", "raster_columns", "raster_overviews"})
_IDENTIFIER_BYTES = 63  # PostgreSQL cuts longer identifiers (NAMEDATALEN - 1)


class Entity(StrEnum):
    """What an item of the store is: a layer, a set of findings, or a plan."""

    LAYER = "layer"
    FINDINGS = "findings"
    PLAN = "plan"

    @property
    def label(self) -> Text:
        """Name the entity for a reader."""
        return _LABELS[self]


_LABELS = {
    Entity.LAYER: Text("图层", "layer"),
    Entity.FINDINGS: Text("问题清单", "findings"),
    Entity.PLAN: Text("方案", "plan"),
}
_VIEW_PREFIX = {Entity.LAYER: "", Entity.FINDINGS: "findings_", Entity.PLAN: "plan_"}


def check_name(name: str, entity: Entity | None = None) -> str:
    """Give the name in NFC if an item may bear it.

    Raises
    ------
    StoreError
        ``name-invalid``: not 1-60 letters, digits, Chinese characters, underscores or hyphens;
        ``name-reserved``: the name, or its beginning, belongs to the database; ``name-of-findings``: a layer's, and
        the name under which the findings of the audit are shown.
    """
    name = unicodedata.normalize("NFC", name)
    if not _NAME.fullmatch(name):
        raise StoreError("name-invalid", name=repr(name))
    if name_key(name) in _NAMES or name_key(name).startswith(_PREFIXES):
        raise StoreError("name-reserved", name=name, prefixes=listed(_PREFIXES, limit=len(_PREFIXES)))
    if entity == Entity.LAYER and name_key(name) == Entity.FINDINGS.value:
        raise StoreError("name-of-findings", name=name)
    return name


def name_key(name: str) -> str:
    """Give the form in which two names are compared: databases do not tell ``Roads`` from ``roads``."""
    return unicodedata.normalize("NFC", name).casefold()


def view_name(entity: Entity, name: str) -> str:
    """Name the view that shows the current version of an item in QGIS and SQL.

    Examples
    --------
    >>> view_name(Entity.LAYER, "roads"), view_name(Entity.PLAN, "a"), view_name(Entity.FINDINGS, "findings")
    ('roads', 'plan_a', 'findings')
    """
    if entity == Entity.FINDINGS and name_key(name) == entity.value:
        return name  # those of the audit: findings_findings would say it twice
    return _VIEW_PREFIX[entity] + name


def shown_columns(columns: Iterable[str], *, taken: Iterable[str] = ("ogc_fid", "geom", "id")) -> list[str]:
    """Name the columns of a view: as in the layer, but unlike one another and fit for an SQL identifier.

    Examples
    --------
    >>> shown_columns(["户数", "MC", "mc", "geom"])
    ['户数', 'MC', 'mc_2', 'geom_2']
    """
    used, shown = {name.casefold() for name in taken}, []
    for column in columns:
        plain = "".join(sign for sign in column if unicodedata.category(sign) not in {"Cc", "Cs"}) or "column"
        name, count = shortened(plain), 1
        while name.casefold() in used:
            count += 1
            name = shortened(f"{plain}_{count}")
        used.add(name.casefold())
        shown.append(name)
    return shown


def shortened(identifier: str) -> str:
    """Keep an identifier that PostgreSQL can hold; cut a longer one, and end it with a hash that keeps it unique."""
    encoded = identifier.encode()
    if len(encoded) <= _IDENTIFIER_BYTES:
        return identifier
    digest = hashlib.sha256(encoded).hexdigest()[:8]
    return encoded[: _IDENTIFIER_BYTES - 9].decode(errors="ignore") + "_" + digest
