"""``quhua tiles``: the project as one file of vector tiles."""

import pytest
from pmtiles.reader import MmapSource, Reader

from tests.api import squares


@pytest.fixture
def folder(tmp_path):
    with squares.make_project(tmp_path / "town") as project:
        squares.fill(project)
    return tmp_path / "town"


def _layers(path):
    with path.open("rb") as file:
        return [layer["id"] for layer in Reader(MmapSource(file)).metadata()["vector_layers"]]


def test_every_layer_comes_into_the_file(quhua, folder, tmp_path):
    path = tmp_path / "镇.pmtiles"
    ran = quhua("tiles", folder, path, "--max-zoom", 15, "--json")
    assert ran.status == 0, ran.err
    assert ran.document == {
        "path": str(path), "collections": ["communities", "units"], "min_zoom": 8, "max_zoom": 15,
        "bytes": path.stat().st_size,
    }  # fmt: skip
    assert _layers(path) == ["communities", "units"]


@pytest.mark.parametrize(("lang", "said"), [("zh", "已写出"), ("en", "wrote")])
def test_plans_and_findings_when_asked_for(quhua, folder, tmp_path, lang, said):
    path = tmp_path / "a.pmtiles"
    asked = ["--collection", "plan_alternative_1.units", "--collection", "findings", "--lang", lang]
    ran = quhua("tiles", folder, path, *asked)
    assert ran.status == 0, ran.err
    assert said in ran.out
    assert _layers(path) == ["plan_alternative_1.units", "findings"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("a.zip",), "format-unknown"),
        (("nowhere/a.pmtiles",), "folder-missing"),
        (("a.pmtiles", "--collection", "castles"), "collection-not-found"),
        (("a.pmtiles", "--min-zoom", "9", "--max-zoom", "8"), "zooms-reversed"),
        (("a.pmtiles", "--max-zoom", "23"), "wrong-use"),
        (("a.pmtiles", "--collection", "plans.comparison"), "nothing-to-draw"),
    ],
)
def test_what_cannot_be_written_is_told_and_leaves_nothing(quhua, folder, tmp_path, more, code):
    name, *options = more
    for lang in ("zh", "en"):
        ran = quhua("tiles", folder, tmp_path / name, *options, "--lang", lang)
        assert ran.status == 2
        assert f"[{code}]" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["town"]
