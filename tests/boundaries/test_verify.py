"""The verifier finds every way in which a plan can be wrong, and nothing in a sound one."""

import pandas as pd
import pytest

from boundaries import build_graph, find_plan_faults
from boundaries.errors import PlanError
from boundaries.verify import require_sound_plan
from tests.boundaries.town import square_town

TOWN = square_town(4, 2)
GRAPH = build_graph(TOWN)
SOUND = pd.Series(["a", "a", "b", "b"] * 2, index=TOWN.index)


def test_a_sound_plan_has_no_fault() -> None:
    faults = find_plan_faults(
        SOUND,
        GRAPH,
        minimum=400,
        maximum=400,
        n_communities=2,
        keep_whole=pd.Series({"u0-0": "g", "u1-1": "g"}),
        locked=pd.Series({"u3-1": "b"}),
        centres=["u0-0", "u2-0"],
    )
    assert faults == []


@pytest.mark.parametrize(
    ("assignment", "asked", "words"),
    [
        (SOUND.drop("u0-0"), {}, "without a community"),
        (pd.concat([SOUND, SOUND[:1]]), {}, "more than once"),
        (pd.concat([SOUND, pd.Series({"x": "a"})]), {}, "do not exist"),
        (SOUND, {"n_communities": 3}, "2 communities instead of 3"),
        (SOUND.replace({"b": "c"}).mask(SOUND.index == "u3-1", "a"), {}, "in several parts: a"),
        (SOUND, {"maximum": 399.0}, "outside 0-399"),
        (SOUND, {"minimum": 401.0}, "outside 401-inf"),
        (SOUND, {"keep_whole": pd.Series({"u1-0": "g", "u2-0": "g"})}, "are split: g"),
        (SOUND, {"locked": pd.Series({"u1-0": "b"})}, "have moved: u1-0"),
        (SOUND, {"centres": ["u0-0", "u1-1"]}, "several centres: a"),
    ],
)
def test_each_fault_is_told(assignment: "pd.Series[str]", asked: dict[str, object], words: str) -> None:
    faults = find_plan_faults(assignment, GRAPH, **asked)  # type: ignore[arg-type]
    assert len(faults) == 1
    assert words in faults[0].en


def test_a_barrier_counts_as_no_connection() -> None:
    from tests.boundaries.test_graph import river

    barred = build_graph(TOWN, barriers=river(2))
    assert find_plan_faults(pd.Series("one", index=TOWN.index), barred) != []
    assert find_plan_faults(SOUND, barred) == []


def test_exempt_communities_may_break_bounds_and_lie_in_parts() -> None:
    torn = SOUND.mask(SOUND.index == "u3-1", "a")
    assert find_plan_faults(torn, GRAPH, maximum=400.0, exempt=["a"]) == []


def test_an_unsound_plan_is_refused_with_every_fault() -> None:
    with pytest.raises(PlanError) as refusal:
        require_sound_plan(SOUND, GRAPH, n_communities=3, maximum=10.0)
    assert refusal.value.code == "plan-unsound"
    assert "instead of 3" in str(refusal.value)
    assert "outside 0-10" in str(refusal.value)
