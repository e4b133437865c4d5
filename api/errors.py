"""Errors of the top floor, and the one table from error class to HTTP status.

|-- UsageError       a call whose words are off: an option, a query parameter
|-- MachineError     what the machine or the program itself could not do: a file, memory, an error nobody foresaw
`-- NotFoundError    an address of the service under which there is nothing

``STATUS`` is read along the class of an error, ``STATUS_BY_CODE`` before it: some codes of a class mean something else
than the rest of it.
"""

from collections.abc import Mapping
from typing import ClassVar

from boundaries.errors import (
    DraftError,
    FiguresError,
    InfeasiblePlanError,
    PlanError,
    RepairError,
    StandardError,
    UnitsError,
)
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

__all__ = ["STATUS", "STATUS_BY_CODE", "MachineError", "NotFoundError", "UsageError", "status_of"]


class UsageError(GisError):
    """A call whose words are off."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "wrong-use": Text("参数有误：{reason}", "wrong use: {reason}"),
        "place-target-unknown": Text("--onto 的值 {onto} 不可用；可用：{known}", "--onto is {onto}; known are {known}"),
        "place-nothing-known": Text(
            "没有图层知道户数或人口；请先导入带有这些数字的图层（{known}），或用 quhua join 挂接表格",
            "no layer knows households or people; import one with these ({known}), or add a table with quhua join",
        ),
        "option-empty": Text(
            "{option} 的值是空的；请填写，或去掉它", "{option} is empty; give it a value, or leave it out"
        ),
        "option-without-value": Text(
            "{option} 后面缺少值（后面是 {value}）；若值确实以“-”开头，请写成 {option}={value}",
            "{option} lacks its value (what follows is {value}); if the value does begin with -, "
            "write {option}={value}",
        ),
        "word-unreadable": Text(
            "参数 {word} 含有无法识别的字符；请把文件或文件夹改名后再试",
            "argument {word} holds bytes that are no text; rename the file or folder, then try again",
        ),
        "column-pair-invalid": Text(
            "--column {pair} 有误；写法为 标准列=源列，例如 households=H_CNT",
            "--column {pair} is wrong; write standard=source, for example households=H_CNT",
        ),
        "accept-pair-invalid": Text(
            "--accept {pair} 有误；写法为 要素标识=表格行号，例如 460105001001=12",
            "--accept {pair} is wrong; write id=row, for example 460105001001=12",
        ),
        "kind-ambiguous": Text(
            "项目中有多个“{kind}”图层：{names}；请只留一个，其余用 quhua delete 删除（可用 quhua revert 恢复）",
            "the project has several {kind} layers: {names}; keep one and take the others out with quhua delete "
            "(quhua revert brings them back)",
        ),
        "item-unclear": Text(
            "{name} 不能确定指哪一项；可用：{found}", "{name} does not name one item of the project; there are {found}"
        ),
        "archive-target": Text(
            "不能写到 {path}；请给出一个尚不存在的 .zip 文件名",
            "{path} cannot be written; name a .zip file that does not exist yet",
        ),
        "database-elsewhere": Text(
            "--database {name} 应为新项目文件夹中的一个文件名，或 postgresql:// 地址",
            "--database {name} must be a file name within the new project folder, or a postgresql:// URL",
        ),
        "zooms-reversed": Text(
            "--min-zoom {min_zoom} 大于 --max-zoom {max_zoom}；请把小的写在前面",
            "--min-zoom {min_zoom} is greater than --max-zoom {max_zoom}; the smaller one comes first",
        ),
        "port-taken": Text(
            "端口 {port} 已被占用；请用 --port 换一个", "port {port} is taken; choose another with --port"
        ),
        "layer-not-repaired": Text(
            "图层 {layer} 不能修复：只修复不应重叠的面图层；可用：{known}",
            "layer {layer} cannot be repaired, only layers of polygons that must not overlap; there are {known}",
        ),
        "nothing-to-undo": Text(
            "图层 {layer} 的最新一版不是修复的结果，没有可撤销的修改；旧版本可用 quhua revert 恢复",
            "the newest version of layer {layer} is not the result of a repair, so there is no change to take back; "
            "quhua revert brings older versions back",
        ),
        "finding-not-found": Text(
            "最近一次检查没有问题 {finding}；请先运行 quhua audit，并使用其中的标识",
            "the newest audit has no finding {finding}; run quhua audit and use an id from it",
        ),
        "nothing-to-map": Text(
            "项目中还没有检查结果或方案；先运行 quhua audit 或 quhua propose",
            "the project has no findings and no plans yet; run quhua audit or quhua propose first",
        ),
        "number-needed": Text(
            "{standard}以 {column} 计，规划单元没有这一列，无法由此得出社区数；"
            "按 {balance} 均衡时，请用 --communities 或 --maximum（quhua.toml 中为 n_communities、maximum）说明",
            "the {standard} counts {column}, which the units lack, so no number of communities follows; to balance "
            "{balance}, state --communities or --maximum (in quhua.toml: n_communities, maximum)",
        ),
        "plan-changed": Text(
            "方案 {name} 已到第 {latest} 版，您依据的是第 {expected} 版；请重新载入后再改",
            "plan {name} is at version {latest}, and you have seen version {expected}; load it again, then edit",
        ),
        "if-match-missing": Text(
            "修改方案时需要在 If-Match 标头中写明您所依据的版本（方案的 ETag）",
            "an edit of a plan has to name, in If-Match, the version that it builds on (the plan's ETag)",
        ),
        "if-match-unknown": Text(
            "If-Match 的值 {value} 不是方案 {name} 现在的版本标记 {tag}；请重新载入后再改",
            "If-Match is {value}, and plan {name} is now {tag}; load it again, then edit",
        ),
        "comment-half-a-place": Text(
            "意见的位置要同时给出经度和纬度", "the place of a comment needs both longitude and latitude"
        ),
        "plan-exists": Text("已有方案 {name}；请换一个名称", "there is a plan {name} already; take another name"),
        "source-plan-needed": Text(
            "从方案建立分支（source=plan）时要用 of 指明方案；其他来源不得带 of 和 version",
            "a branch (source=plan) names its plan in of; other sources take neither of nor version",
        ),
        "units-not-in-file": Text(
            "文件 {path} 的列 {column} 中没有任何规划单元的标识；项目中的标识例如 {ids}",
            "column {column} of {path} holds no id of a unit; ids of the project are, for example, {ids}",
        ),
        "file-column-unclear": Text(
            "文件 {path} 中不能确定哪一列是{what}；列有：{found}；请用 {option} 指明",
            "it is not clear which column of {path} holds the {what}; it has {found}; name it with {option}",
        ),
        "parameter-unknown": Text(
            "不认识的查询参数 {names}；可用：{known}", "unknown query parameters {names}; known are {known}"
        ),
        "parameter-invalid": Text("查询参数有误：{reason}", "wrong query parameters: {reason}"),
        "filter-invalid": Text("查询参数 filter 有误：{reason}", "wrong query parameter filter: {reason}"),
        "crs-not-offered": Text(
            "{parameter}={found}；此数据集提供：{known}", "{parameter}={found}; this collection is offered in {known}"
        ),
        "property-unknown": Text(
            "查询参数 {parameter} 中没有属性 {names}；可用：{known}",
            "query parameter {parameter} names {names}, which the collection lacks; there are {known}",
        ),
        "host-refused": Text(
            "本服务不以 {host} 的名义提供；请用 {known} 访问",
            "this service does not go by the name {host}; ask it as {known}",
        ),
        "body-invalid": Text("请求正文有误：{reason}", "wrong request body: {reason}"),
        "origin-refused": Text(
            "只有本机的程序和本服务自己的页面可以修改项目",
            "only programs of this machine and this service's own pages may change the project",
        ),
        "file-name-invalid": Text(
            "文件名 {name} 不可用；请只写文件名和扩展名，不含路径",
            "{name} is no file name; give the name with its extension, without a path",
        ),
        "upload-type": Text(
            "请求正文应为文件本身，内容类型（Content-Type）为 {needed}",
            "the body has to be the file itself, with Content-Type {needed}",
        ),
        "upload-too-large": Text(
            "文件超过 {limit} MB；请分开导入，或用命令行 quhua import",
            "the file is larger than {limit} MB; part it, or use quhua import",
        ),
        "upload-too-slow": Text(
            "文件在 {seconds} 秒内没有传完；请重试", "the file did not arrive within {seconds} seconds; try again"
        ),
        "upload-cut": Text("文件没有传完；请重试", "the file did not arrive whole; try again"),
        "upload-not-kept": Text("文件无法保存：{reason}", "the file cannot be kept: {reason}"),
        "uploads-too-many": Text(
            "正在处理的上传已有 {most} 个；请稍后再试", "{most} uploads are being worked on; try again later"
        ),
        "method-not-allowed": Text("此地址不接受 {method} 请求", "this address does not take {method} requests"),
    }


class MachineError(GisError):
    """What the machine or the program itself could not do."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "file-refused": Text("无法使用 {path}：{reason}", "{path} cannot be used: {reason}"),
        "memory-short": Text(
            "内存不足；请关闭其他程序，或减小图层范围后再试",
            "memory ran out; close other programs, or take a smaller area",
        ),
        "interrupted": Text(
            "已按您的要求中断；没有留下写了一半的内容", "interrupted as you asked; nothing is left half-written"
        ),
        "internal-error": Text(
            "程序内部出错（{kind}）；详情已写入 {place}，请把它交给维护人员",
            "the program failed ({kind}); the details are in {place}, please hand them to its keeper",
        ),
    }


