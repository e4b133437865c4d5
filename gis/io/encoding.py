"""Which encoding the texts of a file are in: stated, declared, or detected from the bytes, and always with its reason.

A reader that is given the wrong encoding seldom raises: GBK bytes read as Latin-1 give ``ÉçÇø`` and no error at all.
So a declaration is only believed when the texts that it gives can be Chinese or Latin words.
"""

import codecs
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from charset_normalizer import from_bytes

from gis.decisions import Decision, Question
from gis.errors import ReadError
from gis.i18n import Text

__all__ = ["EncodingChoice", "decide_encoding", "decode_text", "find_encoding", "readability"]

_CANDIDATES = ("gb18030", "big5hkscs", "cp1252")
_NAMES = {"utf-8": "UTF-8", "gb18030": "GB18030", "big5hkscs": "Big5-HKSCS", "cp1252": "CP1252", "ascii": "ASCII"}
_CODE_PAGES = {
    "936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030", "gb18030": "gb18030",
    "54936": "gb18030", "ansi936": "gb18030", "windows936": "gb18030", "ms936": "gb18030", "euccn": "gb18030",
    "950": "big5hkscs", "big5": "big5hkscs", "cp950": "big5hkscs", "big5hkscs": "big5hkscs", "951": "big5hkscs",
    "ansi950": "big5hkscs", "bigfive": "big5hkscs",
    "65001": "utf-8", "utf8": "utf-8", "cp65001": "utf-8",
    "88591": "cp1252", "iso88591": "cp1252", "latin1": "cp1252", "1252": "cp1252", "ansi1252": "cp1252",
    "cp1252": "cp1252", "windows1252": "cp1252",
}  # fmt: skip
_LANGUAGE_BYTES = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5hkscs", 0x78: "big5hkscs"}
_PLACE_WORDS = frozenset(
    "社区街道镇乡村委会居里路县市省名称编码代号户数人口网格小楼栋单元套常住籍行政面积类型備註备注地址道類型"
    "區縣鎮鄉號編碼稱戶數網樓棟單積臺北南東西中大新安平和東门門山河湖花园園庄莊桥橋"
)
_MARGIN = 0.25  # readability between the best and the second reading below which the planner is asked
_GARBLED = 0.4  # readability below which a text that decodes is still taken for garbled
_LATIN_IN_WORD = re.compile(r"[A-Za-z][À-ÖØ-öø-ÿ]|[À-ÖØ-öø-ÿ][a-z]")
_SAMPLE_BYTES = 200_000
_ASCII = 0x7F


@dataclass(frozen=True)
class EncodingChoice:
    """An encoding that Python can decode with, the decision for the report, and the question if it was a close call."""

    codec: str
    decision: Decision
    questions: tuple[Question, ...] = ()


def find_encoding(name: str, *, path: object = None) -> str:
    """Turn what people and .cpg files write (``936``, ``GBK``, ``Big-5``, ``ANSI 936``, ``65001``) into a Python codec.

    Raises
    ------
    ReadError
        ``encoding-unknown``.

    Examples
    --------
    >>> find_encoding("GB2312"), find_encoding("Big-5"), find_encoding("UTF8")
    ('gb18030', 'big5hkscs', 'utf-8')
    """
    codec = _codec_of(name)
    if codec is None:
        raise ReadError("encoding-unknown", path=path or "-", encoding=name)
    return codec


