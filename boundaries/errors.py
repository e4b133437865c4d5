"""Errors of the subject floor, children of ``GisError``: calls that cannot be answered (bad data are findings instead).

|-- StandardError          a standard profile that does not exist or contradicts itself
|-- PlanError              an assignment that is no plan of these units
`-- InfeasiblePlanError    no plan can satisfy what was asked; says what to relax
"""

from collections.abc import Mapping
from typing import ClassVar

from gis.errors import GisError
from gis.i18n import Text

__all__ = ["InfeasiblePlanError", "PlanError", "StandardError"]


class StandardError(GisError):
    """A standard profile that does not exist or contradicts itself."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "standard-unknown": Text(
            "不认识的标准 {standard};可用:{known}", "unknown standard {standard}; known are {known}"
        ),
    }


class PlanError(GisError):
    """An assignment that is no plan of these units, or settings that no search can read."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "column-not-counted": Text(
            "规划单元没有可用于均衡的列 {column};现有:{found}",
            "units have no column {column} to balance; they have {found}",
        ),
        "units-unassigned": Text("有 {count} 个规划单元未分配社区:{ids}", "{count} units have no community: {ids}"),
        "units-unknown": Text(
            "方案中有 {count} 个不存在的规划单元:{ids}", "the plan names {count} units that do not exist: {ids}"
        ),
    }


class InfeasiblePlanError(GisError):
    """No plan can satisfy what was asked; the sentence says what to relax and by how much."""

    sentences: ClassVar[Mapping[str, Text]] = {
        "unit-too-large": Text(
            "规划单元 {ids} 的户数超过上限 {maximum:g};请拆分该单元或将上限提高到 {needed:g}",
            "units {ids} exceed the maximum of {maximum:g}; split them or raise the maximum to {needed:g}",
        ),
        "count-impossible": Text(
            "总量 {total:g} 无法分成 {n} 个社区(每个 {minimum:g}-{maximum:g});可行的社区数为 {low}-{high}",
            "a total of {total:g} cannot make {n} communities of {minimum:g}-{maximum:g} each; {low}-{high} would fit",
        ),
    }
