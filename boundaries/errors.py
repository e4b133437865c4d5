"""Errors of the subject floor, children of ``GisError``: calls that cannot be answered (bad data are findings instead).

|-- StandardError          a standard profile that does not exist or contradicts itself
|-- UnitsError             layers that make no planning units
|-- FiguresError           figures that cannot be spread or counted
|-- RepairError            rules or a change log by which no repair can be made
|-- PlanError              an assignment that is no plan of these units
|-- DraftError             an edit of a plan that its locks, its log or its branches do not allow
`-- InfeasiblePlanError    no plan can satisfy what was asked; says what to relax
"""

from collections.abc import Mapping
from typing import ClassVar

from gis.errors import GisError
from gis.i18n import Text

__all__ = [
    "DraftError",
    "FiguresError",
    "InfeasiblePlanError",
    "PlanError",
    "RepairError",
    "StandardError",
    "UnitsError",
]


class StandardError(GisError):
    """A standard profile that does not exist or contradicts itself."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "standard-unknown": Text(
            "不认识的标准 {standard}；可用：{known}", "unknown standard {standard}; known are {known}"
        ),
        "bounds-contradict": Text(
            "标准 {standard} 的下限 {minimum:g} 大于上限 {maximum:g}",
            "standard {standard} has minimum {minimum:g} above maximum {maximum:g}",
        ),
        "override-unknown": Text(
            "标准 {standard} 没有名为 {name} 的数值；可设置：{known}",
            "standard {standard} has no number named {name}; one can set {known}",
        ),
        "override-invalid": Text(
            "{name} 的值 {value} 无效；应为不小于 0 的数字", "{name} is {value}; a number of 0 or more is needed"
        ),
        "standard-without-size": Text(
            "标准 {standard} 没有规模要求（上限或目标），无法估算社区数",
            "standard {standard} sets no size (maximum or target), so no number of communities follows",
        ),
        "standard-not-community": Text(
            "标准 {standard} 针对网格，不针对社区；请改用社区标准（{known}）",
            "standard {standard} is about grids, not communities; take one about communities ({known})",
        ),
        "standard-not-grid": Text(
            "标准 {standard} 针对社区，不针对网格；请选用网格标准，例如 grid_basic",
            "standard {standard} is about communities, not grids; take a grid profile, for example grid_basic",
        ),
        "total-invalid": Text("总量 {value} 无效；应为不小于 0 的数字", "the total is {value}; 0 or more is needed"),
        "reserve-invalid": Text(
            "增长余地 {value} 无效；应不小于 0 且小于 1", "the reserve is {value}; a share from 0 to below 1 is needed"
        ),
    }


class UnitsError(GisError):
    """Layers that make no planning units."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "units-missing": Text(
            "没有规划单元图层（units）；现有图层：{found}",
            "there is no layer of planning units (units); there are {found}",
        ),
        "units-overlap": Text(
            "有 {count} 对规划单元相互重叠超过 1 平方米：{pairs}；居民会被重复计算，请先修复",
            "{count} pairs of units overlap by more than 1 m2: {pairs}; people would count twice, repair them first",
        ),
    }


