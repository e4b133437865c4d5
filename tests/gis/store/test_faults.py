"""What the database refuses is told in the reader's language."""

import sqlite3

import pytest

from gis.errors import StoreError
from gis.store.faults import database_faults


@pytest.mark.parametrize(
    ("said", "code", "zh", "en"),
    [
        ("attempt to write a readonly database", "store-failed", "没有写入权限", "may not be written"),
        ("unable to open database file", "store-failed", "无法打开", "cannot be opened"),
        ("database or disk is full", "store-failed", "磁盘已满", "the disk is full"),
        ("disk I/O error", "store-failed", "磁盘读写出错", "the disk fails"),
        ("database is locked", "store-busy", "正被其他程序写入", "being written by somebody else"),
        ("no such table: x", "store-failed", "no such table: x", "no such table: x"),
    ],
)
def test_what_sqlite_says(said, code, zh, en):
    with pytest.raises(StoreError) as refusal, database_faults("town.gpkg"):
        raise sqlite3.OperationalError(said)
    assert refusal.value.code == code
    assert "town.gpkg" in refusal.value.text("zh")
    assert zh in refusal.value.text("zh")
    assert en in refusal.value.text("en")
