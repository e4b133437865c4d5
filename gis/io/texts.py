"""Texts that were garbled before the file was written: found by how they read, recovered only in the question."""

from collections.abc import Iterable

import pandas as pd
from pandas.api.types import is_string_dtype

from gis.decisions import Question
from gis.i18n import Text, listed
from gis.io.draft import Draft
from gis.io.encoding import readability

__all__ = ["question_garbled_texts", "ungarbled"]

_SAMPLE = 300
_FIRST_ROWS = 20_000
_GARBLED, _GAIN = 0.7, 0.5
_MISTAKES = (
    ("latin-1", "gb18030"),
    ("cp1252", "utf-8"),
    ("latin-1", "utf-8"),
    ("gb18030", "utf-8"),
    ("latin-1", "big5hkscs"),
)
_LOST = ("\ufffd", "锟斤拷", "烫烫烫", "屯屯屯")


def question_garbled_texts(draft: Draft) -> None:
    """Ask about columns whose names or values look as if they had been read in a wrong encoding before."""
    names = [str(name) for name in draft.frame.columns if name != "geometry"]
    for name in names:
        column = draft.frame[name]
        values = _telling(column) if is_string_dtype(column) else []
        for garbled in ([] if name.isascii() else [name], values):
            lost = [text for text in garbled if any(mark in text for mark in _LOST)]
            recovered = ungarbled(garbled)
            if lost or recovered is not None:
                draft.questions.append(_question(name, lost or garbled, recovered))


def ungarbled(texts: Iterable[str]) -> list[str] | None:
    """Give the texts as they were before a wrong decoding, or None when they read well as they are.

    Examples
    --------
    >>> ungarbled(["ÉçÇøÃû³Æ"]), ungarbled(["社区名称"])
    (['社区名称'], None)
    """
    texts = list(texts)
    now = _mean(texts)
    if now >= _GARBLED:
        return None
    best: list[str] | None = None
    for wrong, right in _MISTAKES:
        try:
            tried = [text.encode(wrong).decode(right) for text in texts]
        except UnicodeError:
            continue
        if _mean(tried) > max(now + _GAIN, _mean(best) if best else now):
            best = tried
    return best


def _mean(texts: list[str]) -> float:
    weights = [sum(not character.isascii() for character in text) for text in texts]
    total = sum(weights)
    return (
        sum(readability(text) * weight for text, weight in zip(texts, weights, strict=True)) / total if total else 1.0
    )


def _telling(column: "pd.Series[str]") -> list[str]:
    for rows in (_FIRST_ROWS, len(column)):  # the first rows nearly always hold enough different values
        values = column.iloc[:rows].dropna().drop_duplicates().iloc[: _SAMPLE * 10]
        if len(values) == _SAMPLE * 10:
            break
    return [text for text in values.astype(str) if not text.isascii()][:_SAMPLE]


def _question(name: str, garbled: list[str], recovered: list[str] | None) -> Question:
    shown = listed(garbled, limit=3)
    before = listed(recovered or [], limit=3)
    zh = f"；原文可能是 {before.zh}" if recovered else "；原文已无法恢复"
    en = f"; it may have been {before.en}" if recovered else "; what it was cannot be recovered"
    return Question(
        "text-garbled",
        Text(
            f"列“{name}”的文字像是乱码（{shown.zh}）{zh}；请向来源索取原文件",
            f"the text of column {name} looks garbled ({shown.en}){en}; ask for the original file",
        ),
        column=name,
        options=tuple(recovered[:5]) if recovered else (),
        samples=tuple(garbled[:5]),
    )
