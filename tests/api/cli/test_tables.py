"""The tables that commands print show all that the names of plans rest on."""

import geopandas as gpd
import shapely

from api.cli.tables import COMPARED
from api.pages.words import MEASURES
from api.workflow.proposing import totals_told
from boundaries.proposals.naming import MERITS


def test_both_comparisons_show_every_measure_that_can_name_a_plan() -> None:
    merits = {merit.key for merit in MERITS}
    assert merits <= {key for key, _, _ in COMPARED}
    assert merits <= {measure.key for measure in MEASURES}


def test_names_go_by_the_digits_that_the_table_prints() -> None:
    forms = {key: form for key, _, form in COMPARED}
    steps = {"percent": 0.001, "ratio": 0.01, "count": 1.0}
    assert {merit.key: merit.step for merit in MERITS} == {merit.key: steps[forms[merit.key]] for merit in MERITS}


def _layer(**households: float) -> gpd.GeoDataFrame:
    shapes = [shapely.box(at, 0, at + 1, 1) for at in range(len(households))]
    return gpd.GeoDataFrame(
        {"households": list(households.values())}, geometry=shapes, index=list(households), crs=4547
    )


def test_sums_that_differ_are_told_with_their_difference() -> None:
    units = _layer(a=300, b=373)
    (told,) = totals_told({"communities": _layer(x=1000)}, units, "households")
    assert "合计 673 户" in told.zh
    assert "1,000 户" in told.zh
    assert "相差 327 户" in told.zh
    assert "a difference of 327 households" in told.en


def test_equal_or_unknown_sums_are_not_told() -> None:
    units = _layer(a=300, b=373)
    assert totals_told({"communities": _layer(x=673)}, units, "households") == []
    assert totals_told({"communities": _layer(x=1, y=float("nan"))}, units, "households") == []
    assert totals_told({}, units, "households") == []
