"""Two plans beside each other: differences, and merges."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.deps import LangDep, ServiceDep
from api.plan_models import BranchMerge, Conflict, Difference, MergePreview, MergeRequest, MovedUnit
from api.quoting import quoted
from api.routers.plan_parts import CHANGED, MISSING, ROOT, NewestDep, PlanName, PlanProjectDep, author_of, effect_told
from api.workflow.drafts.branching import Merging, diff_of, merge_branch, preview_merge

__all__ = ["router"]

router = APIRouter(prefix=ROOT)
OtherName = Annotated[str, Query(description="另一方案 · the other plan", examples=["draft_2"])]
OtherVersion = Annotated[int | None, Query(ge=1, description="它的第几版，默认最新 · its version; the newest")]


@router.get("/{name}/diff", summary="比较差异 · Differences", responses=MISSING)
def diff(
    project: PlanProjectDep,
    name: PlanName,
    other: OtherName,
    version: Annotated[int | None, Query(ge=1, description="第几版，默认最新 · which version; the newest")] = None,
    other_version: OtherVersion = None,
) -> Difference:
    """两个方案（或同一方案的两版）归属不同的单元 · the units that two plans, or two versions, place differently."""
    one, two, table = diff_of(project, quoted(name), quoted(other), version=version, other_version=other_version)
    units = [
        MovedUnit(unit=str(unit), before=row["before"], after=row["after"])
        for unit, row in table.to_dict("index").items()
    ]
    return Difference(
        one=one.name, one_version=one.number, two=two.name, two_version=two.number, count=len(units), units=units
    )


@router.get("/{name}/merge", summary="合并预览 · Preview a merge", responses=MISSING)
def preview(
    service: ServiceDep, project: PlanProjectDep, name: PlanName, other: OtherName, other_version: OtherVersion = None
) -> MergePreview:
    """三方合并会怎样，冲突逐单元列出，注明双方操作人；不保存 · conflicts unit by unit, with whose; not stored."""
    opened = service.desk.open(project, quoted(name))
    return _preview_told(preview_merge(project, opened, quoted(other), other_version=other_version))


@router.post("/{name}/merge", summary="合并分支 · Merge a branch", status_code=201, responses=CHANGED)
def merge(
    response: Response,
    service: ServiceDep,
    project: PlanProjectDep,
    lang: LangDep,
    seen: NewestDep,
    asked: MergeRequest,
) -> BranchMerge:
    """把另一方案并入；冲突须逐个或一并选择 · merge another plan in; every conflict needs a choice."""
    done, worked = merge_branch(
        service.desk,
        project,
        seen.name,
        quoted(asked.other),
        author=author_of(asked, seen, deed="merge"),
        other_version=asked.version,
        choices=asked.choices,
        otherwise=asked.otherwise,
    )
    told = effect_told(done, deed="merge" if done.effect else "settle", lang=lang)
    response.headers["ETag"] = told.etag
    return BranchMerge(preview=_preview_told(worked), effect=told)


def _preview_told(worked: Merging) -> MergePreview:
    merge = worked.merge
    return MergePreview(
        base=worked.base[0],
        base_version=worked.base[1],
        theirs=worked.theirs.name,
        theirs_version=worked.theirs.number,
        taken=list(merge.taken),
        conflicts=[
            Conflict(
                unit=str(unit),
                base=row["base"],
                mine=row["mine"],
                theirs=row["theirs"],
                mine_author=worked.authors[str(unit)][0],
                theirs_author=worked.authors[str(unit)][1],
                choice=row["choice"],
            )
            for unit, row in merge.conflicts.to_dict("index").items()
        ],
        renamed=dict(merge.renamed),
    )
