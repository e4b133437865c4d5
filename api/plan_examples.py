"""What the plan service answers, by example; see ``api.examples``."""

from collections.abc import Mapping
from typing import Any

__all__ = ["PLAN_EXAMPLES"]

_PLANS = "http://127.0.0.1:8000/projects/town/plans"
_LINKS = [
    {"href": f"{_PLANS}/draft_1", "rel": "self", "type": "application/json"},
    {"href": f"{_PLANS}/draft_1/assignment", "rel": "assignment", "type": "application/json"},
    {"href": f"{_PLANS}/draft_1/log", "rel": "version-history", "type": "application/json"},
    {"href": f"{_PLANS}/draft_1/comments", "rel": "comments", "type": "application/json"},
]
_TAG = '"7-9f2c1a7d5e3b"'
_TALLY = {
    "name": "东街社区",
    "unit_count": 41,
    "units_without_figure": 1,
    "figures": {"households": 2954.0, "resident_population": 8222.0},
    "area_km2": 0.412,
    "perimeter_m": 3120.5,
    "polsby_popper": 0.53,
    "parts": 1,
    "off_standard": 0.0,
}
_GROWN = {
    **_TALLY,
    "unit_count": 43,
    "figures": {"households": 3110.0, "resident_population": 8610.0},
    "off_standard": 110.0,
}
_TOTALS = {"n_communities": 14.0, "in_parts": 0.0, "cut_edges": 412.0, "units_unassigned": 0.0, "out_of_standard": 3.0}
_VIOLATION = {
    "code": "above_standard",
    "community_id": "411399100001",
    "message": "东街社区 超过城市居民委员会组织法（2025 年修订）上限 110",
}
_BREACH = {"code": "above-standard", "ids": ["411399100001"], "message": _VIOLATION["message"], "blocks": False}
_CHANGE = {"id": "411399100001", "before": _TALLY, "after": _GROWN}
_CREATED = {"name": "draft_1", "version": 7, "etag": _TAG, "links": _LINKS}
_EFFECT = {
    "version": 7,
    "etag": _TAG,
    "deed": "stroke",
    "moved": 2,
    "communities": [_CHANGE],
    "totals": _TOTALS,
    "violations": [_VIOLATION],
    "breaches": [_BREACH],
    "can_undo": True,
    "can_redo": False,
}
_COMMENT = {
    "id": 3,
    "version": 7,
    "time": "2026-03-02T08:21:00+00:00",
    "author": "李工",
    "text": "沿河一侧应归西街社区",
    "longitude": 114.0213,
    "latitude": 33.0187,
    "unit": "u0412",
    "answers": None,
    "settles": False,
}
_MERGE = {
    "base": "draft_1",
    "base_version": 3,
    "theirs": "draft_1_li",
    "theirs_version": 5,
    "taken": ["u0412"],
    "conflicts": [
        {
            "unit": "u0377",
            "base": "411399100001",
            "mine": "411399100002",
            "theirs": "c01",
            "mine_author": "王工",
            "theirs_author": "李工",
            "choice": "mine",
        }
    ],
    "renamed": {},
}

# By the name of the model.
PLAN_EXAMPLES: Mapping[str, Any] = {
    "ProjectList": {
        "projects": [
            {
                "id": "town",
                "title": "汝川县城关镇",
                "links": [{"href": _PLANS, "rel": "plans", "type": "application/json"}],
            }
        ]
    },
    "PlanList": {
        "plans": [
            {
                "name": "draft_1",
                "title": "自现状起草",
                "kind": "communities",
                "version": 7,
                "etag": _TAG,
                "updated": "2026-03-02T08:20:00+00:00",
                "author": "王工",
                "reason": "河西三个楼院划入",
                "edits": 6,
                "links": _LINKS,
            }
        ]
    },
    "PlanCreated": _CREATED,
    "PlanState": {
        "name": "draft_1",
        "title": "自现状起草",
        "version": 7,
        "etag": _TAG,
        "is_newest": True,
        "submitted": False,
        "locks": {"plan": False, "units": [], "communities": ["411399100003"]},
        "can_undo": True,
        "can_redo": False,
        "names": {"初稿": 4},
        "next_community_id": "c01",
        "communities": {"411399100001": _GROWN},
        "totals": _TOTALS,
        "violations": [_VIOLATION],
        "links": _LINKS,
    },
    "Assignment": {"name": "draft_1", "version": 7, "assignment": {"u0411": "411399100001", "u0412": None}},
    "EffectInfo": _EFFECT,
    "StrokeCheck": {
        "version": 6,
        "allowed": True,
        "moved": 2,
        "communities": [_CHANGE],
        "totals": _TOTALS,
        "violations": [_VIOLATION],
        "breaches": [_BREACH],
    },
    "PlanLog": {
        "name": "draft_1",
        "log": [
            {
                "version": 7,
                "deed": "stroke",
                "target": None,
                "units": 2,
                "author": "王工",
                "reason": "河西三个楼院划入",
                "time": "2026-03-02T08:20:00+00:00",
                "details": {},
            }
        ],
        "links": _LINKS,
    },
    "Difference": {
        "one": "draft_1",
        "one_version": 7,
        "two": "alternative_1",
        "two_version": 1,
        "count": 1,
        "units": [{"unit": "u0412", "before": "411399100001", "after": "c01"}],
    },
    "MergePreview": _MERGE,
    "BranchMerge": {"preview": _MERGE, "effect": {**_EFFECT, "deed": "merge"}},
    "CommentInfo": _COMMENT,
    "CommentList": {"comments": [_COMMENT]},
    "PlanFileReport": {
        "read_as": "table",
        "rows": 522,
        "assigned": 519,
        "communities": 14,
        "unit_column": "规划单元",
        "community_column": "社区",
        "unknown_units": ["u9999"],
        "repeated_units": ["u0377"],
        "without_row": ["u0012", "u0013"],
        "straddling": [],
        "ties": [],
        "notes": ["按 UTF-8 读取"],
        "created": _CREATED,
    },
}
