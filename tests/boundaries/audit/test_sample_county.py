"""The bundled county: every planted fault is found, and nothing else is reported."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import pytest

from boundaries import FINDING_KINDS, audit_layers
from gis.samples import SampleCounty, make_county

SHARE, LEAST_M2 = 0.01, 1.0
MOUTH_SHARE = 0.05  # of a strip: where it begins is a matter of the disc that measures it
Key = tuple[str, str, frozenset[str]]


@pytest.fixture(scope="module")
def county() -> SampleCounty:
    return make_county()


@pytest.fixture(scope="module")
def findings(county: SampleCounty) -> gpd.GeoDataFrame:
    return audit_layers(county.layers)


def _by_key(rows: Iterable[Any]) -> dict[Key, list[float]]:
    areas = defaultdict(list)
    for row in rows:
        areas[row.kind, row.layer, frozenset(row.ids) | frozenset(row.other_ids)].append(row.area_m2)
    return {key: sorted(found) for key, found in areas.items()}


def test_all_planted_faults_are_found_and_nothing_else(county: SampleCounty, findings: gpd.GeoDataFrame) -> None:
    found, planted = _by_key(findings.itertuples()), _by_key(county.faults.itertuples())
    assert sorted(found.keys() - planted.keys(), key=str) == []  # false alarms
    assert sorted(planted.keys() - found.keys(), key=str) == []  # missed
    for key, areas in planted.items():
        share = MOUTH_SHARE if key[0] == "interdigitated_strip" else SHARE
        allowed = max(LEAST_M2, share * max(areas))
        assert found[key] == pytest.approx(areas, abs=allowed), key


def test_the_county_shows_every_kind_but_small_communities_and_shifts(findings: gpd.GeoDataFrame) -> None:
    assert set(FINDING_KINDS) - set(findings["kind"]) == {"community_too_small", "layer_shifted"}


def test_people_touched_are_known_but_for_unknown_counts(findings: gpd.GeoDataFrame) -> None:
    unknown = findings[findings["households"].isna()]
    assert set(unknown["kind"]) == {"unknown_count"}


def test_every_check_ran(findings: gpd.GeoDataFrame) -> None:
    skipped = [row for row in findings.attrs["audit_report"]["checks"] if row["status"] == "skipped"]
    assert {(row["check"], *row["layers"]) for row in skipped} <= {
        ("duplicate-codes", kind) for kind in ("units", "compounds", "buildings", "urban_villages")
    }
    assert findings.attrs["audit_report"]["people_source"] == "units"
