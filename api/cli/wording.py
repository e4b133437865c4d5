"""Wrong use in the reader's language: what Typer says in English of words that it cannot read, said again."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperGroup

from api.errors import UsageError
from gis.i18n import Text, listed
from gis.needs import what_is_needed

__all__ = ["Commands", "wrong_use"]

_NUMBER = re.compile(r"-(\d|\.\d|inf|nan)", re.IGNORECASE)
_TOO_MANY = re.compile(r"unexpected extra argument\S* \((.*)\)", re.DOTALL)
_ALL_COMMANDS = 30


class Commands(TyperGroup):
    """The table of commands; refuses a command that is not in it, and options whose value is empty or forgotten."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command of the first word, and look at the words after it before they are parsed."""
        if args[0] not in self.commands:
            raise _no_command(args[0], list(self.commands))
        name, command, rest = super().resolve_command(ctx, args)
        assert command is not None
        _check_values(rest, options=[word for param in command.params for word in param.opts if _takes_value(param)])
        return name, command, rest


def _takes_value(param: Any) -> bool:
    return bool(param.param_type_name == "option" and not param.is_flag)


def _check_values(words: Sequence[str], *, options: Sequence[str]) -> None:
    """Refuse empty words, words that are no text, and an option as the value of an option.

    Raises
    ------
    UsageError
        ``option-empty``, ``option-without-value``, ``word-unreadable``.
    """
    for word in words:
        if not _is_text(word):
            raise UsageError("word-unreadable", word=word.encode(errors="backslashreplace").decode())
    before = ""
    for word in words:
        name, equals, value = word.partition("=")
        if before in options:
            if not word.strip():
                raise UsageError("option-empty", option=before)
            if word.startswith("-") and not _NUMBER.match(word):
                raise UsageError("option-without-value", option=before, value=word)
            before = ""
            continue
        if word == "--":
            options = ()  # none follow
        if not word.strip():
            raise UsageError("option-empty", option=Text("一个参数", "an argument"))
        if equals and name in options and not value.strip():
            raise UsageError("option-empty", option=name)
        before = word


def _is_text(word: str) -> bool:
    """Say whether a word of the command line was readable; bytes that are not become lone surrogates."""
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_command(word: str, known: list[str]) -> UsageError:
    near = get_close_matches(word, known) or known
    names = listed(near, limit=_ALL_COMMANDS)
    if word.startswith("-"):
        return _wrong(f"没有选项 {word};可用:--help", f"there is no option {word}; there is --help")
    return _wrong(f"没有命令 {word};可用:{names.zh}", f"there is no command {word}; there are {names.en}")


def wrong_use(error: typer.TyperException) -> UsageError:
    """Say in both languages what Typer found wrong; a sentence of Typer's that is not known here stays English."""
    say = _SENTENCES.get(type(error).__name__, _other)
    return say(error)


def _no_option(error: Any) -> UsageError:
    near = listed(error.possibilities or [])
    if error.possibilities:
        return _wrong(
            f"没有选项 {error.option_name};您是指 {near.zh} 吗?",
            f"there is no option {error.option_name}; did you mean {near.en}?",
        )
    return _wrong(
        f"没有选项 {error.option_name};用 --help 查看全部选项",
        f"there is no option {error.option_name}; --help lists all of them",
    )


def _option_misused(error: Any) -> UsageError:
    option = error.option_name
    if "not take" in error.message:
        return _wrong(f"选项 {option} 不带值", f"option {option} takes no value")
    return _wrong(f"选项 {option} 后面缺少值", f"option {option} lacks its value")


def _missing(error: Any) -> UsageError:
    name = _name_of(error.param)
    if error.param.param_type_name == "option":
        return _wrong(f"缺少选项 {name}", f"option {name} is needed")
    return _wrong(f"缺少参数 {name}", f"argument {name} is needed")


def _bad_value(error: Any) -> UsageError:
    faults = getattr(error.__cause__, "errors", None)
    if error.param is None or faults is None:
        return _other(error)
    name, given, needed = _name_of(error.param), faults()[0]["input"], _needed(error.param, faults()[0])
    return _wrong(f"{name} 的值 {given} 不可用,应为{needed.zh}", f"{name} is {given}, but {needed.en} is needed")


def _needed(param: Any, fault: Any) -> Text:
    if param.type_descriptor.is_choice:
        choices = [str(choice) for choice in param.type_descriptor.choices]
        return Text(f" {'、'.join(choices)} 之一", f"one of {', '.join(choices)}")
    return what_is_needed(fault)


def _other(error: Any) -> UsageError:
    message = error.format_message()
    if too_many := _TOO_MANY.search(message):
        return _wrong(f"多余的参数:{too_many[1]}", f"there are words too many: {too_many[1]}")
    if message.startswith("Missing command"):
        return _wrong("缺少命令;用 quhua --help 查看全部命令", "a command is needed; quhua --help lists them")
    return _wrong(message, message)


def _name_of(param: Any) -> str:
    return str(param.opts[0] if param.param_type_name == "option" else param.metavar or param.name)


def _wrong(zh: str, en: str) -> UsageError:
    return UsageError("wrong-use", reason=Text(zh, en))


_SENTENCES = {  # by the name of Typer's class: it keeps all but one of them private
    "NoSuchOption": _no_option,
    "MissingParameter": _missing,
    "BadOptionUsage": _option_misused,
    "BadParameter": _bad_value,
}
