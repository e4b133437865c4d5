"""Encodings: declared ones believed only when their text can be read, undeclared ones told from the bytes."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import ReadError
from gis.io.dbf import read_dbf_header, sample_dbf_text
from gis.io.encoding import decide_encoding, decode_text, find_encoding, readability
from gis.io.texts import ungarbled

_PATH = Path("x.dbf")
_SIMPLIFIED = (
    "社区名称",
    "街道办事处",
    "东门社区",
    "户数",
    "人民路",
    "解放村",
    "永安居委会",
    "城关镇",
    "湖滨",
    "幸福里",
)
_TRADITIONAL = ("社區名稱", "鄉鎮市區", "法華里", "戶數", "五妃里", "臺南市", "中西區", "村里代碼", "鹽水溪", "赤嵌里")
_CODECS = {"gbk": "GB18030", "gb18030": "GB18030", "utf-8": "UTF-8", "big5hkscs": "Big5-HKSCS"}

simplified = st.lists(st.sampled_from(_SIMPLIFIED), min_size=2, max_size=6, unique=True)
traditional = st.lists(st.sampled_from(_TRADITIONAL), min_size=2, max_size=6, unique=True)


@pytest.mark.parametrize("codec", ["gbk", "gb18030", "utf-8"])
@given(words=simplified)
def test_simplified_words_are_told(codec, words):
    choice = decide_encoding([word.encode(codec) for word in words], path=_PATH)
    assert choice.decision.value == _CODECS[codec]
    assert [decode_text(word.encode(codec), choice.codec)[0] for word in words] == words


@pytest.mark.parametrize("codec", ["gbk", "big5hkscs", "utf-8"])
@given(words=traditional)
def test_traditional_words_are_told_or_asked_about(codec, words):
    choice = decide_encoding([word.encode(codec) for word in words], path=_PATH)
    assert choice.decision.value == _CODECS[codec] or choice.questions


def test_hong_kong_characters():
    words = ["啫喱", "鰂魚涌", "深水埗", "㗎", "邨"]
    choice = decide_encoding([word.encode("big5hkscs") for word in words], path=_PATH)
    assert choice.codec == "big5hkscs"


@pytest.mark.parametrize("declared", ["UTF-8", "BIG5", "ISO-8859-1", "1252", "nonsense", "hex", "OEM"])
def test_a_declaration_that_gives_garbled_text_is_not_believed(declared):
    choice = decide_encoding([word.encode("gbk") for word in _SIMPLIFIED], path=_PATH, declared=declared)
    assert (choice.decision.value, choice.decision.how) == ("GB18030", "detected")
    assert declared in choice.decision.reason.zh


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("936", "gbk"),
        ("GBK", "gbk"),
        ("gb2312", "gbk"),
        ("Big-5", "big5hkscs"),
        ("950", "big5hkscs"),
        ("65001", "utf-8"),
        ("ANSI 936", "gbk"),
    ],
)
def test_a_true_declaration_is_believed(declared, codec):
    words = _TRADITIONAL if codec == "big5hkscs" else _SIMPLIFIED
    choice = decide_encoding([word.encode(codec) for word in words], path=_PATH, declared=declared)
    assert (choice.decision.value, choice.decision.how) == (_CODECS[codec], "declared")


def test_the_language_byte_is_a_witness_too():
    words = [word.encode("gbk") for word in _SIMPLIFIED]
    assert decide_encoding(words, path=_PATH, language_byte=0x4D).decision.how == "declared"
    assert decide_encoding(words, path=_PATH, language_byte=0x57).decision.how == "detected"  # ESRI writes it for all
    assert decide_encoding(words, path=_PATH, language_byte=0x4F).decision.value == "GB18030"  # says Big5


def test_what_is_stated_is_taken_or_refused_and_never_replaced():
    words = [word.encode("gbk") for word in _SIMPLIFIED]
    assert decide_encoding(words, path=_PATH, stated="gbk").decision.how == "stated"
    garbled = decide_encoding(words, path=_PATH, stated="latin-1")
    assert [one.code for one in garbled.questions] == ["encoding-doubtful"]
    with pytest.raises(ReadError, match="not in UTF-8"):
        decide_encoding(words, path=_PATH, stated="utf-8")
    with pytest.raises(ReadError, match="unknown encoding klingon"):
        decide_encoding(words, path=_PATH, stated="klingon")


def test_bytes_of_no_encoding_are_refused():
    with pytest.raises(ReadError) as caught:
        decide_encoding([b"\x81\xff\xff\x8d\x9d"], path=_PATH)
    assert caught.value.code == "encoding-undecided"


def test_western_names_are_no_chinese():
    choice = decide_encoding([name.encode("cp1252") for name in ("Peña Blanca", "Doña Ana", "Española")], path=_PATH)
    assert choice.codec == "cp1252"


def test_ascii_needs_no_decision():
    assert decide_encoding([b"NAME", b"12"], path=_PATH).decision.value == "ASCII"


@pytest.mark.parametrize(
    "name", ["UTF8", "utf-8", "936", "cp936", "GB18030", "BIG5", "big5-hkscs", "latin1", "shift_jis"]
)
def test_names_of_encodings(name):
    assert "社".encode(find_encoding(name), "ignore") is not None


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=8), st.integers(1, 20))
def test_a_character_cut_in_two_is_left_off_and_told(text, size):
    raw = text.encode("gb18030")[:size]
    whole, cut = decode_text(raw, "gb18030")
    assert text.startswith(whole)
    assert cut == (len(whole.encode("gb18030")) != len(raw))


@given(words=simplified)
def test_garbled_text_reads_worse_than_the_true_one(words):
    for word in words:
        assert readability(word) >= 1
        assert readability(word.encode("gbk").decode("latin-1")) < 0.4


@pytest.mark.parametrize(("right", "wrong"), [("gbk", "latin-1"), ("utf-8", "latin-1")])
@given(words=simplified)
def test_text_garbled_before_it_was_written_is_seen_and_its_origin_told(right, wrong, words):
    garbled = [word.encode(right).decode(wrong) for word in words]
    assert ungarbled(garbled) == words
    assert ungarbled(words) is None


@pytest.mark.parametrize(
    ("file", "text", "declared"),
    [("gbk.dbf", "简体国语", None), ("big5.dbf", "繁體國語", None), ("cpg_big5.dbf", "國語", "Big-5")],
)
def test_real_dbase_files(shared_data, file, text, declared):
    path = shared_data / "mapshaper" / "dbf_enc" / file
    header = read_dbf_header(path)
    raw = sample_dbf_text(path)
    choice = decide_encoding(raw, path=path, declared=declared, language_byte=header.language_byte)
    assert text in [decode_text(one, choice.codec)[0] for one in raw]
