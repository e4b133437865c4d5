"""Divide nodes of a graph into connected regions of about equal weight whose borders are cheap: grow, then improve."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Net", "divide", "net_of"]

_SWEEPS = 40
_BALANCE = 3.0  # what a region twice the mean costs, in mean borders


@dataclass(frozen=True)
class Net:
    """Nodes with weights and places, and for each node its neighbours with what a border between them costs."""

    weight: NDArray[np.float64]
    xy: NDArray[np.float64]
    beside: tuple[dict[int, float], ...]

    def part(self, nodes: NDArray[np.int64]) -> "Net":
        """Give the net of some of the nodes, renumbered in their order."""
        new = {int(node): at for at, node in enumerate(nodes)}
        beside = tuple({new[to]: cost for to, cost in self.beside[node].items() if to in new} for node in nodes)
        return Net(self.weight[nodes], self.xy[nodes], beside)

    def components(self) -> NDArray[np.int64]:
        """Give each node the number of its connected component, in order of first nodes."""
        label = np.full(len(self.weight), -1)
        for start in range(len(label)):
            if label[start] < 0:
                label[list(_reach({start}, self.beside, range(len(label))))] = label.max() + 1
        return label


def net_of(
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    cost: NDArray[np.float64],
    weight: NDArray[np.float64],
    xy: NDArray[np.float64],
) -> Net:
    """Make a net from border segments between nodes; costs of the same pair add up."""
    beside: list[dict[int, float]] = [{} for _ in weight]
    for one, two, much in zip(left.tolist(), right.tolist(), cost.tolist(), strict=True):
        if one != two:
            beside[one][two] = beside[one].get(two, 0.0) + much
            beside[two][one] = beside[two].get(one, 0.0) + much
    return Net(weight, xy, tuple(beside))


def divide(net: Net, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Divide a net into ``count`` connected regions; components share the count by weight, each has at least one."""
    component = net.components()
    totals = np.bincount(component, net.weight).astype(float)
    counts = _shared_count(totals, count)
    label = np.full(len(net.weight), -1)
    for number, parts in enumerate(counts):
        nodes = np.flatnonzero(component == number)
        label[nodes] = label.max() + 1 + _divide_component(net.part(nodes), int(parts), rng)
    return label


def _shared_count(totals: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    """Share regions out to components one by one, each time to the one with the most weight per region."""
    counts = np.ones(len(totals), dtype=np.int64)
    while counts.sum() < count:
        counts[np.argmax(totals / counts)] += 1
    return counts


def _divide_component(net: Net, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    if count == 1:
        return np.zeros(len(net.weight), dtype=np.int64)
    label = _grown(net, _seeds(net, count, rng), count)
    load = np.bincount(label, net.weight, minlength=count).astype(float)
    for _ in range(_SWEEPS):
        moved = [_improve(net, label, load, int(node)) for node in rng.permutation(len(label))]
        if not any(moved):
            break
    return label


def _seeds(net: Net, count: int, rng: np.random.Generator) -> list[int]:
    """Choose nodes at the middle of far places (k-means++ of Arthur and Vassilvitskii 2007, then Lloyd's steps)."""
    mass = net.weight + 1.0
    places = net.xy[[int(rng.choice(len(mass), p=mass / mass.sum()))]]
    while len(places) < count:
        far = _squares(net.xy, places).min(axis=1) * mass
        places = np.vstack([places, net.xy[int(rng.choice(len(far), p=far / far.sum()))]])
    for _ in range(12):
        home = _squares(net.xy, places).argmin(axis=1)
        for number in np.unique(home):
            inside = home == number
            places[number] = np.average(net.xy[inside], axis=0, weights=mass[inside])
    chosen: list[int] = []
    for distance in _squares(net.xy, places).T:
        chosen.append(next(int(at) for at in np.argsort(distance, kind="stable") if int(at) not in chosen))
    return chosen


def _squares(xy: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    squares: NDArray[np.float64] = ((xy[:, None, :] - places[None, :, :]) ** 2).sum(axis=2)
    return squares


def _grown(net: Net, seeds: list[int], count: int) -> NDArray[np.int64]:
    """Let the lightest region that can grow take the neighbour nearest to its seed, until every node is taken."""
    label = np.full(len(net.weight), -1)
    label[seeds] = np.arange(count)
    load = net.weight[seeds].copy()
    fringe = [set(net.beside[seed]) for seed in seeds]
    while (label < 0).any():
        for region in np.argsort(load, kind="stable"):
            fringe[region] = {node for node in fringe[region] if label[node] < 0}
            if fringe[region]:
                seed = net.xy[seeds[region]]
                node = min(sorted(fringe[region]), key=lambda one: float(((net.xy[one] - seed) ** 2).sum()))
                label[node] = region
                load[region] += net.weight[node]
                fringe[region] |= set(net.beside[node])
                break
    return label


def _improve(net: Net, label: NDArray[np.int64], load: NDArray[np.float64], node: int) -> bool:
    """Move a node to a neighbouring region where that makes borders cheaper or loads more equal; keep regions whole."""
    home, weight = int(label[node]), net.weight[node]
    toward: dict[int, float] = {}
    for other, cost in net.beside[node].items():
        toward[int(label[other])] = toward.get(int(label[other]), 0.0) + cost
    mean = load.mean()
    scale = _BALANCE * np.sqrt(len(label)) * np.mean(np.abs(list(net.beside[node].values()))) / mean**2
    best, best_gain = home, 1e-9
    for region in sorted(set(toward) - {home}):
        before = (load[home] - mean) ** 2 + (load[region] - mean) ** 2
        after = (load[home] - weight - mean) ** 2 + (load[region] + weight - mean) ** 2
        gain = toward[region] - toward.get(home, 0.0) + scale * (before - after)
        if gain > best_gain:
            best, best_gain = region, float(gain)
    if best == home or not _stays_whole(net, label, node):
        return False
    label[node] = best
    load[home] -= weight
    load[best] += weight
    return True


def _stays_whole(net: Net, label: NDArray[np.int64], node: int) -> bool:
    mates = [other for other in net.beside[node] if label[other] == label[node]]
    if not mates:
        return False
    allowed = set(np.flatnonzero(label == label[node]).tolist()) - {node}
    return set(mates) <= _reach({mates[0]}, net.beside, allowed)


def _reach(start: set[int], beside: tuple[dict[int, float], ...], allowed: Iterable[int]) -> set[int]:
    allowed, seen, todo = set(allowed), set(start), list(start)
    while todo:
        for other in beside[todo.pop()]:
            if other in allowed and other not in seen:
                seen.add(other)
                todo.append(other)
    return seen