class FiguresError(GisError):
    """Figures that cannot be spread or counted."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "figures-negative": Text(
            "图层 {layer} 的列 {column} 有负数：{ids}；户数、人数应不小于 0",
            "column {column} of layer {layer} is negative at {ids}; households and people are 0 or more",
        ),
        "figures-infinite": Text(
            "图层 {layer} 的列 {column} 有无穷大的值：{ids}", "column {column} of layer {layer} is infinite at {ids}"
        ),
        "figures-missing": Text(
            "规划单元的列 {column} 没有可用的数值（{unknown} 个单元为空，{zero} 个为 0），无法划分；"
            "请在规划单元图层的这一列填写数值，再重新导入。有数值的其他列：{found}",
            "column {column} of the units holds no figures ({unknown} units are empty, {zero} are 0), so there is "
            "nothing to divide; fill this column of the layer of units in and import it again. "
            "Other columns with figures: {found}",
        ),
        "weight-unknown": Text(
            "辅助图层中没有可作权重的列 {weight}；可用：{known}",
            "no ancillary layer has a column {weight} to weigh by; there are {known}",
        ),
        "weight-without-ancillary": Text(
            "指定了权重 {weight}，但没有给出辅助图层（楼栋或小区）",
            "weight {weight} is asked for, but no ancillary layer (buildings or compounds) is given",
        ),
        "share-invalid": Text(
            "{option} 的值 {value} 无效；应为 0 到 1 之间的比例", "{option} is {value}; a share from 0 to 1 is needed"
        ),
        "shares-incomplete": Text(
            "{option} 缺少 {count} 个要素的值：{ids}", "{option} has no value for {count} features: {ids}"
        ),
        "amounts-invalid": Text(
            "第 {positions} 项不是不小于 0 的有限数，无法按比例分配",
            "amounts at {positions} are no finite numbers of 0 or more and cannot be shared out",
        ),
        "amounts-all-zero": Text(
            "第 {groups} 组的总数 {totals} 大于 0，但各项都是 0，无法按比例分配",
            "groups {groups} have totals {totals} above 0 but amounts of 0 only; nothing tells how to share them out",
        ),
        "totals-invalid": Text(
            "总数 {totals} 无效；每组需要一个不小于 0 的整数",
            "totals {totals} are wrong; each group needs one whole number of 0 or more",
        ),
        "groups-invalid": Text(
            "组号应为与各项一一对应的 0 到 {last} 的整数",
            "groups must be whole numbers from 0 to {last}, one for each amount",
        ),
        "layer-not-counted": Text(
            "图层 {layer} 不能作为人口来源；可用：{known}", "layer {layer} is no source of people; known are {known}"
        ),
    }


class RepairError(GisError):
    """Rules or a change log by which no repair can be made."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "rule-unknown": Text(
            "修复选项 {option} 的值 {value} 无效；可用：{known}", "repair option {option} is {value}; known are {known}"
        ),
        "rule-invalid": Text(
            "修复选项 {option} 的值 {value} 无效；应为不小于 0 的有限数",
            "repair option {option} is {value}; a finite number of 0 or more is needed",
        ),
        "priority-needed": Text(
            "按优先顺序修复时，需要给出要素标识的顺序（priority）",
            "repair by priority needs the ids in order (priority)",
        ),
        "rule-ids-unknown": Text(
            "{option} 中有图层 {layer} 没有的标识：{ids}", "{option} names ids that layer {layer} does not have: {ids}"
        ),
        "rule-layer-needed": Text("修复规则 {option} 需要图层“{kind}”", "repair rule {option} needs a layer of {kind}"),
        "rule-column-needed": Text(
            "修复规则 {option} 需要图层 {layer} 的列 {column}",
            "repair rule {option} needs column {column} of layer {layer}",
        ),
        "reason-needed": Text("认可问题 {ids} 需要写明理由", "accepting findings {ids} needs a reason"),
        "changes-unlike": Text(
            "修改记录与图层不符，找不到这些修改的位置：{ids}；请对修复前的图层重放",
            "the change log does not fit the layer; it has no place for {ids}; replay it on the layer before repair",
        ),
    }


