"""What the plan service takes and answers, as models; see ``api.models``."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.models import Link

__all__ = [
    "Assignment",
    "BranchMerge",
    "BreachInfo",
    "CommentInfo",
    "CommentList",
    "CommentRequest",
    "CommunityChange",
    "CommunityTally",
    "Conflict",
    "Difference",
    "EditRequest",
    "EffectInfo",
    "LockRequest",
    "Locks",
    "LogLine",
    "MergePreview",
    "MergeRequest",
    "MovedUnit",
    "NameRequest",
    "PlanCreated",
    "PlanFileReport",
    "PlanInfo",
    "PlanList",
    "PlanLog",
    "PlanRequest",
    "PlanState",
    "ProjectInfo",
    "ProjectList",
    "RestoreRequest",
    "StrokeCheck",
    "StrokeRequest",
    "ViolationInfo",
]

_MOST_UNITS = 200_000
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
LongWords = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
ShortId = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]
UnitId = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class _Model(BaseModel):
    model_config = ConfigDict(populate_by_name=True)


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EditRequest(_Request):
    """Who edits, and why; the account of the operating system and the deed, where they are left out."""

    author: Words | None = Field(default=None, description="操作人，默认为系统账户 · who; the account by default")
    reason: Words | None = Field(default=None, description="原因，记入历史 · why; kept in the history")


class PlanRequest(EditRequest):
    """A plan to make."""

    name: str = Field(description="方案名称 · its name", examples=["draft_1"], max_length=200)
    source: Literal["today", "blank", "plan"] = Field(
        description="来源：现状、空白、已有方案（分支）· today's division, nothing, or a branch of a plan"
    )
    of: str | None = Field(default=None, description="分支自哪个方案 · the plan to branch off", max_length=200)
    version: int | None = Field(default=None, ge=1, description="该方案的第几版，默认最新 · its version; the newest")
    title: Words | None = Field(default=None, description="标题 · a title for readers")


class StrokeRequest(EditRequest):
    """Units that go to one community."""

    units: list[UnitId] = Field(min_length=1, max_length=_MOST_UNITS, description="规划单元 · units")
    to: ShortId | None = Field(
        description="调入的社区，新标识即新社区；null 表示不属于任何社区 · community, or null for none"
    )


class LockRequest(EditRequest):
    """What to lock, or to unlock."""

    locked: bool = Field(description="true 锁定，false 解锁 · lock or unlock")
    units: list[UnitId] = Field(default=[], max_length=_MOST_UNITS)
    communities: list[ShortId] = Field(default=[], max_length=10_000)
    plan: bool = Field(default=False, description="整个方案 · the whole plan")


class NameRequest(EditRequest):
    """A name for a version."""

    name: Words = Field(examples=["报审稿"])
    version: int | None = Field(default=None, ge=1, description="第几版，默认最新 · which; the newest by default")


class RestoreRequest(EditRequest):
    """An older version to go back to."""

    version: int = Field(ge=1)


class MergeRequest(EditRequest):
    """A branch to merge into the plan; conflicts by unit, and for the rest."""

    other: str = Field(description="并入的方案 · the plan to merge in", max_length=200)
    version: int | None = Field(default=None, ge=1, description="它的第几版，默认最新 · its version; the newest")
    choices: dict[UnitId, Literal["mine", "theirs"]] = Field(
        default={}, description="冲突单元：保留我方或采用对方 · by unit in conflict: keep mine, or take theirs"
    )
    otherwise: Literal["mine", "theirs"] | None = Field(default=None, description="其余冲突 · for all other conflicts")


class CommentRequest(_Request):
    """Something to say of a plan, pinned to a place or a unit; or an answer to a comment."""

    text: LongWords
    author: Words | None = None
    longitude: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)
    latitude: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)
    unit: UnitId | None = None
    answers: int | None = Field(default=None, ge=1, le=2**31 - 1, description="答复哪一条 · the comment it answers")
    settles: bool = Field(default=False, description="该条是否就此了结 · whether that one is settled by it")


class ProjectInfo(_Model):
    """A project that the service has."""

    id: str
    title: str
    links: list[Link]


class ProjectList(_Model):
    """The projects of the service: one."""

    projects: list[ProjectInfo]


class Locks(_Model):
    """What is locked."""

    plan: bool
    units: list[str]
    communities: list[str]


class PlanInfo(_Model):
    """A line of the list of plans."""

    name: str
    title: str
    kind: str
    version: int
    etag: str = Field(description="用于 If-Match · for If-Match")
    updated: datetime
    author: str
    reason: str
    edits: int = Field(description="自整存以来的修改次数 · edits since it was kept whole")
    links: list[Link]


class PlanList(_Model):
    """The plans of a project."""

    plans: list[PlanInfo]


class CommunityTally(_Model):
    """The numbers of one community, under the names of the scorecard; null where unknown."""

    name: str
    unit_count: int
    units_without_figure: int
    figures: dict[str, float | None]
    area_km2: float
    perimeter_m: float
    polsby_popper: float
    parts: int
    off_standard: float | None


class ViolationInfo(_Model):
    """A rule that a community breaks."""

    code: str
    community_id: str
    message: str


class PlanState(_Model):
    """A plan at one version: where it stands, and all its numbers."""

    name: str
    title: str
    version: int
    etag: str
    is_newest: bool
    submitted: bool
    locks: Locks
    can_undo: bool
    can_redo: bool
    names: dict[str, int] = Field(description="命名版本 · named versions")
    next_community_id: str = Field(description="新社区可用的标识 · an id that is free for a new community")
    communities: dict[str, CommunityTally]
    totals: dict[str, float]
    violations: list[ViolationInfo]
    links: list[Link]


class PlanCreated(_Model):
    """A plan that was made, or gone on with."""

    name: str
    version: int
    etag: str
    links: list[Link]


class Assignment(_Model):
    """Which unit belongs to which community; null for none."""

    name: str
    version: int
    assignment: dict[str, str | None]


class CommunityChange(_Model):
    """A community that a stroke touches; null where it has no units."""

    id: str
    before: CommunityTally | None
    after: CommunityTally | None


class BreachInfo(_Model):
    """What a stroke breaks, or breaks further; ``blocks``: it would be refused."""

    code: str = Field(examples=["in-parts"])
    ids: list[str]
    message: str
    blocks: bool


class EffectInfo(_Model):
    """What an edit did, or would do."""

    version: int = Field(description="修改后的版本 · the version it made")
    etag: str
    deed: str
    moved: int = Field(description="移动的单元数 · units that moved")
    communities: list[CommunityChange]
    totals: dict[str, float]
    violations: list[ViolationInfo] = Field(description="相关社区现在的违规 · rules the communities touched break now")
    breaches: list[BreachInfo]
    can_undo: bool
    can_redo: bool


class StrokeCheck(_Model):
    """What a stroke would do to a version of the plan; nothing is stored."""

    version: int = Field(description="所依据的版本 · the version it was held against")
    allowed: bool
    moved: int
    communities: list[CommunityChange]
    totals: dict[str, float]
    violations: list[ViolationInfo]
    breaches: list[BreachInfo]


class LogLine(_Model):
    """A line of the log: one edit, or a version kept whole."""

    version: int
    deed: str
    target: int | None = Field(description="撤销或重做的版本 · the version taken back or done again")
    units: int
    author: str
    reason: str
    time: datetime
    details: dict[str, Any]


class PlanLog(_Model):
    """The log of a plan, oldest first."""

    name: str
    log: list[LogLine]
    links: list[Link]


class MovedUnit(_Model):
    """A unit whose community differs."""

    unit: str
    before: str | None
    after: str | None


class Difference(_Model):
    """The units that two plans give to different communities."""

    one: str
    one_version: int
    two: str
    two_version: int
    count: int
    units: list[MovedUnit]


class Conflict(_Model):
    """A unit that both sides moved, to different communities, and who moved it last on each side."""

    unit: str
    base: str | None
    mine: str | None
    theirs: str | None
    mine_author: str | None
    theirs_author: str | None
    choice: Literal["mine", "theirs"] | None


class MergePreview(_Model):
    """What a merge would do; nothing is stored."""

    base: str
    base_version: int
    theirs: str
    theirs_version: int
    taken: list[str] = Field(description="将采用对方的单元 · units that would go as they have it")
    conflicts: list[Conflict]
    renamed: dict[str, str] = Field(description="对方新社区换用的标识 · new ids of their new communities")


class BranchMerge(_Model):
    """A merge that was made."""

    preview: MergePreview
    effect: EffectInfo


class CommentInfo(_Model):
    """A comment, and the version of the plan that it was made of."""

    id: int
    version: int
    time: datetime
    author: str
    text: str
    longitude: float | None
    latitude: float | None
    unit: str | None
    answers: int | None
    settles: bool


class CommentList(_Model):
    """The comments on a plan, oldest first."""

    comments: list[CommentInfo]


class PlanFileReport(_Model):
    """How a file was understood; ``created`` is null where it was only looked at."""

    read_as: Literal["table", "polygons"]
    rows: int
    assigned: int
    communities: int
    unit_column: str | None
    community_column: str | None
    unknown_units: list[str]
    repeated_units: list[str]
    without_row: list[str]
    straddling: list[str]
    ties: list[str]
    notes: list[str]
    created: PlanCreated | None
