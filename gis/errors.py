"""Errors of the ground floor: one base, a short tree, each sentence in both languages under a stable code.

``GisError``        the base of every error that this program raises on purpose
|-- ReadError       a file, table or archive that cannot be read as a layer
|-- WriteError      a layer that cannot be written as asked
|-- CrsError        a CRS that is missing, geographic, not in metres, or unlike its partner's
|-- SchemaError     a layer whose columns, ids or geometry types do not fit its kind; lists every fault
|-- ProjectError    a project folder or its settings file that cannot be used
`-- StoreError      a version, layer or plan that the store does not hold, or cannot take

Raise with a code of the class and its facts: ``ReadError("file-not-found", path=path)``.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from gis.i18n import Lang, Text

__all__ = ["CrsError", "GisError", "ProjectError", "ReadError", "SchemaError", "StoreError", "WriteError"]


class GisError(Exception):
    """An answer that cannot be given; says what was found, what is needed, and which file, row or id."""

    sentences: ClassVar[Mapping[str, Text]] = {}

    def __init__(self, code: str, **facts: Any) -> None:
        self.code = code
        self.facts = facts
        super().__init__(self.text("en"))

    def text(self, lang: Lang) -> str:
        """Give the sentence in the reader's language."""
        return self.sentences[self.code].in_language(lang, **self.facts)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.code, self.facts))


def _rebuild(cls: type[GisError], code: str, facts: dict[str, Any]) -> GisError:
    return cls(code, **facts)


class ReadError(GisError):
    """A file, table or archive that cannot be read as a layer."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "file-not-found": Text("找不到文件 {path}", "file {path} does not exist"),
        "file-unreadable": Text(
            "无法读取 {path}:{reason};需要矢量文件(Shapefile、GeoPackage、GeoJSON 等)",
            "{path} cannot be read: {reason}; a vector file (Shapefile, GeoPackage, GeoJSON ...) is needed",
        ),
        "layer-not-found": Text(
            "{path} 中没有图层 {layer};现有图层:{found}", "{path} has no layer {layer}; it holds {found}"
        ),
        "layer-not-named": Text(
            "{path} 有多个图层({found}),请用 --layer 指定一个",
            "{path} holds several layers ({found}); name one with --layer",
        ),
        "layer-empty": Text("{path} 的图层 {layer} 没有要素", "layer {layer} of {path} holds no features"),
        "no-geometry": Text(
            "{path} 的图层 {layer} 没有任何几何图形", "layer {layer} of {path} holds no geometry at all"
        ),
    }


class WriteError(GisError):
    """A layer that cannot be written as asked."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "format-unknown": Text(
            "无法写出 {path}:不支持 {suffix} 格式;可用:{known}",
            "{path} cannot be written: format {suffix} is unknown; known are {known}",
        ),
        "not-encodable": Text(
            "列 {column} 的值 {value} 无法用 {encoding} 编码;请改用 UTF-8",
            "value {value} of column {column} cannot be written in {encoding}; use UTF-8",
        ),
    }


class CrsError(GisError):
    """A CRS that is missing, geographic, not in metres, or unlike its partner's."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "crs-missing": Text(
            "图层 {layer} 没有坐标参考系;请用 --crs 指明(例如 --crs EPSG:4547)",
            "layer {layer} has no CRS; state it with --crs (for example --crs EPSG:4547)",
        ),
        "crs-not-metric": Text(
            "图层 {layer} 的坐标参考系是 {found};需要以米为单位的投影坐标系",
            "layer {layer} has CRS {found}; a projected CRS in metres is needed",
        ),
        "crs-mismatch": Text(
            "图层 {layer} 的坐标参考系是 {found},而 {other_layer} 的是 {needed};二者必须一致",
            "layer {layer} has CRS {found} but {other_layer} has {needed}; both must be the same",
        ),
        "crs-unknown": Text(
            "无法识别坐标参考系 {found};请给出 EPSG 代码,例如 EPSG:4547",
            "CRS {found} is unknown; give an EPSG code, for example EPSG:4547",
        ),
        "crs-outside-zones": Text(
            "图层 {layer} 的中心经度为 {longitude:.2f}°,不在 CGCS2000 三度带(73.5°-136.5°E)范围内;请用 --crs 指定",
            "layer {layer} is centred at longitude {longitude:.2f}, outside the CGCS2000 3-degree zones "
            "(73.5-136.5 E); state a CRS with --crs",
        ),
    }


class SchemaError(GisError):
    """A layer whose columns, ids or geometry types do not fit its kind; the sentence lists every fault."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "schema-mismatch": Text(
            "图层 {layer} 不符合“{kind}”的要求:{faults}", "layer {layer} does not fit kind {kind}: {faults}"
        ),
        "ids-duplicate": Text(
            "图层 {layer} 的标识列 {column} 有重复值:{ids};标识必须唯一",
            "layer {layer} has duplicate ids in column {column}: {ids}; ids must be unique",
        ),
        "ids-missing": Text(
            "图层 {layer} 的标识列 {column} 在第 {rows} 行为空;每个要素都要有标识",
            "layer {layer} has no id in column {column} at rows {rows}; every feature needs one",
        ),
        "not-a-number": Text(
            "图层 {layer} 的列 {column} 应为数字,但第 {rows} 行是 {values}",
            "layer {layer} needs numbers in column {column}, but rows {rows} hold {values}",
        ),
        "column-missing": Text(
            "图层 {layer} 没有列 {column};现有列:{found}", "layer {layer} has no column {column}; it has {found}"
        ),
        "kind-unknown": Text("不认识的图层类型 {kind};可用:{known}", "unknown layer kind {kind}; known are {known}"),
    }


class ProjectError(GisError):
    """A project folder or its settings file that cannot be used."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "project-not-found": Text(
            "{path} 不是项目文件夹(没有 quhua.toml);先运行 quhua init {path}",
            "{path} is not a project (no quhua.toml); run quhua init {path} first",
        ),
        "project-exists": Text("{path} 已经是一个项目;不会覆盖", "{path} is a project already; it is not overwritten"),
        "settings-invalid": Text("{path} 的设置有误:{reason}", "settings in {path} are wrong: {reason}"),
        "layer-needed": Text(
            "项目中没有“{kind}”图层;先运行 quhua import 导入", "the project has no {kind} layer; import one first"
        ),
    }


class StoreError(GisError):
    """A version, layer or plan that the store does not hold, or cannot take."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "item-not-found": Text("项目库中没有 {name};现有:{found}", "the store holds no {name}; it holds {found}"),
        "version-not-found": Text(
            "{name} 没有第 {version} 版;最新为第 {latest} 版", "{name} has no version {version}; the latest is {latest}"
        ),
        "name-invalid": Text(
            "名称 {name} 不可用;请用 1-60 个字母、数字、汉字、下划线或连字符",
            "name {name} cannot be used; take 1-60 letters, digits, Chinese characters, underscores or hyphens",
        ),
    }
