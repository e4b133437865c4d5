"""Give the Chinese sentences of the program the punctuation of Chinese: full-width, without spaces.

``python scripts/full_width.py PATH ...`` rewrites the strings of Python files (not patterns, and docstrings only where
they are the help of a command), Markdown, and the Chinese of TOML files; ``--check`` lists what would change and exits
with 1. Under ``tests`` strings may be data: look at the difference.
Punctuation between Latin letters, digits or fields in code, addresses and figures stays as it is.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["full_width", "rewritten"]

_ROOT = Path(__file__).parent.parent
_WIDE = {",": "\uff0c", ";": "\uff1b", ":": "\uff1a", "!": "\uff01", "?": "\uff1f"}
_OPEN, _CLOSE = "\uff08", "\uff09"
_HAN = re.compile("[\u3400-\u9fff\u201c\u201d\u300a\u300b\uff08\uff09\u3001\u3002]")
_FIELD = re.compile(r"\{[^{}]*\}|`[^`]*`|\]\([^()]*\)|https?://[^\s\u3000-\uffff]*")
_MARK = "\ue000"  # stands for one field, which is put back at the end
_PAIR = re.compile(r" ?\(([^()]*)\)(?: (?=[\u3400-\u9fff]))?")
_TOML = re.compile(r'zh = "[^"]*"|^#.*$', re.MULTILINE)
_ENDINGS = (".py", ".md", ".toml")
_DATA = frozenset({"samples", "migrations"})  # folders where only sentences are rewritten, not the other strings
_ENGLISH = re.compile("[a-z]+ [a-z]+ [a-z]+")  # an English sentence about Chinese names
_JOINT = re.compile(r'^"\s+f?"')  # between two parts of one string
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def full_width(sentence: str) -> str:
    """Give a Chinese sentence with full-width commas, semicolons, colons and brackets; others come back unchanged.

    Examples
    --------
    >>> full_width("共 1,157 户(约), 按 EPSG:4547") == "共 1,157 户\uff08约\uff09\uff0c按 EPSG:4547"
    True
    """
    if not _HAN.search(sentence):
        return sentence
    fields: list[str] = []

    def keep(found: re.Match[str]) -> str:
        fields.append(found[0])
        return _MARK

    text = _FIELD.sub(keep, sentence)
    text = _with_wide_brackets(text)
    text = "".join(_wide_points(text))
    parts = iter(fields)
    return re.sub(_MARK, lambda _: next(parts), text)


def _with_wide_brackets(text: str) -> str:
    def widened(found: re.Match[str]) -> str:
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        if any(_is_chinese(part) for part in (before, after)) or _HAN.search(found[1]) or before == _MARK:
            return f"{_OPEN}{found[1]}{_CLOSE}"
        return found[0]

    return _PAIR.sub(widened, text)


def _wide_points(text: str) -> Iterator[str]:
    skipped = False
    for at, char in enumerate(text):
        if skipped:
            skipped = False
            if char == " ":
                continue
        if char not in _WIDE:
            yield char
            continue
        before, rest = text[max(at - 1, 0) : at], _JOINT.sub("", text[at + 1 :].lstrip(" "), count=1)
        if _is_chinese(before) or _is_chinese(rest[:1]) or (before == rest[:1] == _MARK):
            yield _WIDE[char]
            skipped = True
        else:
            yield char


def _is_chinese(char: str) -> bool:
    return bool(char) and bool(_HAN.match(char))


def rewritten(path: Path) -> str:
    """Give the text of a file with its Chinese sentences in full-width punctuation."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return _markdown(source)
    if path.suffix == ".toml":
        return _TOML.sub(lambda found: full_width(found[0]), source)
    if "tests" in path.parts:
        return _python(source, everything=True, skip=_ENGLISH)
    return _python(source, everything=not _DATA & set(path.parts), helps="cli" in path.parts)


def _markdown(source: str) -> str:
    result, at = [], 0
    for fence in _FENCE.finditer(source):
        result += [_lines(source[at : fence.start()]), fence[0]]
        at = fence.end()
    return "".join([*result, _lines(source[at:])])


def _lines(source: str) -> str:
    return "\n".join(full_width(line) for line in source.split("\n"))


def _python(source: str, *, everything: bool, helps: bool = False, skip: re.Pattern[str] | None = None) -> str:
    lines = source.encode().splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    content = b"".join(lines)
    spans = sorted({_span(node, starts) for node in _sentences(ast.parse(source), everything=everything, helps=helps)})
    for start, end in reversed(spans):
        written = content[start:end].decode()
        if skip is None or not skip.search(written):
            content = content[:start] + full_width(written).encode() + content[end:]
    return content.decode()


def _span(node: ast.expr, starts: list[int]) -> tuple[int, int]:
    if node.end_lineno is None or node.end_col_offset is None:
        raise ValueError(ast.dump(node))
    return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset


def _sentences(tree: ast.AST, *, everything: bool, helps: bool) -> Iterator[ast.expr]:
    """Give the string nodes that hold sentences; f-strings as a whole, not their parts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if getattr(node.func, "id", "") == "Text" and node.args and _is_string(node.args[0]):
                yield node.args[0]
            yield from (word.value for word in node.keywords if word.arg == "help" and _is_string(word.value))
        if helps and isinstance(node, ast.Expr) and _is_string(node.value):
            yield node.value
    if everything:
        inside = {id(part) for node in ast.walk(tree) for part in _parts_of(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr | ast.Constant) and _is_string(node) and id(node) not in inside:
                yield node


def _parts_of(node: ast.AST) -> Iterator[ast.AST]:
    """Give what must not be rewritten by itself: parts of f-strings, patterns, docstrings."""
    if isinstance(node, ast.JoinedStr):
        yield from (part for value in node.values for part in ast.walk(value))
    elif isinstance(node, ast.Expr) and _is_string(node.value):
        yield node.value
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "compile":
        yield from ast.walk(node)


def _is_string(node: ast.AST) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        found = [path] if path.is_file() else sorted(one for ending in _ENDINGS for one in path.rglob(f"*{ending}"))
        yield from (one for one in found if not {"node_modules", ".venv"} & set(one.parts))


def main(arguments: list[str]) -> int:
    """Rewrite or check the files; gives the exit status."""
    check = "--check" in arguments
    paths = [Path(argument) for argument in arguments if argument != "--check"]
    changed = [path for path in _files(paths) if rewritten(path) != path.read_text(encoding="utf-8")]
    for path in changed:
        if not check:
            path.write_text(rewritten(path), encoding="utf-8")
        sys.stdout.write(f"{path}\n")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