class NotFoundError(GisError):
    """An address of the service under which there is nothing."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "project-unknown": Text(
            "本服务没有项目 {name}；现有：{found}", "this service has no project {name}; it has {found}"
        ),
        "upload-not-found": Text(
            "没有待确认的上传 {token}；可能已确认或已过期，请重新上传",
            "no upload {token} waits for confirmation; it was confirmed, or has expired; upload the file again",
        ),
        "page-not-found": Text("没有此页面：{path}", "there is no page {path}"),
        "collection-not-found": Text(
            "没有数据集 {name}；现有：{found}", "there is no collection {name}; there are {found}"
        ),
        "tile-set-not-found": Text(
            "没有瓦片方案 {name}；现有：{found}", "there is no tile matrix set {name}; there is {found}"
        ),
        "tile-not-found": Text(
            "没有瓦片 {z}/{y}/{x}；级别为 0 至 {max_zoom}，行列号从 0 到 2 的级别次方减 1",
            "there is no tile {z}/{y}/{x}; zooms go from 0 to {max_zoom}, rows and columns from 0 to 2^zoom - 1",
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
    MachineError: 500,
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
    RepairError: 422,
    PlanError: 409,
    DraftError: 409,
    InfeasiblePlanError: 422,
}
STATUS_BY_CODE: Mapping[str, int] = {
    "asset-missing": 500,
    "remote-reference": 500,
    "origin-refused": 403,
    "upload-too-slow": 408,
    "upload-too-large": 413,
    "upload-type": 415,
    "uploads-too-many": 429,
    "upload-not-kept": 507,
    "method-not-allowed": 405,
    "host-refused": 421,
    "plan-changed": 412,
    "if-match-unknown": 412,
    "if-match-missing": 428,
    "comment-half-a-place": 422,
    "plan-exists": 409,
    "source-plan-needed": 422,
    "units-not-in-file": 422,
    "file-column-unclear": 422,
    "lock-empty": 422,
    "lock-unknown": 422,
    "stroke-empty": 422,
    "choices-unknown": 422,
    "stroke-units-unknown": 422,
    "comment-not-found": 404,
    "units-not-in-plan": 422,
    "author-missing": 422,
    "not-encodable": 409,
    "text-too-long": 409,
    "mixed-types": 409,
    "crs-without-code": 409,
    "kind-ambiguous": 409,
    "nothing-to-map": 409,
    "nothing-to-undo": 409,
    "finding-not-found": 404,
    "settings-invalid": 500,
    "project-not-found": 500,
    "item-not-found": 404,
    "version-not-found": 404,
    "item-deleted": 404,
    "version-conflict": 409,
    "name-invalid": 422,
    "name-reserved": 422,
    "name-of-findings": 422,
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
