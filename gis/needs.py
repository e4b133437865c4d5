"""What a value must be, in words of both languages, for the faults that pydantic finds in it."""

import re
from typing import Any

from gis.i18n import Text

__all__ = ["what_is_needed"]

_WHOLE, _NUMBER = Text("整数", "a whole number"), Text("数字", "a number")
_TABLE = Text("一组对应关系", "a table of names and values")
_NEEDED = {  # by pydantic's name of the fault
    "string_type": Text("文本", "text"),
    "bool_type": Text(" true 或 false", "true or false"),
    "string_pattern_mismatch": Text("不含控制字符的非空文本", "text without control characters that is not empty"),
    "bool_parsing": Text(" true 或 false", "true or false"),
    "string_too_short": Text("非空文本", "text that is not empty"),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": Text("有限的数", "a finite number"),
    "greater_than": Text("大于 {gt} 的数", "a number above {gt}"),
    "greater_than_equal": Text("不小于 {ge} 的数", "a number of at least {ge}"),
    "less_than_equal": Text("不大于 {le} 的数", "a number of at most {le}"),
    "literal_error": Text(" {expected} 之一", "one of {expected}"),
    "dict_type": _TABLE,
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
    "json_invalid": Text("有效的 JSON", "valid JSON"),
    "crs": Text("坐标参考系，例如 EPSG:4547", "a CRS such as EPSG:4547"),
    "crs-metric": Text(
        "以米为单位的投影坐标系（例如 EPSG:4547），或留空", "a projected CRS in metres (such as EPSG:4547), or nothing,"
    ),
    "encoding": Text("文字编码，例如 UTF-8、GB18030、Big5", "a text encoding such as UTF-8, GB18030 or Big5"),
    "kind": Text("图层类型 {expected} 之一", "one of the kinds {expected}"),
    "standard-column": Text("{kind} 的标准列 {expected} 之一", "one of the standard columns of {kind}, {expected},"),
}


def what_is_needed(fault: Any) -> Text:
    """Say which values would do, for one of the faults that pydantic lists."""
    limits = dict(fault.get("ctx", {}))
    if "expected" in limits:
        limits["expected"] = Text(re.sub(", | or ", "、", limits["expected"]), limits["expected"])
    needed = _NEEDED.get(fault["type"], Text("合适的值", "another value"))
    return Text(needed.in_language("zh", **limits), needed.in_language("en", **limits))
