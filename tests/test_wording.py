"""Every sentence of the program, read from the source: Chinese punctuation, closed brackets, the same facts twice."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from scripts.full_width import full_width, rewritten

_ROOT = Path(__file__).parent.parent
_PACKAGES = ("gis", "boundaries", "api")
_FACT = "\ufffc"  # stands for what an f-string fills in
_WIDE = "\uff0c\uff1b\uff1a\uff01\uff1f\uff08\uff09\u3001\u3002"
_HAN = "\u3400-\u9fff"
_BRACKETS = {"(": ")", "\uff08": "\uff09", "\u201c": "\u201d", "\u300a": "\u300b"}
_POINTS = "[\uff0c\uff1b\uff1a\u3001\u3002]"
_TWICE = re.compile(f"{_POINTS}{{2}}|{_POINTS} | {_POINTS}")

# One concept, one word (GLOSSARY.md): words that the program does not use for what it calls otherwise.
_OTHER_WORDS = ("重迭", "空隙", "插入地", "居委会辖区", "坐标系统", "缺省", "隶属网格")

Sentence = tuple[str, str, str]
"""Place, Chinese, English."""


def _sentences() -> Iterator[Sentence]:
    for package in _PACKAGES:
        for path in sorted((_ROOT / package).rglob("*.py")):
            if "node_modules" not in path.parts:
                yield from _in_file(path)


def _in_file(path: Path) -> Iterator[Sentence]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text" and len(node.args) == 2:
            zh, en = (_written(argument) for argument in node.args)
            if zh is not None and en is not None:
                yield f"{path.relative_to(_ROOT)}:{node.lineno}", zh, en


def _written(node: ast.expr) -> str | None:
    """Give what a literal or an f-string says, facts replaced by a mark; None for other expressions."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else _FACT for part in node.values]
        return "".join(str(part) for part in parts)
    return None


SENTENCES = list(_sentences())


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def _unclosed(sentence: str) -> list[str]:
    return [opening for opening, closing in _BRACKETS.items() if sentence.count(opening) != sentence.count(closing)]


def test_the_sentences_are_found() -> None:
    assert len(SENTENCES) > 500


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("图层，社区", "图层\uff0c社区"),
        ("社区（3 个）有：", "社区\uff083 个\uff09有\uff1a"),
        ("{path}：{reason}；请改", "{path}\uff1a{reason}\uff1b请改"),
        ("共 1,157 户，按 EPSG:4547", "共 1,157 户\uff0c按 EPSG:4547"),
        ("在 http://127.0.0.1:{port} 打开", "在 http://127.0.0.1:{port} 打开"),
        ("a, b (c): {d:.2f}", "a, b (c): {d:.2f}"),
    ],
)  # fmt: skip
def test_half_width_punctuation_is_seen(written: str, wanted: str) -> None:
    assert full_width(written) == wanted
    assert full_width(wanted) == wanted


def test_chinese_sentences_have_full_width_punctuation() -> None:
    """Mended by ``python scripts/full_width.py gis boundaries api tests README.zh-CN.md docs``."""
    roots = [_ROOT / part for part in (*_PACKAGES, "docs")]
    files = [path for root in roots for ending in ("*.py", "*.md", "*.toml") for path in root.rglob(ending)]
    files = [path for path in [*files, _ROOT / "README.zh-CN.md"] if "node_modules" not in path.parts]
    unlike = [str(path.relative_to(_ROOT)) for path in files if rewritten(path) != path.read_text(encoding="utf-8")]
    assert unlike == []


def test_chinese_punctuation_stands_alone_and_without_spaces() -> None:
    assert [(place, zh) for place, zh, _ in SENTENCES if _TWICE.search(zh)] == []


def test_english_sentences_have_no_chinese_punctuation() -> None:
    other = re.compile(f"[{_WIDE}]")
    assert [(place, en) for place, _, en in SENTENCES if other.search(en) and not re.search(f"[{_HAN}]", en)] == []


def test_brackets_and_quotes_are_closed() -> None:
    assert [(place, text) for place, *both in SENTENCES for text in both if _unclosed(text)] == []


def test_both_languages_take_the_same_facts() -> None:
    unlike = []
    for place, zh, en in SENTENCES:
        if _FACT in zh or _FACT in en:
            continue
        if _fields(zh) != _fields(en):
            unlike.append((place, _fields(zh) ^ _fields(en)))
    assert unlike == []


def test_one_word_for_one_concept() -> None:
    assert [(place, word) for place, zh, _ in SENTENCES for word in _OTHER_WORDS if word in zh] == []
