"""Comments on a plan, pinned to a place or a unit; they make no version, so that they stand in nobody's way."""

from fastapi import APIRouter

from api.errors import UsageError
from api.plan_models import CommentInfo, CommentList, CommentRequest
from api.quoting import quoted
from api.routers.plan_parts import CHANGED, MISSING, ROOT, PlanName, PlanProjectDep
from api.workflow.common import author as account
from gis.store import Comment, add_comment, read_comments

__all__ = ["router"]

router = APIRouter(prefix=ROOT)


@router.get("/{name}/comments", summary="意见 · List comments", responses={404: MISSING[404]})
def comments(project: PlanProjectDep, name: PlanName) -> CommentList:
    """对方案的意见，最早的在前 · what was said of the plan, oldest first."""
    return CommentList(comments=[_told(comment) for comment in read_comments(project.store, quoted(name))])


@router.post(
    "/{name}/comments",
    summary="提意见 · Comment",
    status_code=201,
    responses={status: CHANGED[status] for status in (403, 404, 422)},
)
def comment(project: PlanProjectDep, name: PlanName, asked: CommentRequest) -> CommentInfo:
    """钉在一处或一个单元上，也可答复、了结他人的意见 · at a place or a unit, or an answer that may settle another."""
    if (asked.longitude is None) != (asked.latitude is None):
        raise UsageError("comment-half-a-place")
    lonlat = None if asked.longitude is None or asked.latitude is None else (asked.longitude, asked.latitude)
    made = add_comment(
        project.store,
        quoted(name),
        asked.text,
        author=asked.author or account(),
        lonlat=lonlat,
        unit=asked.unit,
        answers=asked.answers,
        settles=asked.settles,
    )
    return _told(made)


def _told(comment: Comment) -> CommentInfo:
    longitude, latitude = comment.lonlat or (None, None)
    return CommentInfo(
        id=comment.id,
        version=comment.number,
        time=comment.created_at,
        author=comment.author,
        text=comment.text,
        longitude=longitude,
        latitude=latitude,
        unit=comment.unit,
        answers=comment.answers,
        settles=comment.settles,
    )
