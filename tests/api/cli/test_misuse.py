"""Every command, misused in many ways: one sentence with a code, never a traceback, and the project stays as it was."""

import json
import os
from pathlib import Path

import pytest

from gis.project import Project
from tests.api.cli.conftest import Shell
from tests.api.squares import fill, make_project

_LONG = "长" * 3_000
_DIGITS = "9" * 60


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a project that holds everything, and with much that is none."""
    folder = tmp_path_factory.mktemp("misuse")
    with make_project(folder / "town") as project:
        fill(project)
    (folder / "letter.txt").write_text("谁动了我的边界", "utf-8")
    (folder / "empty.zip").write_bytes(b"")
    (folder / "folder").mkdir()
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "pipe")
    for name, settings in {
        "torn": "[project\nname = 3",
        "foreign": '[project]\nname = "x"\ndatabase = "../letter.txt"\n',
        "lost": '[project]\nname = "x"\ndatabase = "gone.gpkg"\n',
        "itself": '[project]\nname = "x"\ndatabase = "."\n',
        "nul": '[project]\nname = "x"\ndatabase = "a\\u0000b"\n',
        "far": '[project]\nname = "x"\ndatabase = "postgresql://nobody@127.0.0.1:1/x"\n',
    }.items():
        (folder / name).mkdir()
        (folder / name / "quhua.toml").write_text(settings, "utf-8")
    (folder / "binary").mkdir()
    (folder / "binary" / "quhua.toml").write_bytes(b'[project]\nname = "\xff"\n')
    (folder / "nested").mkdir()
    (folder / "nested" / "quhua.toml").mkdir()
    return folder


_NO_PROJECTS = (
    *(
        "nowhere",
        "folder",
        "letter.txt",
        "letter.txt/town",
        "/dev/null",
        "pipe",
        "loop",
        "loop/town",
        _LONG,
        "\x1b[31m",
    ),
    *("torn", "foreign", "lost", "itself", "nul", "far", "binary", "nested", "名\n字", "{folder}", "%s", "; rm -rf x"),
)


@pytest.mark.parametrize("command", ["audit", "propose", "summary", "map", "history", "verify"])
@pytest.mark.parametrize("folder", _NO_PROJECTS, ids=lambda folder: repr(folder[:12]))
def test_what_is_no_project(quhua, place, monkeypatch, command, folder):
    _refused(quhua, place, monkeypatch, [command, folder])


@pytest.mark.parametrize(
    "arguments",
    [
        ["init", "letter.txt"],
        ["init", "letter.txt/town"],
        ["init", "town"],
        ["init", "/dev/null"],
        ["init", "/dev/null/town"],
        ["init", "/proc/town"],
        ["init", "loop/town"],
        ["init", _LONG],
        ["init", "new", "--crs", "EPSG:999999"],
        ["init", "new", "--crs", "EPSG:4326"],
        ["init", "new", "--crs", _LONG],
        ["init", "new", "--crs", "地图"],
        ["init", "new", "--name", "\n"],
        ["import", "town", "pipe", "--kind", "units"],
        ["import", "town", "/dev/zero", "--kind", "units"],
        ["import", "town", "folder", "--kind", "units"],
        ["import", "town", "letter.txt", "--kind", "units"],
        ["import", "town", "empty.zip", "--kind", "units"],
        ["import", "town", "http://example.invalid/a.zip", "--kind", "units"],
        ["import", "town", "/vsicurl/http://example.invalid/a.shp", "--kind", "units"],
        ["import", "town", _LONG, "--kind", "units"],
        ["import", "town", "letter.txt", "--kind", "🏰"],
        ["import", "town", "letter.txt", "--kind", "units", "--column", "="],
        ["import", "town", "letter.txt", "--kind", "units", "--name", "../units"],
        ["import", "town", "letter.txt", "--kind", "units", "--datum", "mars"],
        ["audit", "town", "--fail-on", "HIGH"],
        ["audit", "town", "--fail-on", "高"],
        ["audit", "town", "town"],
        ["propose", "town", "--communities", _DIGITS],
        ["propose", "town", "--communities", "1e3"],
        ["propose", "town", "--communities", "三"],
        ["propose", "town", "--communities", "9"],
        ["propose", "town", "--seed", "-" + _DIGITS],
        ["propose", "town", "--seed", "0x10"],
        ["propose", "town", "--time-limit", "1e999"],
        ["propose", "town", "--minimum", "1e300"],
        ["propose", "town", "--maximum", "1e-300"],
        ["propose", "town", "--minimum", "2,000"],
        ["propose", "town", "--balance", "geometry"],
        ["propose", "town", "--alternatives", _DIGITS],
        ["summary", "town", "--verbose"],
        ["map", "town", "maps"],
        ["history", "town", "nothing"],
        ["history", "town", _LONG],
        ["history", "town", "plan:units"],
        ["history", "town", "::"],
        ["revert", "town", "units", "99"],
        ["revert", "town", "units", _DIGITS],
        ["revert", "town", "units", "-1"],
        ["revert", "town", "*", "1"],
        ["delete", "town", "'; DROP TABLE quhua_items; --"],
        ["delete", "town", "units", "--reason", "\x00"],
        ["verify", "town", "units"],
        ["move", "town", "project.gpkg"],
        ["move", "town", "folder/none/x.gpkg"],
        ["move", "town", "../letter.txt"],
        ["move", "town", "../folder"],
        ["move", "town", "/dev/full"],
        ["move", "town", _LONG],
        ["move", "town", "mysql://root@localhost/x"],
        ["move", "town", "postgresql://x:y@127.0.0.1:1/x"],
        ["export", "town", "nowhere/town.zip"],
        ["export", "town", "letter.txt/town.zip"],
        ["export", "town", "empty.zip"],
        ["export", "town", "folder"],
        ["export", "town", "/dev/full"],
        ["export", "town", f"{_LONG}.zip"],
        ["restore", "nowhere.zip", "new"],
        ["restore", "empty.zip", "new"],
        ["restore", "letter.txt", "new"],
        ["restore", "folder", "new"],
        ["restore", "/dev/null", "new"],
        ["restore", "pipe", "new"],
        ["restore", "empty.zip", "town"],
        ["restore", "empty.zip", "letter.txt"],
        ["serve", "nowhere"],
        ["serve", "town", "--port", "-1"],
        ["serve", "town", "--port", "http"],
        ["serve", "torn"],
    ],
    ids=lambda words: " ".join(words)[:50],
)
def test_misuse(quhua, place, monkeypatch, arguments):
    _refused(quhua, place, monkeypatch, arguments)
    assert not (place / "new").exists()


def _refused(quhua: Shell, place: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    """Run a command in the folder, with and without JSON; it must refuse in one sentence and change nothing."""
    monkeypatch.chdir(place)
    before = _state(place)
    for lang in ("zh", "en"):
        ran = quhua(*arguments, "--lang", lang)
        assert ran.status == 2, ran
        assert ran.out == ""
        assert ran.err.startswith("quhua: ["), ran.err
        assert ran.err.count("\n") == 1
        assert len(ran.err) < 2_000
    if arguments[0] != "serve":
        told = json.loads(quhua(*arguments, "--json").err)
        assert set(told) == {"code", "detail"}
    assert _state(place) == before


def _state(place: Path) -> tuple[list[str], bytes, list[dict[str, object]]]:
    """Tell which files there are, and what the project holds."""
    files = sorted(str(path) for path in place.rglob("*") if not path.name.endswith(("-wal", "-shm", "-journal")))
    with Project.open(place / "town") as project:
        versions = [version.as_dict() for version in project.store.newest()]
    return files, (place / "town" / "quhua.toml").read_bytes(), versions
