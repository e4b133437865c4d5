"""The rules of a log: an undo stack that a plain list would have, and locks that hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boundaries.drafts import Line, Standing, require_editable, standing_of
from boundaries.errors import DraftError


@given(st.lists(st.sampled_from(["stroke", "merge", "restore", "undo", "redo", "lock", "name"]), max_size=40))
def test_undo_and_redo_are_those_of_a_text_with_a_cursor(deeds):
    """Keep the states themselves: the content after each deed, with plain lists of contents before and after."""
    log, past, future, content, contents = [Line(1, "save")], [], [], 1, {1: 1}
    for deed in deeds:
        number = len(log) + 1
        standing = standing_of(log)
        if deed == "undo":
            assert bool(standing.undo) == bool(past)
            if not past:
                continue
            log.append(Line(number, "undo", target=standing.undo[-1]))
            future.append(content)
            content = past.pop()
            assert contents[standing.undo[-1]] == future[-1]  # what is taken back made the content of just now
        elif deed == "redo":
            assert bool(standing.redo) == bool(future)
            if not future:
                continue
            log.append(Line(number, "redo", target=standing.redo[-1]))
            past.append(content)
            content = future.pop()
            assert contents[standing.redo[-1]] == content
        elif deed in {"lock", "name"}:
            log.append(Line(number, deed, details={"units": ["u"], "name": f"n{number}", "version": 1}))
        else:
            log.append(Line(number, deed))
            past.append(content)
            future.clear()
            content = contents[number] = number


def test_a_version_kept_whole_starts_anew_but_names_stay():
    log = [
        Line(1, "save"),
        Line(2, "stroke"),
        Line(3, "lock", details={"units": ["u1"], "communities": ["a"], "plan": True}),
        Line(4, "name", details={"name": "初稿", "version": 2}),
        Line(5, "submit"),
    ]
    assert standing_of(log) == Standing((2,), (), frozenset({"u1"}), frozenset({"a"}), True, True, {"初稿": 2})
    assert standing_of([*log, Line(6, "save")]) == Standing(names={"初稿": 2})


def test_locks_are_taken_off_one_by_one():
    log = [
        Line(1, "lock", details={"units": ["u1", "u2"], "plan": True}),
        Line(2, "unlock", details={"units": ["u1"]}),
    ]
    standing = standing_of(log)
    assert (standing.locked_units, standing.plan_locked) == (frozenset({"u2"}), True)
    assert not standing.after(Line(3, "unlock", details={"plan": True})).plan_locked


@pytest.mark.parametrize(
    ("standing", "code"),
    [
        (Standing(submitted=True), "plan-submitted"),
        (Standing(plan_locked=True), "plan-locked"),
        (Standing(locked_units=frozenset({"u1"})), "units-locked"),
        (Standing(locked_communities=frozenset({"a"})), "communities-locked"),
        (Standing(locked_communities=frozenset({"b"})), "communities-locked"),
    ],
)
def test_what_is_locked_is_refused_in_both_languages(standing, code):
    with pytest.raises(DraftError) as caught:
        require_editable(standing, {"u1": "a"}, {"u1": "b"})
    assert caught.value.code == code
    assert caught.value.text("zh") != caught.value.text("en")


def test_what_is_not_locked_may_move():
    standing = Standing(locked_units=frozenset({"u2"}), locked_communities=frozenset({"c"}))
    require_editable(standing, {"u1": "a"}, {"u1": None})