def decide_encoding(
    texts: Sequence[bytes],
    *,
    path: Path,
    stated: str | None = None,
    declared: str | None = None,
    language_byte: int | None = None,
) -> EncodingChoice:
    """Decide how the bytes of a file become text.

    Parameters
    ----------
    texts
        Names and values as bytes, one text each.
    path
        The file, for the error sentence.
    stated
        What the planner says; believed, but refused if the bytes cannot be decoded so.
    declared
        What the file declares of itself (.cpg, XML head, byte order mark).
    language_byte
        Byte 29 of a .dbf header.

    Raises
    ------
    ReadError
        ``encoding-unknown``, ``encoding-wrong`` (the stated encoding cannot decode the bytes) or
        ``encoding-undecided`` (no known encoding can).

    Notes
    -----
    A declaration is checked against the texts it gives (:func:`readability`); when they are garbled the bytes decide.
    Valid UTF-8 with characters beyond ASCII is hardly ever anything else, and is tried first.
    """
    telling = [text for text in texts if not text.isascii()]
    if stated is not None:
        return _stated(stated, telling, path)
    if not telling:
        return EncodingChoice(
            "utf-8", Decision("ASCII", "detected", Text("编码：文字全部是 ASCII", "encoding: all text is ASCII"))
        )
    doubts: list[Text] = []
    scores = {codec: _score(telling, codec) for codec in ("utf-8", *_CANDIDATES)}
    for source, codec in _declarations(declared, language_byte):
        if codec and _believable(codec, telling, scores):
            return _chosen(codec, "declared", Text(f"由 {source} 声明", f"declared by {source}"))
        doubts.append(
            Text(
                f"{source} 的声明与内容不符，未采用",
                f"the declaration by {source} does not fit the text and was not used",
            )
        )
    return _detected(telling, doubts, path)


def decode_text(raw: bytes, codec: str) -> tuple[str, bool]:
    """Decode one text; a last character that its column cut in two is left off, and the second value says so.

    Raises
    ------
    UnicodeDecodeError
        Bytes that the codec cannot read other than at the very end.
    """
    decoder = codecs.getincrementaldecoder(codec)("strict")
    text = decoder.decode(raw)
    return text, bool(decoder.getstate()[0])


def readability(text: str) -> float:
    """Say how far a decoded text can be Chinese or Latin words: 1 and more is sound, below 0.4 is garbled.

    Notes
    -----
    Each character beyond ASCII counts 1 when it is one of the 3,755 + 5,401 everyday characters (level 1 of GB 2312
    and of Big5), 1 more when place names use it, 0.2 when it is another Chinese character, and -1 when it is a
    letter, sign or private character that a Chinese text has no use for; accented Latin letters count 1 inside a
    Latin word. The mean of these is taken.

    Examples
    --------
    >>> readability("社区名称") > 1, readability("ÉçÇøÃû³Æ") < 0.4, readability("绀惧尯鍚嶇О") < 1
    (True, True, True)
    """
    letters = [character for character in text if ord(character) > _ASCII and not character.isspace()]
    if not letters:
        return 1.0
    latin = {character for match in _LATIN_IN_WORD.findall(text) for character in match}
    return sum(_weight(character, latin) for character in letters) / len(letters)


def _weight(character: str, latin: set[str]) -> float:
    common = _everyday_characters()
    if character in common:
        return 2.0 if character in _PLACE_WORDS else 1.0
    if character in latin:
        return 1.0
    if "\u4e00" <= character <= "\u9fff" or "\u3400" <= character <= "\u4dbf" or character >= "\U00020000":
        return 0.2
    if (
        character in "·—…、。《》〈〉「」『』【】〔〕()・-~,:;!?%㎡°№ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ“”‘’"
        or "\uff01" <= character <= "\uff5e"
    ):
        return 0.5
    return -1.0


@cache
def _everyday_characters() -> frozenset[str]:
    simplified = (bytes((lead, trail)) for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF))
    traditional = (
        bytes((lead, trail)) for lead in range(0xA4, 0xC7) for trail in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    )
    characters = {pair.decode("gb2312", "ignore") for pair in simplified}
    characters |= {pair.decode("big5", "ignore") for pair in traditional}
    return frozenset(characters - {""})


def _score(texts: Iterable[bytes], codec: str) -> float:
    """Give the mean readability of the texts in one codec, weighted by length; -1 when it cannot decode them all."""
    total, weight = 0.0, 0
    for raw in texts:
        try:
            text, _ = decode_text(raw, codec)
        except UnicodeDecodeError:
            return -1.0
        count = sum(ord(character) > _ASCII for character in text)
        total += readability(text) * count
        weight += count
    return total / weight if weight else -1.0


