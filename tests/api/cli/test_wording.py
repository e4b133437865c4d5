"""Wrong use is told in the reader's language, whatever else is wrong with the words."""

import pytest

from api.cli.language import asked_language


@pytest.mark.parametrize(
    ("arguments", "zh", "en"),
    [
        (["dance"], "没有命令 dance", "no command dance"),
        (["audti", "."], "没有命令 audti;可用:audit", "no command audti; there are audit"),
        (["--dance"], "没有选项 --dance", "no option --dance"),
        (["audit"], "缺少参数 DIR", "argument DIR is needed"),
        (["import", ".", "x.shp"], "缺少选项 --kind", "option --kind is needed"),
        (["import", "."], "缺少参数 FILE", "argument FILE is needed"),
        (["audit", ".", "--dance"], "没有选项 --dance", "no option --dance"),
        (["audit", ".", "--fail-onn", "low"], "您是指 --fail-on", "did you mean --fail-on"),
        (["audit", ".", "-x"], "没有选项 -x", "no option -x"),
        (["audit", ".", "--json=yes"], "--json 不带值", "--json takes no value"),
        (["audit", ".", "--fail-on"], "--fail-on 后面缺少值", "--fail-on lacks its value"),
        (["audit", "a", "b", "c"], "多余的参数:b c", "words too many: b c"),
        (
            ["propose", ".", "--communities", "many"],
            "--communities 的值 many 不可用,应为整数",
            "a whole number is needed",
        ),
        (["propose", ".", "--communities", "2.5"], "应为整数", "a whole number is needed"),
        (["propose", ".", "--minimum", "few"], "--minimum 的值 few 不可用,应为数字", "--minimum is few, but a number"),
        (["serve", ".", "--port", "70000"], "不大于 65535", "at most 65535"),
        (["revert", ".", "units", "0"], "VERSION 的值 0 不可用", "VERSION is 0"),
    ],
)
def test_wrong_use_in_both_languages(quhua, arguments, zh, en):
    for lang, sentence in (("zh", zh), ("en", en)):
        for words in (["--lang", lang], [f"--lang={lang}"]):
            told = quhua(*arguments[:1], *words, *arguments[1:])
            assert told.status == 2
            assert told.out == ""
            assert told.err.startswith("quhua: [wrong-use] ")
            assert sentence in told.err
            assert told.err.count("\n") == 1


def test_a_language_that_is_not_spoken(quhua):
    told = quhua("audit", ".", "--lang", "fr")
    assert told.status == 2
    assert "--lang 的值 fr 不可用,应为 zh、en 之一" in told.err


def test_no_words_at_all_give_the_help_and_status_2(quhua):
    told = quhua()
    assert told.status == 2
    assert "propose" in told.out
    assert told.err == ""


@pytest.mark.parametrize(
    ("arguments", "told_of"),
    [
        (["init", "town", "--name", ""], "[option-empty] --name"),
        (["init", "town", "--name="], "[option-empty] --name"),
        (["init", "town", "--name", " \t"], "[option-empty] --name"),
        (["init", ""], "[option-empty] "),
        (["import", "town", "x.shp", "--kind", ""], "[option-empty] --kind"),
        (["import", "town", "x.shp", "--kind", "units", "--name", ""], "[option-empty] --name"),
        (["import", "town", "x.shp", "--kind", "units", "--name", "-x"], "[option-without-value] --name"),
        (["init", "town", "--name", "--crs", "EPSG:4547"], "[option-without-value] --name"),
        (["audit", "town", "--fail-on", "--"], "[option-without-value] --fail-on"),
        (["init", "to\udcffwn"], "[word-unreadable] "),
        (["init", "/"], "[option-empty] --name"),
        (["serve", "town", "--port"], "[option-without-value] --port"),
        (["delete", "town", "units", "--reason", ""], "[option-empty] --reason"),
    ],
)
def test_values_that_are_empty_or_forgotten(quhua, tmp_path, monkeypatch, arguments, told_of):
    monkeypatch.chdir(tmp_path)
    for lang in ("zh", "en"):
        told = quhua(*arguments, "--lang", lang)
        assert told.status == 2
        assert told_of in told.err
    assert list(tmp_path.iterdir()) == []


def test_a_value_that_begins_with_a_dash_can_be_given(quhua, tmp_path):
    assert quhua("init", tmp_path / "town", "--name=-x").status == 0
    assert 'name = "-x"' in (tmp_path / "town" / "quhua.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "environment", "lang"),
    [
        ([], None, "zh"),
        ([], "en", "en"),
        ([], "en_GB.UTF-8", "en"),
        ([], "fr", "zh"),
        (["--lang", "en"], "zh", "en"),
        (["--lang=zh"], "en", "zh"),
        (["--lang", "fr"], "en", "en"),
        (["--lang"], None, "zh"),
        (["--", "--lang", "en"], None, "zh"),
        (["--lang", "zh", "--lang", "en"], None, "en"),
    ],
)
def test_the_language_is_known_before_parsing(monkeypatch, words, environment, lang):
    monkeypatch.delenv("QUHUA_LANG", raising=False)
    if environment:
        monkeypatch.setenv("QUHUA_LANG", environment)
    assert asked_language(words) == lang