class PlanError(GisError):
    """An assignment that is no plan of these units, or settings that no search can read."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "column-not-counted": Text(
            "规划单元没有可用于均衡的数值列 {column}；可用 balance 改选：{found}；全部列：{columns}",
            "units have no figures {column} to balance; figures that they have: {found} (choose by balance); "
            "all columns: {columns}",
        ),
        "graph-invalid": Text(
            "规划单元图有误：{fault}；标识应唯一，每条边连接两个不同的已有单元，每列的长度应等于单元数",
            "the graph of units is wrong: {fault}; ids must be unique, an edge joins two different units that exist, "
            "and each column is as long as the ids",
        ),
        "plan-unsound": Text("方案不成立：{faults}", "the plan is not sound: {faults}"),
        "option-unknown": Text(
            "选项 {option} 的值 {value} 无效；可用：{known}", "option {option} is {value}; known are {known}"
        ),
        "option-invalid": Text("选项 {option} 的值 {value} 无效：{reason}", "option {option} is {value}: {reason}"),
        "grids-not-nested": Text(
            "网格 {ids} 跨越两个以上社区；每个网格只能属于一个社区",
            "grids {ids} reach into two or more communities; a grid belongs to exactly one",
        ),
        "units-unassigned": Text("有 {count} 个规划单元未分配社区：{ids}", "{count} units have no community: {ids}"),
        "units-unknown": Text(
            "方案中有 {count} 个不存在的规划单元：{ids}", "the plan names {count} units that do not exist: {ids}"
        ),
    }


class DraftError(GisError):
    """An edit of a plan that its locks, its log or its branches do not allow."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "plan-submitted": Text(
            "方案已提交，不能修改；请先退回（reopen），或另建分支",
            "the plan is submitted and cannot be changed; reopen it first, or make a branch",
        ),
        "plan-not-submitted": Text(
            "方案没有提交，无需退回", "the plan is not submitted, so there is nothing to reopen"
        ),
        "plan-locked": Text("方案已锁定；请先解锁", "the plan is locked; unlock it first"),
        "units-locked": Text(
            "{count} 个规划单元已锁定：{ids}；请先解锁，或不要改动它们",
            "{count} units are locked: {ids}; unlock them first, or leave them out",
        ),
        "communities-locked": Text(
            "社区已锁定，不能调入或调出单元：{ids}；请先解锁",
            "communities are locked, no unit may enter or leave: {ids}; unlock them first",
        ),
        "lock-unknown": Text("方案中没有 {ids}，无法锁定", "the plan has no {ids} to lock"),
        "lock-empty": Text(
            "没有说明锁定什么；请给出规划单元、社区或整个方案",
            "nothing to lock is named; name units, communities or the plan",
        ),
        "stroke-empty": Text(
            "没有任何单元会改变社区；请选择要移动的单元", "no unit would change community; choose units to move"
        ),
        "stroke-units-unknown": Text(
            "方案中没有这 {count} 个规划单元：{ids}", "the plan has no such {count} units: {ids}"
        ),
        "nothing-to-take-back": Text("没有可撤销的修改", "there is no edit to take back"),
        "nothing-to-redo": Text("没有可重做的修改", "there is no edit to do again"),
        "version-name-taken": Text(
            "名称 {name} 已用于第 {version} 版；请换一个",
            "version {version} is named {name} already; take another name",
        ),
        "choices-unknown": Text(
            "{count} 个规划单元没有冲突，无需选择：{ids}",
            "{count} units are not in conflict, no choice is needed: {ids}",
        ),
        "merge-conflicts": Text(
            "{count} 个规划单元双方都改了，且改法不同：{ids}；请逐个选择保留我方或采用对方",
            "both sides moved {count} units, to different communities: {ids}; keep mine or take theirs for each",
        ),
        "no-common-base": Text(
            "这两个方案没有共同的来源，无法合并；可以比较差异",
            "the two plans come from no common version and cannot be merged; compare them instead",
        ),
        "merge-with-itself": Text("方案不能与自身合并", "a plan cannot be merged with itself"),
    }


