"""The name of an alternative claims only what the comparison beside it shows."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from boundaries.proposals.naming import MERITS, name_alternatives

PLAIN = {
    "moved_share": 0.3, "internal_perimeter_m": 9_000.0, "max_deviation": 0.1, "mean_polsby_popper": 0.5,
    "today_line_share": 0.5, "road_line_share": 0.5,
}  # fmt: skip
CLAIMS = {merit.title.en: merit for merit in MERITS}


CLAIM_OF = {merit.key: merit for merit in MERITS}


def test_each_best_gives_its_title() -> None:
    better = {
        "moved_share": 0.1, "internal_perimeter_m": 8_000.0, "max_deviation": 0.05, "mean_polsby_popper": 0.6,
        "today_line_share": 0.6, "road_line_share": 0.6,
    }  # fmt: skip
    worst = {key: value * (0.5 if CLAIM_OF[key].more_is_better else 2) for key, value in PLAIN.items()}
    names = name_alternatives([*(PLAIN | {key: value} for key, value in better.items()), PLAIN, worst])
    assert [name.zh for name in names] == [
        "变动最少", "界线最短", "规模最均衡", "形状最紧凑", "沿用现有界线最多", "沿道路划界最多",
        "折中方案", "备选方案",
    ]  # fmt: skip


def test_a_lead_that_the_table_does_not_show_names_nothing() -> None:
    names = name_alternatives([PLAIN | {"mean_polsby_popper": 0.503}, PLAIN | {"mean_polsby_popper": 0.497}])
    assert [name.en for name in names] == ["a middle way", "a middle way, no. 2"]


def test_what_is_unknown_names_nothing() -> None:
    known = [{"internal_perimeter_m": 100.0}, {"internal_perimeter_m": 90.0, "moved_share": 0.0}]
    assert [name.en for name in name_alternatives(known)] == ["another option", "shortest boundaries"]


def test_the_number_of_communities_is_told_when_asked() -> None:
    names = name_alternatives([PLAIN, PLAIN | {"max_deviation": 0.2}], n_communities=[7, 5])
    assert [name.zh for name in names] == ["规模最均衡（7 个社区）", "备选方案（5 个社区）"]


_values = st.fixed_dictionaries(
    {key: st.one_of(st.just(value), st.floats(0, 2 * value)) for key, value in PLAIN.items()}
)


@given(st.lists(_values, min_size=1, max_size=7))
def test_every_name_is_true_of_the_figures(measures: list[dict[str, float]]) -> None:
    table = pd.DataFrame(measures)
    require_true_names([name.en for name in name_alternatives(measures)], table)


def require_true_names(names: list[str], table: pd.DataFrame) -> None:
    """Hold each name against the figures, rounded as the command line prints them."""
    digits = {"internal_perimeter_m": 0, "mean_polsby_popper": 2}
    shown = pd.DataFrame({m.key: table[m.key].round(digits.get(m.key, 3)) for m in MERITS if m.key in table})
    for (_, row), name in zip(shown.iterrows(), names, strict=True):
        claimed = [CLAIMS[title] for title in CLAIMS if title in name]
        for merit in claimed:
            best = shown[merit.key].max() if merit.more_is_better else shown[merit.key].min()
            assert row[merit.key] == best, (name, merit.key)
            assert (shown[merit.key] == best).sum() == 1
        worst = {
            m.key: shown[m.key].min() if m.more_is_better else shown[m.key].max() for m in MERITS if m.key in shown
        }
        differing = [key for key in shown if shown[key].min() < shown[key].max()]
        if name.startswith("a middle way"):
            assert not any(row[key] == worst[key] for key in differing), name
        else:
            assert claimed or name.startswith("another option"), name
