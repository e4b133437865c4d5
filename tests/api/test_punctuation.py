"""Chinese sentences of the pages and of the description of the API carry Chinese punctuation."""

import re

import pytest

from api.description import DescribedApp
from api.pages.words import MEASURES, WORDS
from gis.maps.words import WORDS as MAP_WORDS

_HALF = re.compile(r"[\u4e00-\u9fff\u201d][,;:!?(]|[,;:!?)][\u4e00-\u9fff\u201c]")


def _wrong(text: str) -> list[str]:
    chinese = text.split(" \u00b7 ", maxsplit=1)[0]
    literal = re.sub(r"`[^`]*`|\u897f,\u5357,\u4e1c,\u5317", "", chinese)  # code, and the form of bbox
    return _HALF.findall(literal)


@pytest.mark.parametrize("words", [WORDS, MAP_WORDS], ids=["pages", "maps"])
def test_the_words_of_pages_and_maps(words):
    assert {key: word.zh for key, word in words.items() if _wrong(word.zh)} == {}


def test_the_measures():
    assert [text.zh for measure in MEASURES for text in measure[2:] if _wrong(text.zh)] == []


def test_the_description_of_the_api(client):
    app = client.app
    assert isinstance(app, DescribedApp)
    texts = list(_texts(app.openapi()))
    assert len(texts) > 50
    assert [text for text in texts if _wrong(text)] == []


def _texts(value):
    if isinstance(value, dict):
        for name, part in value.items():
            if name in {"summary", "description"} and isinstance(part, str):
                yield part
            else:
                yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
