"""The tables that commands print show all that the names of plans rest on."""

from api.cli.tables import COMPARED
from api.pages.words import MEASURES
from boundaries.proposals.naming import MERITS


def test_both_comparisons_show_every_measure_that_can_name_a_plan() -> None:
    merits = {merit.key for merit in MERITS}
    assert merits <= {key for key, _, _ in COMPARED}
    assert merits <= {measure.key for measure in MEASURES}


def test_names_go_by_the_digits_that_the_table_prints() -> None:
    forms = {key: form for key, _, form in COMPARED}
    steps = {"percent": 0.001, "ratio": 0.01, "count": 1.0}
    assert {merit.key: merit.step for merit in MERITS} == {merit.key: steps[forms[merit.key]] for merit in MERITS}
