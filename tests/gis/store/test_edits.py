"""Edits of plans are versions that say what moved; the same on a GeoPackage file and on PostGIS."""

from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import gis.store.edits as edits_module
from gis.errors import StoreError
from gis.store import (
    Edit,
    Entity,
    add_comment,
    append_edit,
    copy_store,
    load_moves,
    open_store,
    read_comments,
    read_log,
    verify_store,
)
from gis.store.tables import COMMENTS, EDITS

UNITS = ["u1", "u2", "单元三", 'u"4']
DOCUMENT = {"title": {"zh": "方案", "en": "plan"}, "provenance": {"balance": "households"}}


def assignment(*labels):
    return pd.Series(
        list(labels), index=pd.Index(UNITS[: len(labels)], name="id", dtype="str"), dtype="str", name="community_id"
    )


def save(store, *labels, name="draft"):
    return store.save_plan(name, assignment(*labels), document=DOCUMENT, author="王工", reason="start")


def move(store, expected, before, after, *, name="draft", deed="stroke", target=None):
    edit = Edit(deed, before, after, target)
    return append_edit(store, name, edit, author="李工", reason="移一块", expected=expected)


def shown(store, name="plan_draft"):
    with store.reading() as connection:
        rows = connection.exec_driver_sql(f"SELECT id, community_id FROM {name}").all()
    return dict(rows)


def test_an_edit_is_a_version_and_loads_as_it_left_the_plan(store):
    save(store, "a", "a", "b", "b")
    made = move(store, 1, {"u1": "a", "单元三": "b"}, {"u1": "b", "单元三": None})
    assert (made.number, made.author, made.reason, made.deleted) == (2, "李工", "移一块", False)
    loaded, document, version = store.load_plan("draft")
    assert loaded.astype(object).where(loaded.notna(), None).tolist() == ["b", "a", None, "b"]
    assert loaded.dtype == assignment("a").dtype
    assert document["edited"] == {"since": 1, "edits": 1}
    assert version == made
    assert store.load_plan("draft", version=1)[0].tolist() == ["a", "a", "b", "b"]
    assert load_moves(store, "draft", 2) == ({"u1": "a", "单元三": "b"}, {"u1": "b", "单元三": None})
    assert load_moves(store, "draft", 1) == ({}, {})


def test_the_database_shows_the_plan_as_it_is_now(store):
    save(store, "a", "a", "b", "b")
    assert shown(store) == {"u1": "a", "u2": "a", "单元三": "b", 'u"4': "b"}
    move(store, 1, {"u1": "a"}, {"u1": "b"})
    move(store, 2, {"u1": "b", 'u"4': "b"}, {"u1": "c", 'u"4': None})
    assert shown(store) == {"u1": "c", "u2": "a", "单元三": "b", 'u"4': None}
    store.restore("draft", 2, author="王工", reason="back", entity=Entity.PLAN)
    assert shown(store) == {"u1": "b", "u2": "a", "单元三": "b", 'u"4': "b"}


def test_the_log_has_one_line_a_version(store):
    save(store, "a", "a")
    move(store, 1, {"u1": "a"}, {"u1": "b"})
    move(store, 2, {"u1": "b"}, {"u1": "a"}, deed="undo", target=2)
    move(store, 3, {}, {}, deed="lock")
    store.delete("draft", author="王工", reason="done", entity=Entity.PLAN)
    log = read_log(store, "draft")
    assert [(line.version.number, line.deed, line.target, line.unit_count) for line in log] == [
        (1, "save", None, 2),
        (2, "stroke", None, 1),
        (3, "undo", 2, 1),
        (4, "lock", None, 0),
        (5, "delete", None, 0),
    ]
    assert [line.version.number for line in read_log(store, "draft", after=3)] == [4, 5]


def test_an_edit_of_an_older_version_is_refused_and_leaves_nothing(store):
    save(store, "a", "a")
    move(store, 1, {"u1": "a"}, {"u1": "b"})
    for expected in (0, 1, 3):
        with pytest.raises(StoreError) as caught:
            move(store, expected, {"u1": "a"}, {"u1": "c"})
        assert caught.value.code == "version-conflict"
    assert len(store.history("draft", entity=Entity.PLAN)) == 2
    assert store.load_plan("draft")[0].tolist() == ["b", "a"]


def test_of_many_writers_who_saw_the_same_version_one_wins(store):
    save(store, "a", "a")

    def draw(writer):
        try:
            move(store, 1, {"u1": "a"}, {"u1": f"c{writer}"})
        except StoreError as error:
            return error.code
        return "made"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(draw, range(4))) == ["made", *["version-conflict"] * 3]
    assert len(read_log(store, "draft")) == 2


