"""Errors of the ground floor: one base, a short tree, each sentence in both languages under a stable code.

``GisError``        the base of every error that this program raises on purpose
|-- ReadError       a file, table or archive that cannot be read as a layer
|-- WriteError      a layer that cannot be written as asked
|-- CrsError        a CRS that is missing, geographic, not in metres, or unlike its partner's
|-- SchemaError     a layer whose columns, ids or geometry types do not fit its kind; lists every fault
|-- MapError        a page that would not open without a network, or has nothing to draw
|-- ProjectError    a project folder or its settings file that cannot be used
`-- StoreError      a version, layer or plan that the store does not hold, or cannot take

Raise with a code of the class and its facts: ``ReadError("file-not-found", path=path)``.
"""

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, ClassVar

from gis.i18n import Lang, Text, listed

__all__ = ["CrsError", "GisError", "MapError", "ProjectError", "ReadError", "SchemaError", "StoreError", "WriteError"]

_LONGEST_FACT = 300
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class GisError(Exception):
    """An answer that cannot be given; says what was found, what is needed, and which file, row or id."""

    sentences: ClassVar[Mapping[str, Text]] = {}

    def __init__(self, code: str, **facts: Any) -> None:
        self.code = code
        self.facts = facts
        super().__init__(self.text("en"))

    def text(self, lang: Lang) -> str:
        """Give the sentence in the reader's language, on one line whatever names and values it quotes."""
        facts = {name: _shortened(fact) for name, fact in self.facts.items()}
        return _CONTROL.sub(" ", self.sentences[self.code].in_language(lang, **facts))

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.code, self.facts))


def _shortened(fact: Any) -> Any:
    if not isinstance(fact, str | PurePath):
        return fact
    text = str(fact)
    return f"{text[:_LONGEST_FACT]}…" if len(text) > _LONGEST_FACT else text


def _rebuild(cls: type[GisError], code: str, facts: dict[str, Any]) -> GisError:
    return cls(code, **facts)


