"""The plan as a value: dissolved communities, order of names, JSON, and refusals."""

import json

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

from boundaries import Plan
from boundaries.errors import PlanError
from boundaries.plan import reading_order
from gis.i18n import Text
from tests.boundaries.town import square_town


def halves(width: int, height: int) -> "pd.Series[str]":
    town = square_town(width, height)
    return pd.Series(np.where([int(unit[1]) < width / 2 for unit in town.index], "west", "east"), index=town.index)


def test_communities_are_dissolved_and_summed() -> None:
    town = square_town(4, 2)
    town.loc["u0-0", "households"] = np.nan
    before = town.copy()
    communities = Plan(halves(4, 2), Text("甲", "a"), {}).communities(town)
    assert communities.index.tolist() == ["west", "east"]
    assert communities.index.name == "id"
    assert communities["name"].tolist() == ["社区1", "社区2"]
    assert communities["households"].tolist() == [300.0, 400.0]
    assert communities["unit_count"].tolist() == [4, 4]
    assert communities["units_without_figure"].tolist() == [1, 0]
    assert communities.geometry["west"].equals(shapely.box(500_000, 3_000_000, 500_200, 3_000_200))
    assert communities.crs == town.crs
    assert_geodataframe_equal(town, before)


def test_a_community_of_unknown_figures_is_unknown() -> None:
    town = square_town(2, 1, households=[np.nan, 5.0])
    communities = Plan(pd.Series({"u0-0": "a", "u1-0": "b"}), Text("甲", "a"), {}).communities(town)
    assert np.isnan(communities.loc["a", "households"])


def test_units_that_lack_shared_vertices_dissolve_without_a_seam() -> None:
    town = square_town(2, 1)
    town.loc[["u1-0"], "geometry"] = [shapely.box(500_100, 2_999_950, 500_200, 3_000_100)]
    whole = Plan(pd.Series("one", index=town.index), Text("甲", "a"), {}).communities(town)
    assert whole.geometry.iloc[0].geom_type == "Polygon"
    assert whole.area.iloc[0] == pytest.approx(town.area.sum())


def test_a_plan_of_other_units_is_refused() -> None:
    town = square_town(2, 1)
    with pytest.raises(PlanError) as refusal:
        Plan(pd.Series({"u0-0": "a", "elsewhere": "a"}), Text("甲", "a"), {}).communities(town)
    assert refusal.value.code == "units-unknown"
    with pytest.raises(PlanError) as refusal:
        Plan(pd.Series({"u0-0": "a"}), Text("甲", "a"), {}).communities(town)
    assert refusal.value.code == "units-unassigned"


def test_a_plan_survives_json() -> None:
    plan = Plan(halves(4, 1), Text("边界最短", "shortest"), {"seed": 3, "minimum": None})
    again = Plan.from_dict(json.loads(json.dumps(plan.to_dict())))
    assert again.assignment.to_dict() == plan.assignment.to_dict()
    assert again.assignment.index.name == "id"
    assert (again.name, again.provenance) == (plan.name, plan.provenance)


def test_reading_order_goes_west_to_east_then_north_to_south() -> None:
    points = np.array([(x, y) for y in (0.0, 10.0, 20.0) for x in (0.0, 10.0, 20.0, 30.0)])
    ordered = points[reading_order(points)]
    assert ordered[:, 1].tolist() == [20.0] * 4 + [10.0] * 4 + [0.0] * 4
    assert ordered[:4, 0].tolist() == [0.0, 10.0, 20.0, 30.0]
    assert reading_order(np.empty((0, 2))).tolist() == []
