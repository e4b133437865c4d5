"""A town of hand-made squares, small enough to count on one's fingers, as a project with findings and plans.

  y
200 +----+----+----+----+
    | u5 | u6 | u7 | u8 |     communities: West = u1 u2 u5 u6, East = u3 u4 u7 u8
100 +----+----+----+----+     each unit 100 m x 100 m, 400 households, 1,000 people
    | u1 | u2 | u3 | u4 |
  0 +----+----+----+----+
    0   100  200  300  400  x
"""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from api.workflow.common import FINDINGS
from boundaries import Plan, score_plan
from gis.i18n import Text
from gis.project import Project

CRS = "EPSG:4547"
EAST, NORTH = 500_000.0, 3_700_000.0
EVIL = "<script>alert('x')</script>"


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Give a box in metres from the town's south-western corner."""
    return shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)


def units() -> gpd.GeoDataFrame:
    """Eight units of 400 households."""
    shapes = [box(100 * x, 100 * y, 100 * x + 100, 100 * y + 100) for y in range(2) for x in range(4)]
    ids = pd.Index([f"u{number}" for number in range(1, 9)], name="id", dtype="str")
    return gpd.GeoDataFrame(
        {"households": [400.0] * 8, "resident_population": [1000.0] * 7 + [float("nan")]},
        geometry=shapes,
        index=ids,
        crs=CRS,
    )


def communities() -> gpd.GeoDataFrame:
    """Two communities that overlap by 10 m x 200 m; one bears a name that would do harm if it were not escaped."""
    return gpd.GeoDataFrame(
        {"name": [f"西街{EVIL}", "东街社区"], "households": [1600.0, 1600.0], "备注": [None, "老城区"]},
        geometry=[box(0, 0, 210, 200), box(200, 0, 400, 200)],
        index=pd.Index(["西/街", "东街"], name="id", dtype="str"),
        crs=CRS,
    )


def findings() -> gpd.GeoDataFrame:
    """The overlap of the two communities, as an audit would tell it."""
    return gpd.GeoDataFrame(
        {
            "kind": ["overlap"],
            "severity": ["high"],
            "layer": ["communities"],
            "ids": [("东街", "西/街")],
            "other_layer": [""],
            "other_ids": [()],
            "area_m2": [2000.0],
            "width_m": [10.0],
            "sliver": [False],
            "households": [80.0],
            "resident_population": [200.0],
            "people_basis": ["units"],
            "message": [f"东街社区与西街{EVIL}重叠 2,000 ㎡，涉及 80 户"],
            "message_en": [f"东街社区 and 西街{EVIL} overlap by 2,000 m², 80 households"],
        },
        geometry=[box(200, 0, 210, 200)],
        index=pd.Index(["f1"], name="id", dtype="str"),
        crs=CRS,
    )


def make_project(folder: Path) -> Project:
    """Make a project that has nothing yet."""
    return Project.create(folder, name="四方镇 & 街道", crs=CRS)


def fill(project: Project) -> None:
    """Put the layers, an audit and two plans into a project."""
    save = {"author": "planner", "reason": "import"}
    project.store.save_layer("communities", communities(), kind="communities", **save)
    project.store.save_layer("units", units(), kind="units", **save)
    project.store.save_findings(FINDINGS, findings(), author="planner", reason="audit")
    save_plan(project, "alternative_1", {"a": ["u1", "u2", "u5", "u6"], "b": ["u3", "u4", "u7", "u8"]})
    save_plan(project, "alternative_2", {"a": ["u1", "u2", "u3", "u4"], "b": ["u5", "u6", "u7", "u8"]})


def save_plan(project: Project, name: str, members: dict[str, list[str]]) -> None:
    """Store a plan with its scorecard, as a search would."""
    pairs = {unit: community for community, ids in members.items() for unit in ids}
    index = pd.Index(list(pairs), name="id", dtype="str")
    assignment = pd.Series(list(pairs.values()), index=index, dtype="str", name="community_id")
    title = Text(f"方案{name[-1]}{EVIL}", f"plan {name[-1]}{EVIL}")
    plan = Plan(assignment, title, {"balance": "households", "seed": 0})
    document = {
        "title": {"zh": title.zh, "en": title.en},
        "provenance": dict(plan.provenance),
        "scorecard": score_plan(plan, units()).to_dict(),
    }
    project.store.save_plan(name, assignment, document=document, author="planner", reason="propose")
