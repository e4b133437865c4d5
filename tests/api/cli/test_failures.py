"""Nothing that goes wrong gives a traceback: the disk, the reader, Ctrl-C, the program itself."""

import errno
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from gis.project import Project
from tests.api.cli.processes import COMMAND, environment, quhua_process


@pytest.fixture
def project(tmp_path, quhua) -> Path:
    assert quhua("init", tmp_path / "town").status == 0
    return tmp_path / "town"


def _raising(error: BaseException):
    def fail(*_arguments: object, **_options: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        (errno.ENOSPC, "磁盘已满", "the disk is full"),
        (errno.EACCES, "没有权限", "permission denied"),
        (errno.EROFS, "只读", "read-only"),
        (errno.EIO, "磁盘读写出错", "the disk fails"),
        (errno.ENOTDIR, "不是文件夹", "no folder"),
        (errno.ECHILD, "No child processes", "No child processes"),
    ],
)
def test_what_the_system_refuses_is_one_sentence_with_the_path(quhua, project, monkeypatch, number, zh, en):
    monkeypatch.setattr(Project, "open", _raising(OSError(number, os.strerror(number), "/data/layer.gpkg")))
    for lang, reason in (("zh", zh), ("en", en)):
        ran = quhua("history", project, "--lang", lang)
        assert ran.status == 2
        assert ran.out == ""
        assert ran.err.startswith("quhua: [file-refused] ")
        assert "/data/layer.gpkg" in ran.err
        assert reason in ran.err
        assert ran.err.count("\n") == 1


def test_a_refused_move_names_both_places(quhua, project, monkeypatch):
    monkeypatch.setattr(Project, "open", _raising(OSError(errno.EACCES, "no", "one", None, "two")))
    assert "one -> two" in quhua("history", project).err


def test_memory_that_runs_out(quhua, project, monkeypatch):
    monkeypatch.setattr(Project, "open", _raising(MemoryError()))
    ran = quhua("history", project)
    assert ran.status == 2
    assert ran.err.startswith("quhua: [memory-short] ")


def test_an_error_nobody_foresaw_is_logged_in_the_project(quhua, project, monkeypatch):
    monkeypatch.setattr(Project, "store", property(_raising(ZeroDivisionError("a secret of the code"))))
    for lang in ("zh", "en"):
        ran = quhua("history", project, "--lang", lang)
        assert ran.status == 3
        assert ran.out == ""
        assert ran.err.startswith("quhua: [internal-error] ")
        assert ran.err.count("\n") == 1
        assert "a secret of the code" not in ran.err
        assert str(project / "quhua-errors.log") in ran.err
    logged = (project / "quhua-errors.log").read_text("utf-8")
    assert logged.count("ZeroDivisionError: a secret of the code") == 2
    assert "Traceback" in logged


def test_an_error_nobody_foresaw_is_json_where_json_is_asked_for(quhua, project, monkeypatch):
    monkeypatch.setattr(Project, "store", property(_raising(ZeroDivisionError())))
    assert json.loads(quhua("history", project, "--json").err)["code"] == "internal-error"


