"""Files damaged at random: reading ends in a layer or in a GisError, never in another exception.

``QUHUA_FUZZ_SECONDS=600 pytest tests/gis/io/test_fuzz.py`` runs it for ten minutes; ``QUHUA_FUZZ_SEED`` takes other
files. A failure shows the seed, the case and the damage among the local variables.
"""

import os
import random
import shutil
import time
from pathlib import Path

import pytest

import gis
from gis.errors import GisError
from tests.gis.io.broken import town

_SECONDS = float(os.environ.get("QUHUA_FUZZ_SECONDS", "6"))
_SEED = int(os.environ.get("QUHUA_FUZZ_SEED", "1"))
_SUFFIXES = (".gpkg", ".geojson", ".fgb", ".parquet", ".kml", ".shp", ".tab", ".mif", ".csv", ".xlsx")
_ODD = (
    b"\xff" * 8,
    bytes(8),
    b"\x7f\xff\xff\xff\x7f\xff\xff\xff",
    b"\0\0\0\0\0\0\xf8\x7f",
    b"\r\n\0,\"'",
    "东".encode("gbk"),
)


@pytest.fixture
def good(tmp_path) -> Path:
    """A folder for each format with a small layer in it, companions and all."""
    for suffix in _SUFFIXES:
        (tmp_path / suffix[1:]).mkdir()
        gis.write_layer(town().iloc[:5], tmp_path / suffix[1:] / f"town{suffix}")
    return tmp_path


def test_random_damage_ends_in_a_layer_or_a_sentence(good, tmp_path_factory):
    rng, work = random.Random(_SEED), tmp_path_factory.mktemp("work")
    end, count = time.monotonic() + _SECONDS, 0
    while time.monotonic() < end:
        suffix = rng.choice(_SUFFIXES)
        shutil.rmtree(work)
        shutil.copytree(good / suffix[1:], work)
        damage = [_damage(rng, rng.choice(sorted(work.iterdir())), work) for _ in range(rng.choice((1, 1, 2, 4)))]
        start = time.monotonic()
        sentence = _sentence(work / f"town{suffix}", rng.choice((None, "communities")))
        assert "\n" not in sentence, (_SEED, count, damage)
        assert time.monotonic() - start < 10, (_SEED, count, damage)
        count += 1
    assert count > 20


def _sentence(path: Path, kind: str | None) -> str:
    try:
        gis.read_layer(path, kind)
    except GisError as error:
        return error.text("zh") + error.text("en")
    return ""


def _damage(rng: random.Random, file: Path, folder: Path) -> str:
    raw = bytearray(file.read_bytes())
    if not raw:
        return f"{file.name} was empty"
    low, high = sorted((rng.randrange(len(raw)), rng.randrange(len(raw))))
    way = rng.choice(("cut", "flip", "odd", "head", "remove", "repeat", "swap"))
    if way == "cut":
        del raw[low:]
    elif way == "flip":
        for _ in range(rng.choice((1, 3, 20))):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
    elif way == "odd":
        raw[low : low + 8] = rng.choice(_ODD)
    elif way == "head":
        raw[rng.randrange(min(200, len(raw)))] = rng.choice((0, 1, 127, 128, 255))
    elif way == "remove":
        del raw[low:high]
    elif way == "repeat":
        raw[low:low] = raw[low:high]
    else:
        raw = bytearray(rng.choice(sorted(folder.iterdir())).read_bytes())
    file.write_bytes(bytes(raw))
    return f"{way} {file.name}"