class ReadError(GisError):
    """A file, table or archive that cannot be read as a layer."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "file-not-found": Text("找不到文件 {path}", "file {path} does not exist"),
        "file-unreadable": Text(
            "无法读取 {path}：{reason}；需要矢量文件（Shapefile、GeoPackage、GeoJSON 等）",
            "{path} cannot be read: {reason}; a vector file (Shapefile, GeoPackage, GeoJSON ...) is needed",
        ),
        "layer-not-found": Text(
            "{path} 中没有图层 {layer}；现有图层：{found}", "{path} has no layer {layer}; it holds {found}"
        ),
        "layer-not-named": Text(
            "{path} 有多个图层（{found}），请用 --layer 指定一个",
            "{path} holds several layers ({found}); name one with --layer",
        ),
        "layer-empty": Text("{path} 的图层 {layer} 没有要素", "layer {layer} of {path} holds no features"),
        "file-damaged": Text("{path} 已损坏：{reason}", "{path} is damaged: {reason}"),
        "file-empty": Text("{path} 是空文件", "{path} is an empty file"),
        "path-not-local": Text(
            "{path} 不是本机文件；只读取本机文件和 postgresql:// 数据库",
            "{path} is no local file; only local files and postgresql:// databases are read",
        ),
        "format-not-read": Text(
            "无法读取 {path}：不支持 {suffix} 格式；可用：{known}",
            "{path} cannot be read: format {suffix} is unknown; known are {known}",
        ),
        "content-unlike-suffix": Text(
            "{path} 的内容不是 {format}；请检查文件是否完整、扩展名是否正确",
            "the content of {path} is no {format}; check that the file is whole and its extension right",
        ),
        "nothing-to-read": Text(
            "{path} 中没有可读取的文件（不查看下级文件夹）；所找的是 {known}",
            "{path} itself holds no file that can be read (folders below are not searched); looked for {known}",
        ),
        "archive-without-layers": Text(
            "压缩包 {path} 中没有可读取的文件；所找的是 {known}",
            "archive {path} holds no file that can be read; looked for {known}",
        ),
        "folder-is-root": Text(
            "{path} 是根目录，不作为图层文件夹读取；请指定一个文件，或只放图层文件的文件夹（{known}）",
            "{path} is the root of the file system and is not read; name a file, or a folder of layer files ({known})",
        ),
        "file-not-regular": Text(
            "{path} 不是普通文件（而是管道、设备或套接字等），不予读取",
            "{path} is no regular file (but a pipe, a device, a socket ...) and is not read",
        ),
        "folder-too-full": Text(
            "{path} 中的文件超过 {limit} 个；请直接指定一个文件",
            "{path} holds more than {limit} files; name one of them",
        ),
        "archive-unsafe": Text("拒绝解压 {path}：{reason}", "{path} is not unpacked: {reason}"),
        "sidecar-missing": Text(
            "{path} 缺少同名文件 {sidecar}；请把这些文件放在一起",
            "{path} lacks its companion {sidecar}; keep these files together",
        ),
        "sidecar-unlike": Text(
            "{path} 有 {shapes} 个图形，而属性表（.dbf）有 {rows} 行；这些文件不属于同一个图层",
            "{path} has {shapes} shapes but its table (.dbf) has {rows} rows; the files are not of one layer",
        ),
        "encoding-unknown": Text(
            "不认识的编码 {encoding}（{path}）；可用 UTF-8、GBK、GB18030、Big5 等",
            "unknown encoding {encoding} for {path}; use UTF-8, GBK, GB18030, Big5 ...",
        ),
        "encoding-wrong": Text(
            "{path} 的文字不能按 {encoding} 解码；请改用其他编码",
            "the text of {path} is not in {encoding}; state another encoding",
        ),
        "encoding-undecided": Text(
            "无法判断 {path} 的文字编码；请用 --encoding 指定",
            "the encoding of {path} cannot be told; state it with --encoding",
        ),
        "database-unreachable": Text("无法连接数据库 {path}：{reason}", "database {path} cannot be reached: {reason}"),
        "heading-missing": Text(
            "{path} 的表 {layer} 找不到表头（一行列名）",
            "table {layer} of {path} has no heading (a row of column names)",
        ),
        "table-without-place": Text(
            "{path} 的表 {layer} 没有 WKT 列，也没有经纬度或坐标列；若要按代码或名称挂接到图层，请用 quhua join",
            "table {layer} of {path} has neither a WKT column nor coordinates; "
            "to add it to a layer by code or name, use quhua join",
        ),
        "wkt-unreadable": Text(
            "{path} 的列 {column} 第 {rows} 行不是有效的 WKT", "column {column} of {path} holds no WKT at rows {rows}"
        ),
        "coordinates-not-finite": Text(
            "{path} 的图层 {layer} 第 {rows} 行的坐标不是有限的数值，或大得不可能",
            "layer {layer} of {path} has coordinates at rows {rows} that are not finite numbers or impossibly large",
        ),
        "geometry-unlike-kind": Text(
            "{path} 的图层 {layer} 的几何图形是 {found}；“{kind}”需要{needed}",
            "layer {layer} of {path} holds {found}; kind {kind} needs {needed}",
        ),
        "no-geometry": Text(
            "{path} 的图层 {layer} 没有任何几何图形", "layer {layer} of {path} holds no geometry at all"
        ),
    }


class WriteError(GisError):
    """A layer that cannot be written as asked."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "format-unknown": Text(
            "无法写出 {path}：不支持 {suffix} 格式；可用：{known}",
            "{path} cannot be written: format {suffix} is unknown; known are {known}",
        ),
        "folder-missing": Text(
            "无法写出 {path}：文件夹 {folder} 不存在", "{path} cannot be written: folder {folder} does not exist"
        ),
        "target-not-archive": Text(
            "不会覆盖 {path}：它不是本程序导出的项目归档；请给出新的 .zip 文件名",
            "{path} is not overwritten: it is no archive that this program wrote; name a new .zip file",
        ),
        "table-exists": Text(
            "{path} 中已有表 {layer}；不会覆盖", "{path} holds a table {layer} already; it is not overwritten"
        ),
        "crs-without-code": Text(
            "无法写入 {path}：坐标参考系 {found} 没有 EPSG 代码",
            "{path} cannot take CRS {found}, which has no EPSG code",
        ),
        "encoding-fixed": Text(
            "{path}：{format} 的编码是固定的，不能改为 {encoding}",
            "{path}: {format} fixes its encoding; {encoding} cannot be used",
        ),
        "text-too-long": Text(
            "列 {column} 的值“{value}…”超过 {limit} 字节，Shapefile 放不下；请改用 GeoPackage",
            "value {value}... of column {column} is longer than {limit} bytes, more than a shapefile can hold; "
            "use a GeoPackage",
        ),
        "mixed-types": Text(
            "{path} 只能存一种几何类型，而图层有 {found}；请改用 GeoPackage",
            "{path} can hold one geometry type but the layer has {found}; use a GeoPackage",
        ),
        "not-writable": Text("无法写出 {path}：{reason}", "{path} cannot be written: {reason}"),
        "not-encodable": Text(
            "列 {column} 的值 {value} 无法用 {encoding} 编码；请改用 UTF-8",
            "value {value} of column {column} cannot be written in {encoding}; use UTF-8",
        ),
    }


