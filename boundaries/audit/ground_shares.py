"""How the ground of each polygon of one layer is shared among the communities."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from boundaries.audit.context import AuditContext
from boundaries.audit.words import share_words
from gis.geometry import shared_ground
from gis.i18n import Text
from gis.kinds import Kind

__all__ = ["GroundShares", "ground_shares", "shares_in_words"]

_TELLING_SHARE = 0.0005  # less would be written as 0.0 %


@dataclass(frozen=True)
class GroundShares:
    """One polygon: the communities that hold ground of it, largest first, and the share that any of them covers."""

    row_id: str
    ground: BaseGeometry
    community_ids: tuple[str, ...]
    areas_m2: NDArray[np.float64]
    covered_share: float

    def holders(self, *, min_area_m2: float, min_share: float) -> tuple[tuple[str, float], ...]:
        """Name the communities with more than an area and at least a share of the polygon, with their shares."""
        area = self.ground.area
        return tuple(
            (community, float(held / area))
            for community, held in zip(self.community_ids, self.areas_m2, strict=True)
            if held > min_area_m2 and held >= min_share * area
        )


def ground_shares(context: AuditContext, *, kind: str) -> Iterator[GroundShares]:
    """Share out every polygon of a layer, in the order of ids; communities that overlap both count their ground."""
    parts, communities = context.coverages[kind], context.coverages[Kind.COMMUNITIES]
    at, holder = communities.tree.query(parts.polygons, predicate="intersects")
    shared = shared_ground(parts.polygons[at], communities.polygons[holder])
    areas = shapely.area(shared)
    order = np.lexsort((holder, -areas, at))
    order = order[areas[order] > 0]
    bounds = np.searchsorted(at[order], np.arange(len(parts.polygons) + 1))
    for number, row_id in enumerate(parts.ids):
        mine = order[bounds[number] : bounds[number + 1]]
        ground = parts.polygons[number]
        covered = shapely.union_all(shared[mine]).area / ground.area if len(mine) else 0.0
        yield GroundShares(row_id, ground, tuple(communities.ids[holder[mine]]), areas[mine], float(covered))


def shares_in_words(context: AuditContext, shares: GroundShares, holders: tuple[tuple[str, float], ...]) -> Text:
    """Write each community with its share, and why they do not add up where they do not."""
    names = context.labels(Kind.COMMUNITIES, [community for community, _ in holders])
    written = [(name, share_words(share)) for name, (_, share) in zip(names, holders, strict=True)]
    told = Text(
        "、".join(f"{name.zh} {share.zh}" for name, share in written),
        ", ".join(f"{name.en} {share.en}" for name, share in written),
    )
    apart = 1 - shares.covered_share
    twice = float(shares.areas_m2.sum() / shares.ground.area) - shares.covered_share
    if twice >= _TELLING_SHARE:
        share = share_words(twice)
        told = Text(f"{told.zh}（其中 {share.zh} 被重复划入）", f"{told.en} ({share.en} in several at once)")
    if apart >= _TELLING_SHARE:
        share = share_words(apart)
        told = Text(f"{told.zh}，另有 {share.zh} 不属于任何社区", f"{told.en}, and {share.en} in no community")
    return told
