"""Broken and hostile inputs end in one clear sentence under a code, within 10 s and 1 GB, and leave nothing behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """What came of each input, read one after another in one process."""
    scratch = tmp_path_factory.mktemp("scratch")
    command = [sys.executable, "-m", "tests.gis.io.read_broken", str(tmp_path_factory.mktemp("broken"))]
    environment = os.environ | {"TMPDIR": str(scratch)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=_ROOT, check=False, timeout=600, env=environment)
    assert not list(scratch.iterdir())  # what was unpacked is gone
    assert done.returncode == 0, done.stderr[-2000:]  # any exception that is no GisError ends the process
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_there_are_more_than_two_hundred(outcomes):
    assert len(outcomes) - 1 > 200
    assert len({one["name"] for one in outcomes[:-1]}) == len(outcomes) - 1


def test_each_ends_in_one_sentence_in_both_languages(outcomes):
    for one in outcomes[:-1]:
        if one["loads"]:
            continue
        assert one["code"] is not None, one["name"]
        for sentence in (one["zh"], one["en"]):
            assert 8 < len(sentence) < 1000, one
            assert "\n" not in sentence
            assert "Traceback" not in sentence
            assert "buildtrees" not in sentence


def test_what_can_be_put_right_is_loaded_whole_with_a_record(outcomes):
    loaded = {one["name"]: one for one in outcomes[:-1] if one["loads"]}
    assert all(one["code"] is None for one in loaded.values())
    rings = [one for name, one in loaded.items() if name.startswith("ring-")]
    assert len(rings) == 8
    assert all(one["valid"] and one["records"] for one in rings)
    assert loaded["swapped-cpg"]["names"] == ["东门0社区", "东门1社区"]
    assert loaded["hostile-layer-by-name"]["rows"] == loaded["huge-shp-record"]["rows"] == 60


def test_none_takes_ten_seconds_or_a_gigabyte(outcomes):
    slowest = max(outcomes[:-1], key=lambda one: one["seconds"])
    assert slowest["seconds"] < 10, slowest
    assert outcomes[-1]["peak_mb"] < 1024


def test_nothing_escapes_from_an_archive(outcomes, tmp_path_factory):
    base = tmp_path_factory.getbasetemp()
    assert outcomes
    assert not list(base.rglob("escape*"))
    assert not Path("/tmp/escape.gpkg").exists()