class CrsError(GisError):
    """A CRS that is missing, geographic, not in metres, or unlike its partner's; names candidates where it can."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "crs-contradicted": Text(
            "图层 {layer} 的坐标参考系 {found} 与坐标不符：{reason}",
            "layer {layer} cannot be in CRS {found}: {reason}",
        ),
        "axes-swapped": Text(
            "图层 {layer}（{found}）的 x 与 y 像是写反了；确认后请加 --swap-xy",
            "x and y of layer {layer} ({found}) look exchanged; add --swap-xy if so",
        ),
        "datum-unknown": Text("不认识的坐标基准 {found}；可用：{known}", "unknown datum {found}; known are {known}"),
        "crs-missing": Text(
            "图层 {layer} 没有坐标参考系；请用 --crs 指明（例如 --crs EPSG:4547）",
            "layer {layer} has no CRS; state it with --crs (for example --crs EPSG:4547)",
        ),
        "crs-not-metric": Text(
            "图层 {layer} 的坐标参考系是 {found}；需要以米为单位的投影坐标系",
            "layer {layer} has CRS {found}; a projected CRS in metres is needed",
        ),
        "crs-mismatch": Text(
            "图层 {layer} 的坐标参考系是 {found}，而 {other_layer} 的是 {needed}；二者必须一致",
            "layer {layer} has CRS {found} but {other_layer} has {needed}; both must be the same",
        ),
        "crs-unknown": Text(
            "无法识别坐标参考系 {found}；请给出 EPSG 代码，例如 EPSG:4547",
            "CRS {found} is unknown; give an EPSG code, for example EPSG:4547",
        ),
        "crs-outside-zones": Text(
            "图层 {layer} 的中心经度为 {longitude:.2f}°，不在 CGCS2000 三度带（73.5°-136.5°E）范围内；请用 --crs 指定",
            "layer {layer} is centred at longitude {longitude:.2f}, outside the CGCS2000 3-degree zones "
            "(73.5-136.5 E); state a CRS with --crs",
        ),
    }

    def text(self, lang: Lang) -> str:
        """Give the sentence, and the CRS that the coordinates would fit where some were found."""
        sentence, candidates = super().text(lang), self.facts.get("candidates")
        if not candidates:
            return sentence
        named = listed(candidates)
        fit = f"；按坐标范围可能是 {named.zh}" if lang == "zh" else f"; the coordinates would fit {named.en}"
        return sentence + fit


class SchemaError(GisError):
    """A layer whose columns, ids or geometry types do not fit its kind; the sentence lists every fault."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "schema-mismatch": Text(
            "图层 {layer} 不符合“{kind}”的要求：{faults}", "layer {layer} does not fit kind {kind}: {faults}"
        ),
        "ids-duplicate": Text(
            "图层 {layer} 的标识列 {column} 有重复值：{ids}；标识必须唯一",
            "layer {layer} has duplicate ids in column {column}: {ids}; ids must be unique",
        ),
        "ids-missing": Text(
            "图层 {layer} 的标识列 {column} 在第 {rows} 行为空；每个要素都要有标识",
            "layer {layer} has no id in column {column} at rows {rows}; every feature needs one",
        ),
        "code-lost": Text(
            "图层 {layer} 的代码列 {column} 在第 {rows} 行已被表格软件改成 {values}，位数丢失；"
            "请把该列设为文本后重新导出",
            "codes of layer {layer} in column {column} were turned into {values} at rows {rows} and have lost digits; "
            "export the column again as text",
        ),
        "column-unknown": Text(
            "“{kind}”没有标准列 {column}（图层 {layer}）；可用：{known}",
            "kind {kind} has no standard column {column} (layer {layer}); known are {known}",
        ),
        "join-key-missing": Text(
            "表格与图层没有可对应的列；表格的列：{found}；请指定按哪两列挂接",
            "no column of the table meets the layer's codes, ids or names; it has {found}; "
            "state the two columns to join by",
        ),
        "join-row-unknown": Text(
            "确认的对应关系 {id} - 第 {row} 行不存在（表格共 {rows} 行）",
            "the confirmed pair {id} - row {row} does not exist (the table has {rows} rows)",
        ),
        "join-row-taken": Text(
            "第 {row} 行不能同时属于要素 {ids}，否则会重复计算；请只确认一个",
            "row {row} cannot belong to the features {ids} at once, it would count twice; confirm one of them",
        ),
        "join-columns-missing": Text(
            "表格 {path} 中没有可挂接到 {layer} 的列；表格的列：{found}；请用 --column 标准列=表格列 指定",
            "table {path} has no column to join to {layer}; it has {found}; state one with --column standard=source",
        ),
        "not-a-number": Text(
            "图层 {layer} 的列 {column} 应为数字，但第 {rows} 行是 {values}",
            "layer {layer} needs numbers in column {column}, but rows {rows} hold {values}",
        ),
        "figure-impossible": Text(
            "图层 {layer} 的列 {column} 第 {rows} 行是 {values}；应在 0 到 {limit} 之间，没有数值的请留空",
            "layer {layer} has {values} in column {column} at rows {rows}; 0 to {limit} is needed, "
            "and nothing where the figure is not known",
        ),
        "column-missing": Text(
            "图层 {layer} 没有列 {column}；现有列：{found}", "layer {layer} has no column {column}; it has {found}"
        ),
        "kind-unknown": Text("不认识的图层类型 {kind}；可用：{known}", "unknown layer kind {kind}; known are {known}"),
    }


