"""The kinds of finding: stable code, severity, label, and the sentences in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gis.i18n import Text

__all__ = ["FINDING_KINDS", "FindingKind", "Severity"]


class Severity(StrEnum):
    """How much a finding matters."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for high, 1 for medium, 2 for low."""
        return list(Severity).index(self)


@dataclass(frozen=True)
class FindingKind:
    """A kind of finding. ``placed``: one polygon can have several, so the place is part of a finding's id.

    ``sentence`` is the usual message; ``variants`` hold others by name.
    """

    key: str
    severity: Severity
    label: Text
    sentence: Text
    variants: Mapping[str, Text] = field(default_factory=dict)
    placed: bool = False

    def template(self, variant: str = "") -> Text:
        """Give the sentence of a variant, or the usual one."""
        return self.variants[variant] if variant else self.sentence


_HIGH, _MEDIUM, _LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW

_KINDS = (
    FindingKind(
        "overlap",
        _HIGH,
        Text("重叠", "overlap"),
        Text("{left}与{right}重叠 {area}{people}", "{left} and {right} overlap by {area}{people}"),
        {
            "sliver": Text(
                "{left}与{right}沿界线重叠一条窄缝，最宽 {width}，共 {area}{people}",
                "{left} and {right} overlap in a sliver up to {width} wide, {area} in all{people}",
            )
        },
    ),
    FindingKind(
        "gap",
        _HIGH,
        Text("空白", "gap"),
        Text("{neighbours}之间有 {area} 无人管理{people}", "nobody manages {area} between {neighbours}{people}"),
        {
            "one": Text(
                "{neighbours}旁有 {area} 无人管理{people}", "nobody manages {area} beside {neighbours}{people}"
            ),
            "none": Text(
                "规划范围内有 {area} 不属于任何{layer}{people}", "{area} of the extent belong to no {layer}{people}"
            ),
            "sliver": Text(
                "{neighbours}之间有一条窄缝，最宽 {width}，共 {area}{people}",
                "a sliver up to {width} wide lies between {neighbours}, {area} in all{people}",
            ),
        },
        placed=True,
    ),
    FindingKind(
        "duplicate",
        _HIGH,
        Text("重复", "duplicate"),
        Text("{left}与{right}是同一块地（{area}）{people}", "{left} and {right} are the same ground ({area}){people}"),
    ),
    FindingKind(
        "containment",
        _HIGH,
        Text("包含", "containment"),
        Text("{inner}整个落在{outer}之内（{area}）{people}", "{inner} lies wholly inside {outer} ({area}){people}"),
    ),
    FindingKind(
        "exclave",
        _MEDIUM,
        Text("飞地", "exclave"),
        Text(
            "{owner}有一块与主体不相连的飞地，{area}{around}{people}",
            "{owner} has a part cut off from the rest, {area}{around}{people}",
        ),
        placed=True,
    ),
    FindingKind(
        "hole",
        _MEDIUM,
        Text("嵌入", "hole"),
        Text("{owner}内部有一块 {area} 的地属于{others}{people}", "{area} inside {owner} belong to {others}{people}"),
        placed=True,
    ),
    FindingKind(
        "interdigitated_strip",
        _MEDIUM,
        Text("犬牙交错", "interdigitated strip"),
        Text(
            "{owner}有一条宽约 {width}、{area} 的狭长地带伸入{other}{people}",
            "a strip of {owner}, about {width} wide and {area}, reaches into {other}{people}",
        ),
        placed=True,
    ),
    FindingKind(
        "invalid_ring",
        _MEDIUM,
        Text("图形错误", "invalid ring"),
        Text("{owner}的边界不合法：{reason}{place}", "the boundary of {owner} is invalid: {reason}{place}"),
    ),
    FindingKind(
        "urban_village_shared",
        _HIGH,
        Text("城中村被多个社区分管", "urban village shared by communities"),
        Text(
            "{owner}分属 {count} 个社区：{shares}{people}",
            "{owner} is shared by {count} communities: {shares}{people}",
        ),
    ),
    FindingKind(
        "urban_village_unassigned",
        _HIGH,
        Text("城中村无社区管理", "urban village in no community"),
        Text(
            "{owner}只有 {share} 在社区范围内，其余无人管理{people}",
            "only {share} of {owner} lies in any community{people}",
        ),
        {
            "whole": Text(
                "{owner}整个不在任何社区范围内，无人管理{people}",
                "{owner} lies wholly outside every community{people}",
            )
        },
    ),
    FindingKind(
        "compound_shared",
        _MEDIUM,
        Text("小区被多个社区分管", "compound shared by communities"),
        Text(
            "{owner}分属 {count} 个社区：{shares}{people}",
            "{owner} is shared by {count} communities: {shares}{people}",
        ),
    ),
    FindingKind(
        "grid_crosses_communities",
        _MEDIUM,
        Text("网格跨社区", "grid across communities"),
        Text("{owner}跨 {count} 个社区：{shares}{people}", "{owner} crosses {count} communities: {shares}{people}"),
    ),
    FindingKind(
        "grid_without_parent",
        _HIGH,
        Text("网格无所属社区", "grid without parent"),
        Text("{owner}没有填写所属社区代码{people}", "{owner} names no community code{people}"),
        {
            "unknown-code": Text(
                "{owner}的社区代码 {code} 不是任何社区的代码{people}",
                "community code {code} of {owner} belongs to no community{people}",
            ),
            "outside": Text(
                "{owner}有 {share} 不在任何社区范围内{people}", "{share} of {owner} lies in no community{people}"
            ),
            "elsewhere": Text(
                "{owner}的社区代码写的是{named}，但 {share} 的面积在{other}{people}",
                "{owner} names {named}, but {share} of it lies in {other}{people}",
            ),
        },
    ),
    FindingKind(
        "code_malformed",
        _MEDIUM,
        Text("代码不规范", "malformed code"),
        Text("{owner}没有代码；应为 {digits} 位数字", "{owner} has no code; {digits} digits are needed"),
        {
            "not-text": Text(
                "{owner}的代码 {code} 是数值，不是文本；应为 {digits} 位数字文本",
                "code {code} of {owner} is a number, not text of {digits} digits",
            ),
            "form": Text("{owner}的代码 {code} 不是 {digits} 位数字", "code {code} of {owner} is not {digits} digits"),
            "prefix": Text(
                "{owner}的代码 {code} 前缀与同图层不一致；多数为 {common}",
                "code {code} of {owner} has another prefix than the rest of the layer, {common}",
            ),
            "all-missing": Text(
                "{layer}图层有 {count} 个要素没有代码：{owners}；应为 {digits} 位数字",
                "{count} {layer} have no code: {owners}; {digits} digits are needed",
            ),
            "all-not-text": Text(
                "{layer}图层有 {count} 个要素的代码是数值，不是文本：{owners}；应为 {digits} 位数字文本",
                "the codes of {count} {layer} are numbers, not text of {digits} digits: {owners}",
            ),
            "all-form": Text(
                "{layer}图层有 {count} 个要素的代码是 {length} 位，如 {code}，应为 {digits} 位数字：{owners}",
                "the codes of {count} {layer} have {length} characters, as {code}, where {digits} digits are needed:"
                " {owners}",
            ),
            "all-prefix": Text(
                "{layer}图层有 {count} 个要素的代码前缀为 {prefix}，与多数 {common} 不一致：{owners}",
                "the codes of {count} {layer} have the prefix {prefix} where most have {common}: {owners}",
            ),
        },
    ),
    FindingKind(
        "code_duplicate",
        _HIGH,
        Text("代码重复", "duplicate code"),
        Text("代码 {code} 被 {count} 个要素同时使用：{owners}", "code {code} is used by {count} rows: {owners}"),
    ),
    FindingKind(
        "people_counted_twice",
        _HIGH,
        Text("人口重复统计", "people counted twice"),
        Text(
            "{left}与{right}的户数或人口统计了两次{people}",
            "the people of {left} are counted again in {right}{people}",
        ),
    ),
    FindingKind(
        "unknown_count",
        _MEDIUM,
        Text("户数不详", "unknown count"),
        Text(
            "{layer}图层有 {count} 个要素没有户数：{owners}；不详不等于 0",
            "{count} {layer} have no household figure: {owners}; unknown is not zero",
        ),
    ),
    FindingKind(
        "community_too_large",
        _HIGH,
        Text("社区规模过大", "community too large"),
        Text(
            "{owner}有 {figure}，比{standard}的上限 {bound}多 {excess}{caveat}",
            "{owner} has {figure}, {excess} above the maximum of {bound} of the {standard}{caveat}",
        ),
    ),
    FindingKind(
        "community_too_small",
        _MEDIUM,
        Text("社区规模过小", "community too small"),
        Text(
            "{owner}有 {figure}，比{standard}的下限 {bound}少 {excess}{caveat}",
            "{owner} has {figure}, {excess} below the minimum of {bound} of the {standard}{caveat}",
        ),
    ),
    FindingKind(
        "layer_shifted",
        _HIGH,
        Text("图层整体偏移", "layer shifted as a whole"),
        Text(
            "{layer}图层相对{other}图层整体偏移 {distance}（{way}），与 {datum} 坐标的偏移一致，坐标可能抄自网络地图；"
            "请重新导入该图层，并注明 --datum {option}",
            "the layer of {layer} lies {distance} off the layer of {other} as a whole ({way}), just as {datum}"
            " coordinates do, which web maps use; import it again with --datum {option}",
        ),
        {
            "twice": Text(
                "{layer}图层相对{other}图层整体偏移 {distance}（{way}），方向与 {datum} 坐标的偏移相反，"
                "可能多纠正了一次；"
                "若导入时注明了 --datum {option}，请去掉后重新导入",
                "the layer of {layer} lies {distance} off the layer of {other} as a whole ({way}), the opposite way of"
                " {datum} coordinates: it may have been moved once too often; if it was imported with --datum {option},"
                " import it again without",
            ),
            "unexplained": Text(
                "{layer}图层相对{other}图层整体偏移 {distance}（{way}），不是网络地图坐标的偏移；请核对该图层的坐标系",
                "the layer of {layer} lies {distance} off the layer of {other} as a whole ({way}), not as web maps do;"
                " check the CRS of the layer",
            ),
        },
    ),
)

FINDING_KINDS: dict[str, FindingKind] = {kind.key: kind for kind in _KINDS}
