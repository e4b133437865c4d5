"""The page on loading names, for every case, a test that exists; and every format that there is."""

import ast
import re
from pathlib import Path

from gis.io.formats import FORMATS
from tests.gis.io.test_matrix import CASES

_ROOT = Path(__file__).parents[3]
_PAGE = (_ROOT / "docs" / "loading.md").read_text(encoding="utf-8")


def test_every_test_that_the_page_names_exists():
    named = set(re.findall(r"`((?:tests/[\w/]+/)?test_\w+\.py)::(test_\w+)`", _PAGE))
    assert len(named) > 45
    for file, test in named:
        path = _ROOT / file if file.startswith("tests/") else _ROOT / "tests" / "gis" / "io" / file
        functions = {
            node.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef)
        }
        assert test in functions, f"{file}::{test}"


def test_every_row_of_a_table_names_its_test():
    rows = [line for line in _PAGE.splitlines() if line.startswith("|") and not line.startswith("|---")]
    heads = [line for line in rows if line.rstrip().endswith("| test |")]
    assert all("::test_" in line for line in rows if line not in heads)
    assert len(rows) - len(heads) > 50


def test_every_format_stands_on_the_page():
    for one in FORMATS:
        row = next(line for line in _PAGE.splitlines() if line.startswith("|") and f"`{one.suffixes[0]}`" in line)
        assert ("| no |" in row) != one.writable, one.key


def test_every_format_encoding_and_crs_that_is_tried_has_its_row_and_no_other():
    table = _PAGE.partition("## 7.")[2]
    rows = re.findall(r"^\| [^|]+ \| `(\.\w+)` \| ([\w-]+) \| ([\w, ]+) \| `test_matrix\.py::", table, re.MULTILINE)
    assert rows == [case.words for case in CASES]


def test_every_format_is_tried():
    tried = {case.suffix for case in CASES}
    assert [one.key for one in FORMATS if not tried & set(one.suffixes)] == []
