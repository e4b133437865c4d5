"""Layers that lie beside the others as a whole, as coordinates copied from a web map do."""

from collections import Counter
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from boundaries.audit.context import AuditContext, Touched
from boundaries.audit.findings import Finding
from boundaries.audit.people import figures_of
from boundaries.audit.words import length_words
from gis.i18n import Text
from gis.kinds import LAYER_KINDS, Kind
from gis.offset import DatumOffset, find_datum_offset

__all__ = ["find_shifted_layers"]

_ANCHORS = (Kind.UNITS, Kind.COMMUNITIES, Kind.ROADS)  # their lines run where those of most other layers do
_COMPARED = (*_ANCHORS, Kind.GRIDS, Kind.EXTENT, Kind.URBAN_VILLAGES, Kind.COMPOUNDS)
_LEAST_SHARE, _LEAST_GAIN = 0.7, 3.0  # where no web map explains the shift: most must fall into place
Floats = NDArray[np.float64]

_DATUM_NAMES = {"gcj02": "GCJ-02", "bd09": "BD-09"}


@dataclass(frozen=True)
class _Pair:
    """Two layers of which one lies beside the other; ``offset`` is that of ``layer`` against ``reference``."""

    layer: Kind
    reference: Kind
    offset: DatumOffset

    @property
    def named(self) -> Kind:
        """The layer that the offset itself points at."""
        return self.reference if self.offset.shifted == "reference" else self.layer

    def seen_from(self, layer: Kind) -> tuple[Kind, float, float]:
        """Give the other layer, and how far east and north ``layer`` lies of it."""
        if layer == self.layer:
            return self.reference, self.offset.east_m, self.offset.north_m
        return self.layer, -self.offset.east_m, -self.offset.north_m


def find_shifted_layers(context: AuditContext) -> list[Finding]:
    """Report each layer that is shifted as a whole against layers whose lines it shares, with the cause if it is known.

    Units, communities and roads are compared with one another and with grids, extent, urban villages and compounds.
    A layer that disagrees with several others is the one that is reported.
    """
    pairs = _shifted_pairs(context)
    findings = []
    while pairs:
        layer = _odd_one(pairs)
        own = [pair for pair in pairs if layer in (pair.layer, pair.reference)]
        findings.append(_finding(context, layer, max(own, key=lambda pair: pair.offset.matched)))
        pairs = [pair for pair in pairs if pair not in own]
    return findings


def _shifted_pairs(context: AuditContext) -> list[_Pair]:
    present = [kind for kind in _COMPARED if context.has(kind) and len(context.given[kind])]
    found = []
    for at, reference in enumerate(present):
        for layer in present[at + 1 :] if reference in _ANCHORS else ():
            offset = find_datum_offset(context.given[layer], context.given[reference])
            if offset is not None and _is_certain(offset):
                found.append(_Pair(layer, reference, offset))
    return found


def _is_certain(offset: DatumOffset) -> bool:
    gain = offset.matched / max(offset.matched_before, 1e-9)
    return offset.is_offset and (offset.fits is not None or (offset.matched >= _LEAST_SHARE and gain >= _LEAST_GAIN))


def _odd_one(pairs: list[_Pair]) -> Kind:
    """Choose the layer that disagrees most often; of equals, the one that more offsets point at."""
    often = Counter(kind for pair in pairs for kind in (pair.layer, pair.reference))
    named = Counter(pair.named for pair in pairs)
    return max(often, key=lambda kind: (often[kind], named[kind], _COMPARED.index(kind)))


def _finding(context: AuditContext, layer: Kind, pair: _Pair) -> Finding:
    other, east_m, north_m = pair.seen_from(layer)
    facts: dict[str, Any] = {
        "layer": LAYER_KINDS[layer].label,
        "other": LAYER_KINDS[other].label,
        "distance": length_words(pair.offset.distance_m),
        "way": _way(east_m, north_m),
    }
    variant = "unexplained"
    if pair.offset.fits is not None:
        facts |= {"datum": _DATUM_NAMES[pair.offset.fits], "option": pair.offset.fits}
        variant = "" if pair.named == layer else "twice"
    return Finding(
        kind="layer_shifted",
        layer=layer,
        ids=(),
        other_layer=other,
        geometry=shapely.convex_hull(shapely.geometrycollections(context.given[layer].geometry.to_numpy())),
        variant=variant,
        facts=facts,
        **_all_people(context, layer).columns(),
    )


def _way(east_m: float, north_m: float) -> Text:
    along = Text("偏东", "east") if east_m >= 0 else Text("偏西", "west")
    across = Text("偏北", "north") if north_m >= 0 else Text("偏南", "south")
    one, two = f"{abs(east_m):,.0f}", f"{abs(north_m):,.0f}"
    return Text(f"{along.zh} {one} 米、{across.zh} {two} 米", f"{one} m {along.en}, {two} m {across.en}")


def _all_people(context: AuditContext, layer: Kind) -> Touched:
    """Count all people of the layer, else of the best source: none of them is where the layer says."""
    own = _sums(figures_of(context.given[layer]))
    if not np.isnan(own).all():
        return Touched(float(own[0]), float(own[1]), "own_figure")
    if context.people is None:
        return Touched()
    sums = _sums(context.people.figures)
    return Touched(float(sums[0]), float(sums[1]), context.people.basis)


def _sums(figures: Floats) -> Floats:
    return np.where(np.isnan(figures).all(axis=0), nan, np.nansum(figures, axis=0))