def test_an_edit_of_a_deleted_plan_is_refused(store):
    save(store, "a", "a")
    store.delete("draft", author="王工", reason="done", entity=Entity.PLAN)
    with pytest.raises(StoreError) as caught:
        move(store, 2, {"u1": "a"}, {"u1": "b"})
    assert caught.value.code == "item-deleted"


def test_a_restored_edit_is_kept_whole(store):
    save(store, "a", "a", "b")
    move(store, 1, {"u1": "a"}, {"u1": "b"})
    move(store, 2, {"u2": "a"}, {"u2": "b"})
    store.restore("draft", 2, author="王工", reason="back", entity=Entity.PLAN)
    assert store.load_plan("draft")[0].tolist() == ["b", "a", "b"]
    assert store.load_plan("draft")[1]["edited"] == {"since": 1, "edits": 1}
    move(store, 4, {"单元三": "b"}, {"单元三": "a"})
    assert store.load_plan("draft")[0].tolist() == ["b", "a", "a"]
    assert verify_store(store) == 5


def test_the_log_refuses_to_be_changed(store):
    save(store, "a", "a")
    move(store, 1, {"u1": "a"}, {"u1": "b"})
    add_comment(store, "draft", "这里不妥", author="居民")
    for table in (EDITS, COMMENTS):
        for statement in (sa.update(table).values(number=9), sa.delete(table)):
            with pytest.raises(StoreError, match="append-only"), store.writing() as connection:
                connection.execute(statement)


def test_a_forged_edit_is_found(store):
    save(store, "a", "a")
    move(store, 1, {"u1": "a"}, {"u1": "b"})
    assert verify_store(store) == 2
    with store.writing() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER quhua_edits_no_update")
        else:
            connection.exec_driver_sql("ALTER TABLE quhua_edits DISABLE TRIGGER USER")
        connection.execute(sa.update(EDITS).values(moved_to='{"u1":"c"}'))
    with pytest.raises(StoreError) as caught:
        verify_store(store)
    assert caught.value.code == "content-damaged"


def test_comments_are_pinned_answered_and_settled(store):
    save(store, "a", "a")
    first = add_comment(store, "draft", "这里不妥", author="居民", lonlat=(114.02, 33.01), unit="u1")
    move(store, 1, {"u1": "a"}, {"u1": "b"})
    answer = add_comment(store, "draft", "已改", author="王工", answers=first.id, settles=True)
    assert read_comments(store, "draft") == [first, answer]
    assert (first.number, first.lonlat, first.unit) == (1, (114.02, 33.01), "u1")
    assert (answer.number, answer.answers, answer.settles) == (2, first.id, True)
    for options, code in (
        ({"answers": 99}, "comment-not-found"),
        ({"unit": "nowhere"}, "units-not-in-plan"),
        ({"author": " "}, "author-missing"),
    ):
        with pytest.raises(StoreError) as caught:
            add_comment(store, "draft", "x", **{"author": "王工", **options})
        assert caught.value.code == code
    assert len(read_comments(store, "draft")) == 2


def test_a_copy_has_edits_and_comments(store, tmp_path):
    save(store, "a", "a", "b")
    move(store, 1, {"u1": "a"}, {"u1": "b"})
    add_comment(store, "draft", "好", author="居民", lonlat=(114.0, 33.0))
    with open_store(tmp_path / "copy.gpkg", create=True) as copy:
        copy_store(store, copy)
        assert copy.load_plan("draft")[0].tolist() == ["b", "a", "b"]
        assert read_log(copy, "draft") == read_log(store, "draft")
        assert read_comments(copy, "draft") == read_comments(store, "draft")
        assert shown(copy) == shown(store)
        assert verify_store(copy) == 2
        move(copy, 2, {"u2": "a"}, {"u2": "b"})
        assert shown(copy)["u2"] == "b"
        assert add_comment(copy, "draft", "更好", author="居民").id == 2


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(strokes=st.lists(st.dictionaries(st.sampled_from(UNITS), st.sampled_from(["a", "b", None])), max_size=12))
def test_edits_fold_to_what_a_dictionary_would_hold(store, monkeypatch, strokes):
    monkeypatch.setattr(edits_module, "KEYFRAME_EVERY", 4)
    before = len(store.history("draft", entity=Entity.PLAN)) if store.items(Entity.PLAN) else 0
    save(store, "a", "a", "b", "b")
    held, states = dict(zip(UNITS, "aabb", strict=True)), []
    for at, after in enumerate(strokes):
        move(store, before + at + 1, {unit: held[unit] for unit in after}, after)
        held.update(after)
        states.append(dict(held))
    for at, state in enumerate(states):
        loaded = store.load_plan("draft", version=before + at + 2)[0]
        assert loaded.astype(object).where(loaded.notna(), None).to_dict() == state
    assert shown(store) == held
    verify_store(store)
