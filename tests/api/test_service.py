"""What a running service remembers: each result once, the latest few, no failures, and the settings of the moment."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.service import Memory, Service
from api.settings import ServiceSettings
from gis.errors import ProjectError


def test_a_result_is_made_once_for_all_who_ask_at_the_same_time():
    memory, made, gate = Memory(4), [], threading.Barrier(8)

    def make() -> int:
        made.append(threading.get_ident())
        threading.Event().wait(0.05)
        return 42

    def ask(_: int) -> int:
        gate.wait()
        return memory.recall("key", make)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [42] * 8
    assert len(made) == 1


def test_a_failure_reaches_all_who_wait_and_is_not_remembered():
    memory, gate, attempts = Memory(4), threading.Barrier(4), []

    def fail() -> int:
        attempts.append(1)
        threading.Event().wait(0.05)
        raise ProjectError("project-not-found", path="x")

    def ask(_: int) -> str:
        gate.wait()
        with pytest.raises(ProjectError) as caught:
            memory.recall("key", fail)
        return caught.value.code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == ["project-not-found"] * 4
    assert memory.recall("key", lambda: 7) == 7


def test_what_was_used_longest_ago_is_forgotten():
    memory, made = Memory(2), []

    def recall(key: str) -> None:
        memory.recall(key, lambda: made.append(key))

    for key in ("a", "b", "a", "c", "a", "b"):
        recall(key)
    assert made == ["a", "b", "c", "b"]


def test_the_project_follows_its_settings_file(fresh):
    service = Service(ServiceSettings(project=fresh.folder))
    first = service.project
    assert service.project is first
    path = fresh.folder / "quhua.toml"
    path.write_text(path.read_text("utf-8").replace("四方镇", "八方镇镇"), encoding="utf-8")
    assert service.project.settings.project.name == "八方镇镇 & 街道"
    path.unlink()
    with pytest.raises(ProjectError, match="is not a project"):
        _ = service.project
    service.close()


def test_a_folder_without_a_project_is_refused_at_once(tmp_path):
    with pytest.raises(ProjectError, match="is not a project"):
        Service(ServiceSettings(project=tmp_path))


@pytest.mark.parametrize(("word", "lang"), [("en_GB.UTF-8", "en"), ("zh_CN", "zh"), ("EN", "en"), ("fr", "zh")])
def test_the_language_is_read_as_the_command_line_reads_it(tmp_path, monkeypatch, word, lang):
    monkeypatch.setenv("QUHUA_LANG", word)
    assert ServiceSettings(project=tmp_path).lang == lang


def test_settings_come_from_the_environment_too(tmp_path, monkeypatch):
    monkeypatch.setenv("QUHUA_PROJECT", str(tmp_path))
    monkeypatch.setenv("QUHUA_MAX_LIMIT", "5")
    monkeypatch.setenv("QUHUA_ALLOWED_HOSTS", '["plan.example"]')
    settings = ServiceSettings()
    assert (settings.project, settings.max_limit, settings.allowed_hosts) == (tmp_path, 5, ("plan.example",))
