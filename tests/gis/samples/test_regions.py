"""Regions are connected, as many as asked for, and about equal; land is cut without loss."""

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.samples.cutting import cut_land
from gis.samples.regions import divide, net_of


def _lattice(width, height, weight):
    xy = np.array([(x, y) for y in range(height) for x in range(width)], dtype=float)
    pairs = [(at, at + 1) for at in range(width * height) if at % width < width - 1]
    pairs += [(at, at + width) for at in range(width * (height - 1))]
    left, right = np.array(pairs, dtype=int).reshape(-1, 2).T
    return left, right, net_of(left, right, np.ones(len(left)), weight, xy)


@given(st.integers(2, 9), st.integers(2, 9), st.integers(1, 8), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_regions_are_connected_and_complete(width, height, count, seed):
    count = min(count, width * height // 2)
    rng = np.random.default_rng(seed)
    left, right, net = _lattice(width, height, rng.integers(0, 50, width * height).astype(float))
    label = divide(net, count, rng)
    assert sorted(set(label)) == list(range(count))
    graph = nx.Graph(list(zip(left.tolist(), right.tolist(), strict=True)))
    for region in range(count):
        assert nx.is_connected(graph.subgraph(np.flatnonzero(label == region).tolist()))


def test_regions_of_equal_weights_come_out_about_equal():
    _, _, net = _lattice(12, 12, np.ones(144))
    load = np.bincount(divide(net, 9, np.random.default_rng(5)))
    assert load.min() >= 10
    assert load.max() <= 22


def test_parts_that_nothing_joins_share_the_count_by_weight():
    xy = np.array([(at, 0.0) for at in range(12)])
    left, right = np.array([0, 1, 2, 3, 4, 5, 6, 8, 9, 10]), np.array([1, 2, 3, 4, 5, 6, 7, 9, 10, 11])
    net = net_of(left, right, np.ones(10), np.ones(12), xy)
    label = divide(net, 3, np.random.default_rng(0))
    assert len(set(label[:8])) == 2
    assert len(set(label[8:])) == 1
    assert not set(label[:8]) & set(label[8:])


@given(st.floats(100, 900), st.floats(100, 900), st.integers(0, 2**32 - 1), st.floats(4_000, 40_000))
@settings(max_examples=60, deadline=None)
def test_cut_pieces_tile_the_land(width, height, seed, target):
    land = shapely.box(0, 0, width, height)
    pieces, _ = cut_land(land, lambda _: target, np.random.default_rng(seed))
    assert sum(piece.area for piece in pieces) == pytest.approx(land.area, rel=1e-6)
    assert shapely.union_all(pieces).symmetric_difference(land).area < 1e-3 * land.area
    for one in range(len(pieces)):
        for two in range(one):
            assert pieces[one].intersection(pieces[two]).area < 1e-6 * land.area


def test_land_with_a_hole_is_cut_until_no_piece_has_one():
    land = shapely.box(0, 0, 300, 300).difference(shapely.box(120, 120, 180, 180))
    pieces, lines = cut_land(land, lambda _: 1e9, np.random.default_rng(1))
    assert lines
    assert all(not piece.interiors for piece in pieces)
    assert sum(piece.area for piece in pieces) == pytest.approx(land.area)