class MapError(GisError):
    """A page that would not open without a network, or has nothing to draw."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "asset-missing": Text(
            "缺少浏览器组件 {name}；请运行 python scripts/fetch_assets.py",
            "browser library {name} is missing; run python scripts/fetch_assets.py",
        ),
        "remote-reference": Text(
            "页面引用了外部地址 {found}，断网时无法打开；请去掉",
            "the page refers to {found} and would not open without a network; take it out",
        ),
        "nothing-to-draw": Text(
            "没有可绘制的图形；需要至少一个非空图层",
            "there is nothing to draw; at least one layer with shapes is needed",
        ),
    }


class ProjectError(GisError):
    """A project folder or its settings file that cannot be used."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "project-not-found": Text(
            "{path} 不是项目文件夹（没有 quhua.toml）；先运行 quhua init {path}",
            "{path} is not a project (no quhua.toml); run quhua init {path} first",
        ),
        "project-exists": Text("{path} 已经是一个项目；不会覆盖", "{path} is a project already; it is not overwritten"),
        "settings-invalid": Text("{path} 的设置有误：{reason}", "settings in {path} are wrong: {reason}"),
        "settings-unwritable": Text("无法写入 {path}：{reason}", "{path} cannot be written: {reason}"),
        "folder-unusable": Text("文件夹 {path} 无法使用：{reason}", "folder {path} cannot be used: {reason}"),
        "folder-not-empty": Text(
            "文件夹 {path} 不是空的；请恢复到一个新文件夹", "folder {path} is not empty; restore into a new one"
        ),
        "archive-invalid": Text(
            "{path} 不是完整的项目归档：{reason}", "{path} is not a whole archive of a project: {reason}"
        ),
        "layer-needed": Text(
            "项目中没有“{kind}”图层；先运行 quhua import 导入", "the project has no {kind} layer; import one first"
        ),
    }


