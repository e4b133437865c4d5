from importlib.resources import files

import pytest

from boundaries.errors import StandardError
from boundaries.standards import load_standard, standards, with_overrides


def test_the_default_comes_first_and_every_data_file_is_a_profile() -> None:
    keys = [standard.key for standard in standards()]
    assert keys[0] == "national_2026"
    stems = {
        path.name.removesuffix(".toml") for path in files("boundaries.standards").iterdir() if ".toml" in path.name
    }
    assert set(keys) == stems


@pytest.mark.parametrize(
    ("key", "subject", "column", "minimum", "maximum", "target"),
    [
        ("national_2026", "community", "households", 1000, 3000, None),
        ("henan_2022", "community", "dwellings", 1000, 3000, None),
        ("legacy_1989", "community", "households", 100, 700, None),
        ("county_large", "community", "households", None, None, 4000),
        ("grid_basic", "grid", "households", 300, 500, None),
        ("grid_rural", "grid", "households", None, None, 300),
        ("grid_micro", "grid", "households", 30, 50, None),
        ("resources_14fyp", "community", "households", None, None, None),
        ("life_circle", "community", "households", None, None, None),
    ],
)
def test_figures_are_those_of_the_published_rules(
    key: str, subject: str, column: str, minimum: float | None, maximum: float | None, target: float | None
) -> None:
    standard = load_standard(key)
    found = (standard.subject, standard.column, standard.minimum, standard.maximum, standard.target)
    assert found == (subject, column, minimum, maximum, target)


def test_staffing_and_premises_are_those_of_the_published_rules() -> None:
    henan, plan, grid = load_standard("henan_2022"), load_standard("resources_14fyp"), load_standard("grid_basic")
    assert (henan.floor_area_m2_per_100_households, henan.floor_area_m2_minimum) == (30, 300)
    assert (henan.committee_members_minimum, henan.workers_per_10000_residents) == (5, 18)
    assert (plan.workers_per_10000_residents, plan.workers_per_10000_residents_option) == (18, 25)
    assert (grid.maximum_residents, grid.grid_workers_minimum) == (2500, 1)
    assert load_standard("life_circle").walk_distances_m == (300, 500, 1000)
    assert henan.one_connected_part


def test_only_the_law_of_1989_is_repealed_and_every_profile_tells_its_basis_in_both_languages() -> None:
    assert [standard.key for standard in standards() if standard.repealed] == ["legacy_1989"]
    assert all(text for standard in standards() for text in (*standard.label, *standard.basis))


def test_an_unknown_key_names_the_known_ones() -> None:
    with pytest.raises(StandardError, match="national_2026") as caught:
        load_standard("national_2062")
    assert caught.value.code == "standard-unknown"


def test_overrides_change_a_copy() -> None:
    changed = with_overrides(load_standard("national_2026"), maximum=3500, minimum=None)
    assert (changed.minimum, changed.maximum) == (None, 3500)
    assert load_standard("national_2026").maximum == 3000


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        ({"maximun": 3500}, "override-unknown"),
        ({"column": 1}, "override-unknown"),
        ({"maximum": -1}, "override-invalid"),
        ({"maximum": float("nan")}, "override-invalid"),
        ({"maximum": "3500"}, "override-invalid"),
        ({"maximum": True}, "override-invalid"),
        ({"minimum": 4000}, "bounds-contradict"),
    ],
)
def test_wrong_overrides_are_refused(numbers: dict[str, float], code: str) -> None:
    with pytest.raises(StandardError) as caught:
        with_overrides(load_standard("national_2026"), **numbers)
    assert caught.value.code == code
    assert caught.value.text("zh") != caught.value.text("en")