class InfeasiblePlanError(GisError):
    """No plan can satisfy what was asked; the sentence says what to relax and by how much."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "unit-too-large": Text(
            "规划单元 {ids} 的户数超过上限 {maximum:g}；请拆分该单元或将上限提高到 {needed:g}",
            "units {ids} exceed the maximum of {maximum:g}; split them or raise the maximum to {needed:g}",
        ),
        "group-too-large": Text(
            "必须保持完整的 {ids} 共 {load:g}，超过上限 {maximum:g}；请允许拆分，或将上限提高到 {needed:g}",
            "{ids}, to be kept whole, hold {load:g}, above the maximum of {maximum:g}; allow a split or raise the "
            "maximum to {needed:g}",
        ),
        "group-torn": Text(
            "必须保持完整的 {ids} 不连片（例如被河流或铁路隔开），且无法通过其他单元连成一片；请允许拆分，或注明连接处",
            "{ids}, to be kept whole, are in separate parts (a barrier lies between) that no other units can join; "
            "allow a split or declare a crossing",
        ),
        "locks-conflict": Text(
            "{ids} 应保持完整，但其中的单元锁定在不同社区 {communities}；请取消其中一项要求",
            "{ids} must stay whole, but their units are locked to different communities {communities}; "
            "drop one of both",
        ),
        "lock-splits-group": Text(
            "{ids} 在锁定的社区 {communities} 内，而须与之保持完整的 {others} 在社区外；请解除锁定，或允许拆分",
            "{ids} lie in the locked community {communities}, but {others}, to be kept whole with them, lie outside; "
            "unlock it or allow a split",
        ),
        "centres-conflict": Text(
            "中心 {ids} 位于同一单元或同一个必须保持完整的区域，不能分属不同社区",
            "centres {ids} lie in one unit or in one group kept whole; they cannot have a community each",
        ),
        "centres-too-many": Text(
            "有 {count} 个中心或锁定社区，但只允许 {n} 个社区；请减少中心或增加社区数",
            "there are {count} centres or locked communities but only {n} communities; drop some or ask for more",
        ),
        "component-impossible": Text(
            "单元 {ids} 等组成一片与其他部分不相邻的区域，合计 {total:g}，无法划成每个 {minimum:g}-{maximum:g} 的社区；"
            "请注明与相邻部分的连接处（桥梁、道口），或将下限降到 {needed:g}",
            "units {ids} form a part that borders no other; its {total:g} cannot make communities of "
            "{minimum:g}-{maximum:g}; declare a crossing to a neighbour or lower the minimum to {needed:g}",
        ),
        "communities-too-many": Text(
            "要求划成 {n} 个社区，但只有 {units} 个规划单元；每个社区至少要有一个单元",
            "{n} communities are asked for, but there are only {units} units; each community needs at least one",
        ),
        "nothing-to-divide": Text("没有可划分的规划单元", "there are no units to divide"),
        "proven-impossible": Text(
            "已证明：不存在 {n} 个连片社区、每个 {minimum:g}-{maximum:g} 的划分；请放宽上下限或改变数量",
            "it is proven that no division into {n} connected communities of "
            "{minimum:g}-{maximum:g} each exists; widen "
            "the bounds or change the number",
        ),
        "search-found-none": Text(
            "在给定步数内没有找到满足全部条件的方案；最接近的一个仍有 {excess:g} 超出上下限 {minimum:g}-{maximum:g}；"
            "请放宽上下限、减少锁定或增加时间",
            "the search found no plan within all conditions; the nearest one is still {excess:g} outside "
            "{minimum:g}-{maximum:g}; widen the bounds, drop locks or give more time",
        ),
        "change-too-small": Text(
            "变动不超过 {asked:g} 时没有满足全部条件的方案；找到的方案至少要变动 {needed:g}；请放宽变动限额或上下限",
            "no plan within all conditions was found that moves at most {asked:g}; the least found moves {needed:g}; "
            "allow more change or widen the bounds",
        ),
        "count-impossible": Text(
            "总量 {total:g} 无法分成 {n} 个社区（每个 {minimum:g}-{maximum:g}）；可行的社区数为 {low}-{high}",
            "a total of {total:g} cannot make {n} communities of {minimum:g}-{maximum:g} each; {low}-{high} would fit",
        ),
    }
