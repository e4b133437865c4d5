"""What must change no finding: the order of rows, other ids, a shift of everything. And planted faults are found."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boundaries import audit_layers
from tests.boundaries.coverage.broken import as_layer, broken_coverages, natural_cells

Layers = dict[str, gpd.GeoDataFrame]


@st.composite
def planning_areas(draw: st.DrawFn) -> Layers:
    """Broken communities, with villages and grids that know nothing of them, some figures unknown."""
    cells = draw(broken_coverages())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = len(cells)
    figures = {"households": rng.integers(0, 5000, n).astype(float), "resident_population": rng.integers(0, 9000, n)}
    figures["households"][rng.random(n) < 0.2] = np.nan
    codes = [f"41100000{rng.integers(1, 3)}{rng.integers(1, 30):03d}" for _ in range(n)]
    grids = as_layer(natural_cells(rng, n=12)).assign(community_code=rng.choice([*codes, ""], 12))
    spots = rng.uniform(0, 900, (4, 2)) + np.array([500_000, 3_600_000])
    villages = as_layer([shapely.box(x, y, x + 120, y + 90) for x, y in spots])
    return {"communities": cells.assign(code=codes, **figures), "grids": grids, "urban_villages": villages}


checking = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _told(findings: gpd.GeoDataFrame) -> pd.DataFrame:
    """Everything about findings that does not hang on where the origin is, in a fixed order."""
    numbers = findings[["area_m2", "households", "resident_population"]].round(1)
    names = findings[["kind", "severity", "layer", "ids", "other_layer", "other_ids"]]
    table = pd.concat([names, numbers], axis=1)
    return table.sort_values(["kind", "layer", "ids", "other_ids", "area_m2"], ignore_index=True)


@checking
@given(planning_areas(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(layers: Layers, random: object) -> None:
    shuffled = {}
    for kind, layer in layers.items():
        order = list(range(len(layer)))
        random.shuffle(order)  # type: ignore[attr-defined]
        shuffled[kind] = layer.iloc[order]
    one, other = audit_layers(layers), audit_layers(shuffled)
    assert one.drop(columns="geometry").equals(other.drop(columns="geometry"))
    assert one.index.equals(other.index)


@checking
@given(planning_areas())
def test_other_ids_change_only_ids(layers: Layers) -> None:
    new_ids = {row_id: f"n{len(row_id)}{row_id}" for layer in layers.values() for row_id in layer.index}
    one = _told(audit_layers(layers))
    other = _told(audit_layers({kind: layer.rename(index=new_ids) for kind, layer in layers.items()}))
    for column in ("ids", "other_ids"):
        one[column] = [tuple(new_ids[row_id] for row_id in ids) for ids in one[column]]
    pd.testing.assert_frame_equal(one, other)


@checking
@given(planning_areas(), st.integers(-2000, 2000), st.integers(-2000, 2000))
def test_a_shift_changes_no_finding(layers: Layers, east_m: int, north_m: int) -> None:
    """Communities on whole coordinates, so that the shift itself rounds nothing."""
    whole = {kind: layer.set_geometry(shapely.set_precision(layer.geometry, 2**-12)) for kind, layer in layers.items()}
    moved = {kind: layer.set_geometry(layer.translate(east_m, north_m)) for kind, layer in whole.items()}
    pd.testing.assert_frame_equal(_told(audit_layers(whole)), _told(audit_layers(moved)), atol=0.2)


@checking
@given(st.integers(0, 2**32 - 1), st.integers(6, 30))
def test_planted_faults_are_found_and_nothing_else(seed: int, n: int) -> None:
    """A doubled cell, one inside another, a gap cut into a cell, and an overlap by a polygon in two parts."""
    rng = np.random.default_rng(seed)
    cells = natural_cells(rng, n=n)
    chosen = rng.permutation(len(cells))[:4]
    doubled, host, victim, cut = (int(at) for at in chosen)
    shapes = {f"c{at:03d}": cell for at, cell in enumerate(cells)}
    shapes["twin"] = cells[doubled]
    shapes["guest"] = _disc_in(cells[host], share=0.3)
    hole = _disc_in(cells[cut], share=0.2)
    shapes[f"c{cut:03d}"] = cells[cut].difference(hole)
    shapes["corner"] = _disc_in(cells[victim], share=0.5).union(shapely.box(400_000, 0, 400_010, 10))
    layer = as_layer(shapes.values(), shapes)
    findings = pd.concat([audit_layers({"compounds": layer}), audit_layers({"communities": layer})])
    told = {(row.kind, row.layer, frozenset(row.ids + row.other_ids)): row.area_m2 for row in findings.itertuples()}
    expected = {}
    for kind in ("compounds", "communities"):
        expected |= {
            ("duplicate", kind, frozenset({f"c{doubled:03d}", "twin"})): cells[doubled].area,
            ("containment", kind, frozenset({f"c{host:03d}", "guest"})): shapes["guest"].area,
            ("overlap", kind, frozenset({f"c{victim:03d}", "corner"})): shapes["corner"].area - 100,
        }
    expected["gap", "communities", frozenset({f"c{cut:03d}"})] = hole.area
    expected["exclave", "communities", frozenset({"corner"})] = min(100, shapes["corner"].area - 100)
    assert told == pytest.approx(expected, rel=1e-6)


def _disc_in(cell: shapely.Polygon, *, share: float) -> shapely.Polygon:
    circle = shapely.maximum_inscribed_circle(cell)
    return shapely.Point(circle.coords[0]).buffer(circle.length * share)
