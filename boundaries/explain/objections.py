"""What could be said against a plan, each objection with its weight; the strongest is told."""

from collections.abc import Callable, Iterator

import numpy as np

from boundaries.explain.ground import Planned
from boundaries.explain.transfers import Transfer
from gis.i18n import Text, listed

__all__ = ["strongest_objection"]

_NO_ROOM = 0.97  # of the maximum: a community so full leaves no room for growth
_UNEVEN = 1.5  # the fullest over the emptiest

Objection = tuple[float, Text]


def strongest_objection(planned: Planned, transfers: tuple[Transfer, ...]) -> Text:
    """Tell the weightiest objection; where the plan gives no cause for any, the smallest that there is.

    Weights: a torn community 4, one outside the bounds 3, a group split 2; else twice the share of people moved beyond
    what today's oversize communities ask for anyway, at most 1; no room for growth 0.3; uneven sizes 0.25.
    """
    found: list[Objection] = []
    for look in _LOOKS:
        found.extend(look(planned, transfers))
    return max(found, key=lambda objection: objection[0])[1]


def _torn(planned: Planned, _transfers: tuple[Transfer, ...]) -> Iterator[Objection]:
    torn = [str(name) for name in planned.loads.index if planned.parts(planned.labels, str(name)) > 1]
    if torn:
        ids = listed(torn)
        yield 4.0, Text(f"{ids.zh} 不连片", f"{ids.en} is not in one part")


def _outside(planned: Planned, _transfers: tuple[Transfer, ...]) -> Iterator[Objection]:
    loads = planned.loads
    wrong = loads[(loads < planned.minimum - 1e-6) | (loads > planned.maximum + 1e-6)]
    if len(wrong):
        ids = listed(f"{name} ({load:,.0f})" for name, load in wrong.items())
        yield (
            3.0,
            Text(
                f"{ids.zh} 不在 {planned.minimum:,.0f}-{planned.maximum:,.0f} {planned.figure.zh}之内",
                f"{ids.en} lie outside {planned.minimum:,.0f}-{planned.maximum:,.0f} {planned.figure.en}",
            ),
        )


def _split(planned: Planned, _transfers: tuple[Transfer, ...]) -> Iterator[Objection]:
    groups = sorted(planned.split_groups(planned.labels))
    if groups:
        ids = listed(groups)
        yield 2.0, Text(f"{ids.zh} 被分到不同社区", f"{ids.en} is split between communities")


def _moved(planned: Planned, transfers: tuple[Transfer, ...]) -> Iterator[Objection]:
    if not transfers:
        return
    total = max(float(planned.load.sum()), 1e-9)
    moved, needed = sum(transfer.load for transfer in transfers), _unavoidable(planned)
    most, figure = transfers[0], planned.figure
    zh = f"{moved:,.0f} {figure.zh}（{moved / total:.1%}）要更换社区"
    en = f"{moved:,.0f} {figure.en} ({moved / total:.1%}) change community"
    if needed > 0:
        zh += f"（现有社区超过上限，至少须变动 {needed:,.0f}）"
        en += f" ({needed:,.0f} must in any case, as communities of today exceed the maximum)"
    yield (
        min(2 * max(moved - needed, 0.0) / total, 1.0),
        Text(
            f"{zh}，其中最多的一处是 {most.source_name} 到 {most.target_name.zh}，{most.load:,.0f} {figure.zh}",
            f"{en}, most of them from {most.source_name} to {most.target_name.en}: {most.load:,.0f}",
        ),
    )


def _unavoidable(planned: Planned) -> float:
    """Sum what today's communities hold above the maximum: so much moves in any plan within the bounds."""
    if planned.current is None or not np.isfinite(planned.maximum):
        return 0.0
    today = planned.load.groupby(planned.current.to_numpy()).sum()
    return float((today - planned.maximum).clip(lower=0.0).sum())


def _full(planned: Planned, _transfers: tuple[Transfer, ...]) -> Iterator[Objection]:
    if not np.isfinite(planned.maximum) or planned.maximum <= 0:
        return
    fullest, load = str(planned.loads.idxmax()), float(planned.loads.max())
    if load >= _NO_ROOM * planned.maximum:
        name = planned.name_planned(fullest)
        yield (
            0.3,
            Text(
                f"{name.zh}有 {load:,.0f} {planned.figure.zh}，已接近上限 {planned.maximum:,.0f}，没有增长余地",
                f"{name.en} has {load:,.0f} {planned.figure.en}, close to the maximum of {planned.maximum:,.0f}: no "
                "room for growth",
            ),
        )


def _uneven(planned: Planned, _transfers: tuple[Transfer, ...]) -> Iterator[Objection]:
    """Compare the fullest and the emptiest community; always given, with the least weight."""
    fullest, emptiest = str(planned.loads.idxmax()), str(planned.loads.idxmin())
    most, least = float(planned.loads.max()), float(planned.loads.min())
    ratio = most / max(least, 1e-9)
    weight = 0.25 if ratio >= _UNEVEN else 0.0
    yield (
        weight,
        Text(
            f"规模不均：{fullest} 有 {most:,.0f} {planned.figure.zh}，{emptiest} 只有 {least:,.0f}",
            f"sizes differ: {fullest} has {most:,.0f} {planned.figure.en}, {emptiest} only {least:,.0f}",
        ),
    )


_LOOKS: tuple[Callable[[Planned, tuple[Transfer, ...]], Iterator[Objection]], ...] = (
    _torn, _outside, _split, _moved, _full, _uneven,
)  # fmt: skip
