"""Errors of the top floor, and the one table from error class to HTTP status.

|-- UsageError     a call whose words are off: an option, a query parameter
"""

from collections.abc import Mapping
from typing import ClassVar

from gis.errors import GisError
from gis.i18n import Text

__all__ = ["UsageError"]


class UsageError(GisError):
    """A call whose words are off."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "option-invalid": Text("参数有误:{reason}", "wrong use: {reason}"),
        "column-pair-invalid": Text(
            "--column {pair} 有误;写法为 标准列=源列,例如 households=H_CNT",
            "--column {pair} is wrong; write standard=source, for example households=H_CNT",
        ),
        "kind-ambiguous": Text(
            "项目中有多个“{kind}”图层:{names};请在 quhua.toml 的 [audit] 中用 use 指定,或删除多余的图层",
            "the project has several {kind} layers: {names}; keep one of them",
        ),
        "port-taken": Text(
            "端口 {port} 已被占用;请用 --port 换一个", "port {port} is taken; choose another with --port"
        ),
        "nothing-to-map": Text(
            "项目中还没有检查结果或方案;先运行 quhua audit 或 quhua propose",
            "the project has no findings and no plans yet; run quhua audit or quhua propose first",
        ),
    }
