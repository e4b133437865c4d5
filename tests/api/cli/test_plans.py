"""The command ``plans``: every plan with its state, and every edit of one."""

import pytest

from api.workflow.drafts.desk import Desk
from api.workflow.drafts.editing import Author, draw_stroke, moves_of, set_submitted, undo
from gis.project import Project
from tests.api import squares


@pytest.fixture
def town(tmp_path):
    with Project.create(tmp_path / "town", name="四方镇", crs=squares.CRS) as project:
        squares.fill(project)
        desk, name = Desk(), "alternative_1"
        draw_stroke(desk, project, name, moves_of(["u3"], "a"), author=Author("李工", "河西", 1))
        undo(desk, project, name, author=Author("王工", "不妥", 2))
        set_submitted(desk, project, name, author=Author("王工", "报审", 3), submitted=True)
    return tmp_path / "town"


def test_plans_are_listed_with_edits_and_state(quhua, town):
    done = quhua("plans", town, "--lang", "en")
    assert done.status == 0
    first, second = [line.split() for line in done.out.splitlines() if line.startswith("alternative")]
    assert {"4", "3", "submitted", "王工"} <= set(first)
    assert {"1", "0", "open", "planner"} <= set(second)
    told = quhua("plans", town, "--json").document["plans"]
    assert [(one["name"], one["edits"], one["submitted"]) for one in told] == [
        ("alternative_1", 3, True),
        ("alternative_2", 0, False),
    ]


def test_the_edits_of_a_plan_are_listed(quhua, town):
    log = quhua("plans", town, "alternative_1", "--json").document["log"]
    assert [(one["number"], one["deed"], one["target"], one["units"], one["author"]) for one in log] == [
        (1, "save", None, 8, "planner"),
        (2, "stroke", None, 1, "李工"),
        (3, "undo", 2, 1, "王工"),
        (4, "submit", None, 0, "王工"),
    ]
    zh = quhua("plans", town, "alternative_1", "--lang", "zh").out
    assert "撤销" in zh
    assert "不妥" in zh


def test_a_plan_that_is_not_there_is_told(quhua, town):
    done = quhua("plans", town, "nowhere", "--lang", "en")
    assert done.status == 2
    assert "item-not-found" in done.err


def test_a_new_search_leaves_a_plan_that_was_drawn_on(quhua, town):
    done = quhua(
        "propose", town, "--communities", 2, "--alternatives", 1, "--time-limit", 2, "--minimum", 400, "--json"
    )
    assert done.status == 0, done.err
    with Project.open(town) as project:
        assert project.store.latest("alternative_1", entity="plan").number == 4
        assert project.store.latest("alternative_2", entity="plan").reason == "propose"