class StoreError(GisError):
    """A version, layer or plan that the store does not hold, or cannot take."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "item-not-found": Text("项目库中没有 {name}；现有：{found}", "the store holds no {name}; it holds {found}"),
        "version-not-found": Text(
            "{name} 没有第 {version} 版；最新为第 {latest} 版",
            "{name} has no version {version}; the latest is {latest}",
        ),
        "name-invalid": Text(
            "名称 {name} 不可用；请用 1-60 个字母、数字、汉字、下划线或连字符",
            "name {name} cannot be used; take 1-60 letters, digits, Chinese characters, underscores or hyphens",
        ),
        "name-reserved": Text(
            "名称 {name} 不可用；以 {prefixes} 开头的名称及数据库系统表名由数据库保留",
            "name {name} cannot be used; names that begin with {prefixes}, and those of system tables, are reserved",
        ),
        "name-of-findings": Text(
            "名称 {name} 留给检查结果，图层请改用其他名称",
            "name {name} is kept for the findings of the audit; give the layer another",
        ),
        "name-taken": Text(
            "名称 {name} 与已有的 {found} 只有大小写之分，数据库无法区分；请改名或使用原名",
            "name {name} differs from the existing {found} by case only; use that name, or another one",
        ),
        "item-deleted": Text(
            "{name} 的第 {version} 版是删除记录，没有内容；可恢复第 {last} 版",
            "version {version} of {name} is its deletion and holds nothing; restore version {last} instead",
        ),
        "version-conflict": Text(
            "{name} 已被他人更新到第 {latest} 版（您依据的是第 {expected} 版）；请重新载入后再保存",
            "{name} has moved on to version {latest} since you looked at version {expected}; load it again, then save",
        ),
        "units-not-in-plan": Text(
            "方案中没有这 {count} 个规划单元：{ids}", "the plan has no such {count} units: {ids}"
        ),
        "comment-not-found": Text("方案 {name} 没有第 {id} 条意见", "plan {name} has no comment {id}"),
        "ids-invalid": Text(
            "标识必须是唯一的非空文本；有误：{ids}", "ids must be unique, non-empty text; wrong are {ids}"
        ),
        "columns-invalid": Text(
            "列名必须是互不相同的文本；现有：{found}", "column names must be texts that differ; they are {found}"
        ),
        "column-unsupported": Text(
            "列 {column} 的类型 {dtype} 无法原样保存；请先转换为数字、文本或日期",
            "column {column} has type {dtype}, which cannot be kept unchanged; "
            "convert it to numbers, text or dates first",
        ),
        "value-unsupported": Text(
            "无法保存类型为 {type} 的值 {value}", "value {value} of type {type} cannot be kept in the store"
        ),
        "shape-not-finite": Text(
            "以下要素含有无穷大或空的坐标：{ids}", "these features have infinite or missing coordinates: {ids}"
        ),
        "document-invalid": Text("{what} 无法写成 JSON:{reason}", "{what} cannot be written as JSON: {reason}"),
        "author-missing": Text(
            "保存 {name} 时需要写明类型、操作人和原因（不能为空或含有控制字符）",
            "saving {name} needs a kind, an author and a reason (not empty, no control characters)",
        ),
        "content-damaged": Text(
            "{place} 中 {name} 第 {version} 版的内容与其校验值不符；请从备份恢复",
            "version {version} of {name} in {place} does not match its content hash; restore a backup",
        ),
        "store-not-found": Text("找不到项目库 {path}", "there is no store at {path}"),
        "store-foreign": Text(
            "{path} 不是本程序的项目库；不会改动它", "{path} is not a store of this program; it is left alone"
        ),
        "store-newer": Text(
            "{place} 由更新版本的程序写成（结构版本 {found}）；请升级本程序",
            "{place} was written by a newer program (schema {found}); upgrade this one",
        ),
        "store-not-empty": Text(
            "目标项目库 {place} 已有内容；只能复制到空库",
            "the target store {place} is not empty; copy into an empty one",
        ),
        "store-busy": Text(
            "项目库 {place} 正被其他程序写入；请稍后再试",
            "store {place} is being written by somebody else; try again soon",
        ),
        "store-damaged": Text(
            "项目库 {place} 已损坏：{reason}；请从备份恢复", "store {place} is damaged: {reason}; restore a backup"
        ),
        "store-failed": Text("项目库 {place} 无法完成操作：{reason}", "store {place} refuses: {reason}"),
        "store-unreachable": Text("无法连接项目库 {place}：{reason}", "store {place} cannot be reached: {reason}"),
        "postgis-missing": Text(
            "{place} 没有 PostGIS 扩展，也无法添加：{reason}", "{place} lacks PostGIS, and it cannot be added: {reason}"
        ),
        "url-invalid": Text(
            "数据库地址有误；应为 postgresql://用户@主机/数据库？schema=名称",
            "the database URL is wrong; write postgresql://user@host/database?schema=NAME",
        ),
    }