def test_an_error_without_a_project_is_logged_in_a_temporary_file(quhua, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(Project, "open", _raising(ZeroDivisionError()))
    assert quhua("history", tmp_path / "nowhere").status == 3
    assert "ZeroDivisionError" in next(tmp_path.glob("quhua-errors-*.log")).read_text("utf-8")
    assert not (tmp_path / "nowhere").exists()


def test_the_traceback_goes_to_the_error_stream_on_request(quhua, project, monkeypatch):
    monkeypatch.setenv("QUHUA_DEBUG", "1")
    monkeypatch.setattr(Project, "store", property(_raising(ZeroDivisionError("told"))))
    ran = quhua("history", project)
    assert ran.status == 3
    assert "ZeroDivisionError: told" in ran.err
    assert not (project / "quhua-errors.log").exists()


def test_a_file_in_place_of_a_folder(quhua, tmp_path):
    (tmp_path / "file").write_text("")
    ran = quhua("init", tmp_path / "file" / "town")
    assert ran.status == 2
    assert ran.err.startswith("quhua: [folder-unusable] ")
    assert str(tmp_path / "file") in ran.err


def test_a_reader_that_goes_away_ends_the_command_silently(project):
    command = [*COMMAND, "history", str(project)]
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen(command, stdout=writer, stderr=subprocess.PIPE, env=environment()) as process:
        os.close(writer)
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_help_for_a_reader_that_goes_away():
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen([*COMMAND, "--help"], stdout=writer, stderr=subprocess.PIPE, env=environment()) as process:
        os.close(writer)
        assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a disk that is always full")
def test_output_onto_a_full_disk(project):
    with Path("/dev/full").open("w") as full:
        ran = quhua_process("history", project, "--json", capture_output=False, stdout=full, stderr=subprocess.PIPE)
    assert ran.returncode == 2
    assert json.loads(ran.stderr)["detail"] == "standard output cannot be used: the disk is full; make room"


def test_closed_streams_are_no_error(project):
    for closed in ("stdout", "stderr"):
        program = f"{COMMAND[0]} -m api.cli history {project} {'2' if closed == 'stderr' else '1'}>&-"
        ran = subprocess.run(program, shell=True, capture_output=True, text=True, env=environment(), check=False)
        assert ran.returncode == 0
        assert ran.stderr == ""


def test_a_terminal_that_knows_no_chinese(project):
    ran = quhua_process("history", project, env=environment(PYTHONIOENCODING="ascii", QUHUA_LANG="zh"))
    assert ran.returncode == 0
    assert ran.stderr == ""


@pytest.mark.parametrize("waiting_s", [0.01, 0.03, 0.06, 0.15, 0.4, 0.8])
def test_ctrl_c_at_any_moment_is_one_sentence(tmp_path, waiting_s):
    program = "import sys; sys.argv[1:] = ['init', %r, '--sample']\nfrom api.cli import main\nprint(flush=True)\nmain()"
    folder = tmp_path / "town"
    with subprocess.Popen(
        [COMMAND[0], "-c", program % str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        process.stdout.readline()
        time.sleep(waiting_s)
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
    assert process.returncode == 130, told
    assert told == "quhua: [interrupted] interrupted as you asked; nothing is left half-written\n"
    assert not folder.exists()


_PRESSED_WHILE_LOADING = """
import signal, sys
class Pressed:
    def __set_name__(self, owner, name):
        signal.raise_signal(signal.SIGINT)
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "typer":
            sys.meta_path.remove(self)
            type("Loading", (), {"pressed": Pressed()})  # Python 3.11 turns what is raised here into a RuntimeError
sys.meta_path.insert(0, Finder())
sys.argv[1:] = ["history", "town", "--lang", "en"]
from api.cli import main
main()
"""


def test_ctrl_c_that_a_library_wraps_while_it_loads_is_one_sentence():
    ran = subprocess.run(
        [COMMAND[0], "-c", _PRESSED_WHILE_LOADING], capture_output=True, text=True, env=environment(), check=False
    )
    assert ran.returncode == 130, ran.stderr
    assert ran.stderr == "quhua: [interrupted] interrupted as you asked; nothing is left half-written\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "full", "project.gpkg")])
def test_a_sample_that_stops_half_way_leaves_nothing(quhua, tmp_path, monkeypatch, error):
    def stop(project: Project, **_options: object) -> None:
        (project.folder / "source").mkdir()
        (project.folder / "source" / "units.shp").write_text("half")
        raise error

    monkeypatch.setattr("api.workflow.importing.import_sample", stop)
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "letter.txt").write_text("mine")
    for folder in (tmp_path / "new" / "town", kept):
        assert quhua("init", folder, "--sample").status == (130 if isinstance(error, KeyboardInterrupt) else 2)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["kept", "letter.txt"]


def test_a_project_that_is_there_stays_when_it_is_made_again(quhua, project):
    before = {path: path.read_bytes() for path in project.iterdir()}
    assert quhua("init", project, "--sample").status == 2
    assert {path: path.read_bytes() for path in project.iterdir()} == before


@pytest.mark.parametrize("kilobytes", [50, 200])
def test_files_that_may_not_grow_leave_no_half_project(tmp_path, kilobytes):
    program = (
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes * 1024},) * 2)\n"
        f"import sys; sys.argv[1:] = ['init', {str(tmp_path / 'town')!r}, '--sample']\n"
        "from api.cli import main\nmain()"
    )
    ran = subprocess.run([COMMAND[0], "-c", program], capture_output=True, text=True, env=environment(), check=False)
    assert ran.returncode == 2, ran.stderr
    assert ran.stderr.count("\n") == 1
    assert str(tmp_path / "town") in ran.stderr
    assert not (tmp_path / "town").exists()
