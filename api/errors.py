"""Errors of the top floor, and the one table from error class to HTTP status.

|-- UsageError       a call whose words are off: an option, a query parameter
`-- NotFoundError    an address of the service under which there is nothing

``STATUS`` is read along the class of an error, ``STATUS_BY_CODE`` before it: some codes of a class mean something else
than the rest of it.
"""

from collections.abc import Mapping
from typing import ClassVar

from boundaries.errors import FiguresError, InfeasiblePlanError, PlanError, StandardError, UnitsError
from gis.errors import (
    CrsError,
    GisError,
    MapError,
    ProjectError,
    ReadError,
    SchemaError,
    StoreError,
    WriteError,
)
from gis.i18n import Text

__all__ = ["STATUS", "STATUS_BY_CODE", "NotFoundError", "UsageError", "status_of"]


class UsageError(GisError):
    """A call whose words are off."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "wrong-use": Text("参数有误：{reason}", "wrong use: {reason}"),
        "column-pair-invalid": Text(
            "--column {pair} 有误；写法为 标准列=源列，例如 households=H_CNT",
            "--column {pair} is wrong; write standard=source, for example households=H_CNT",
        ),
        "kind-ambiguous": Text(
            "项目中有多个“{kind}”图层：{names}；请在 quhua.toml 的 [audit] 中用 use 指定，或删除多余的图层",
            "the project has several {kind} layers: {names}; keep one of them",
        ),
        "item-unclear": Text(
            "{name} 不能确定指哪一项；可用：{found}", "{name} does not name one item of the project; there are {found}"
        ),
        "archive-target": Text(
            "不能写到 {path}；请给出一个尚不存在的 .zip 文件名",
            "{path} cannot be written; name a .zip file that does not exist yet",
        ),
        "port-taken": Text(
            "端口 {port} 已被占用；请用 --port 换一个", "port {port} is taken; choose another with --port"
        ),
        "nothing-to-map": Text(
            "项目中还没有检查结果或方案；先运行 quhua audit 或 quhua propose",
            "the project has no findings and no plans yet; run quhua audit or quhua propose first",
        ),
        "parameter-unknown": Text(
            "不认识的查询参数 {names}；可用：{known}", "unknown query parameters {names}; known are {known}"
        ),
        "parameter-invalid": Text("查询参数有误：{reason}", "wrong query parameters: {reason}"),
        "host-refused": Text(
            "本服务不以 {host} 的名义提供；请用 {known} 访问",
            "this service does not go by the name {host}; ask it as {known}",
        ),
        "method-not-allowed": Text("此地址不接受 {method} 请求", "this address does not take {method} requests"),
    }


class NotFoundError(GisError):
    """An address of the service under which there is nothing."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "page-not-found": Text("没有此页面：{path}", "there is no page {path}"),
        "collection-not-found": Text(
            "没有数据集 {name}；现有：{found}", "there is no collection {name}; there are {found}"
        ),
        "feature-not-found": Text(
            "数据集 {collection} 中没有要素 {feature}", "collection {collection} has no feature {feature}"
        ),
    }


# One table from error class to HTTP status; a class that is not named takes the status of the class above it.
STATUS: Mapping[type[GisError], int] = {
    GisError: 500,
    UsageError: 400,
    NotFoundError: 404,
    ReadError: 422,
    WriteError: 500,
    CrsError: 409,
    SchemaError: 422,
    MapError: 409,
    ProjectError: 409,
    StoreError: 500,
    StandardError: 422,
    UnitsError: 409,
    FiguresError: 409,
    PlanError: 409,
    InfeasiblePlanError: 422,
}
STATUS_BY_CODE: Mapping[str, int] = {
    "asset-missing": 500,
    "remote-reference": 500,
    "method-not-allowed": 405,
    "host-refused": 421,
    "kind-ambiguous": 409,
    "nothing-to-map": 409,
    "settings-invalid": 500,
    "project-not-found": 500,
    "item-not-found": 404,
    "version-not-found": 404,
    "item-deleted": 404,
    "version-conflict": 409,
    "name-invalid": 422,
    "name-reserved": 422,
    "name-taken": 409,
    "store-busy": 503,
    "store-unreachable": 503,
}


def status_of(error: GisError) -> int:
    """Give the HTTP status of an error.

    Examples
    --------
    >>> status_of(NotFoundError("page-not-found", path="/nowhere"))
    404
    """
    if error.code in STATUS_BY_CODE:
        return STATUS_BY_CODE[error.code]
    return next(STATUS[cls] for cls in type(error).__mro__ if cls in STATUS)