def _stated(name: str, telling: list[bytes], path: Path) -> EncodingChoice:
    codec = find_encoding(name, path=path)
    score = _score(telling, codec) if telling else 1.0
    if score == -1.0:
        raise ReadError("encoding-wrong", path=path, encoding=_shown(codec))
    decision = Decision(
        _shown(codec), "stated", Text(f"编码：{_shown(codec)}，按指定", f"encoding: {_shown(codec)}, as stated")
    )
    if score >= _GARBLED:
        return EncodingChoice(codec, decision)
    return EncodingChoice(codec, decision, (_doubt(codec, telling),))


def _declarations(declared: str | None, language_byte: int | None) -> Iterable[tuple[str, str | None]]:
    if declared:
        yield f"“{declared}”", _codec_of(declared)
    if language_byte in _LANGUAGE_BYTES:
        yield f"LDID 0x{language_byte:02X}", _LANGUAGE_BYTES[language_byte]


def _believable(codec: str, telling: list[bytes], scores: dict[str, float]) -> bool:
    if codec != "utf-8" and scores["utf-8"] > -1.0:
        return False
    score = scores.get(codec, _score(telling, codec))
    return score > -1.0 and (score >= max(scores.values()) - _MARGIN or codec == "utf-8")


def _detected(telling: list[bytes], doubts: list[Text], path: Path) -> EncodingChoice:
    before = Text("".join(f";{doubt.zh}" for doubt in doubts), "".join(f"; {doubt.en}" for doubt in doubts))
    if _score(telling, "utf-8") > -1.0:
        return _chosen(
            "utf-8", "detected", Text(f"全部字节是合法的 UTF-8{before.zh}", f"every byte is valid UTF-8{before.en}")
        )
    scores = {codec: _score(telling, codec) for codec in _CANDIDATES}
    best, second = sorted(scores, key=lambda codec: -scores[codec])[:2]
    if scores[best] == -1.0:
        raise ReadError("encoding-undecided", path=path)
    witness = _detector(telling)
    reason = Text(
        f"按字节检测，可读性 {scores[best]:.2f}，其次 {_shown(second)} {scores[second]:.2f}；"
        f"字符集检测库判为 {witness}{before.zh}",
        f"detected from the bytes, readability {scores[best]:.2f}, next {_shown(second)} {scores[second]:.2f}; "
        f"the charset detector says {witness}{before.en}",
    )
    chosen = _chosen(best, "detected", reason)
    close = scores[best] - scores[second] < _MARGIN or scores[best] < _GARBLED
    return EncodingChoice(best, chosen.decision, (_doubt(best, telling),)) if close else chosen


def _detector(telling: list[bytes]) -> str:
    best = from_bytes(b"\n".join(telling)[:_SAMPLE_BYTES], cp_isolation=["utf_8", *_CANDIDATES]).best()
    return _shown(codecs.lookup(best.encoding).name) if best else "-"


def _doubt(codec: str, telling: list[bytes]) -> Question:
    options = tuple(_shown(one) for one in ("utf-8", *_CANDIDATES) if _score(telling, one) > -1.0)
    samples = tuple(decode_text(raw, codec)[0] for raw in telling[:5])
    return Question(
        "encoding-doubtful",
        Text(
            f"文字编码没有把握（暂按 {_shown(codec)} 读取，如“{'”“'.join(samples[:3])}”）；"
            "如有乱码请用 --encoding 指定",
            f"the encoding is in doubt (read as {_shown(codec)}, as in {', '.join(samples[:3])}); "
            "state it with --encoding if names look wrong",
        ),
        options=options,
        samples=samples,
    )


def _chosen(codec: str, how: str, why: Text) -> EncodingChoice:
    reason = Text(f"编码：{_shown(codec)}，{why.zh}", f"encoding: {_shown(codec)}, {why.en}")
    return EncodingChoice(codec, Decision(_shown(codec), "declared" if how == "declared" else "detected", reason))


def _codec_of(name: str) -> str | None:
    plain = re.sub(r"[^a-z0-9]", "", name.strip().lower())
    if plain in _CODE_PAGES:
        return _CODE_PAGES[plain]
    try:
        "a".encode(name.strip())  # refuses codecs that are no text encodings
        return codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return None


def _shown(codec: str) -> str:
    return _NAMES.get(codec, codec.upper())
