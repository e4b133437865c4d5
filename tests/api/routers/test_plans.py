"""Plans over HTTP: made, drawn, taken back, locked, branched, merged; the same on a GeoPackage file and on PostGIS."""

import secrets
from concurrent.futures import ThreadPoolExecutor

import httpx2 as httpx
import numpy as np
import pandas as pd
import pytest

from api.workflow.common import plan_from
from boundaries import score_plan
from gis.project import Project
from gis.store import Entity, verify_store
from tests.api import squares
from tests.api.conftest import client_of
from tests.api.serving import serving


@pytest.fixture(params=["geopackage", "postgis"])
def folder(request, tmp_path):
    """A project with layers and two proposals, on each backend in turn."""
    database = None
    if request.param == "postgis":
        database = f"{request.getfixturevalue('postgis_url')}&schema=plans_{secrets.token_hex(4)}"
    place = tmp_path / "town"
    with Project.create(place, name="四方镇", crs=squares.CRS, database=database) as project:
        squares.fill(project)
    return place


class Planner:
    """A client that remembers the ETag of the plan that it draws."""

    base = "/projects/town/plans"

    def __init__(self, client, name="draft"):
        self.client, self.name, self.tag = client, name, None

    def make(self, source="today", **asked):
        answer = self.client.post(self.base, json={"name": self.name, "source": source, **asked})
        self.tag = answer.headers.get("etag")
        return answer

    def look(self):
        answer = self.client.get(f"{self.base}/{self.name}")
        self.tag = answer.headers["etag"]
        return answer.json()

    def post(self, deed, *, tag=None, **asked):
        headers = {"If-Match": tag or self.tag}
        answer = self.client.post(f"{self.base}/{self.name}/{deed}", json=asked, headers=headers)
        if answer.status_code == 201:
            self.tag = answer.headers["etag"]
        return answer

    def stroke(self, units, to, **asked):
        return self.post("strokes", units=units, to=to, **asked)

    def labels(self, **query):
        answer = self.client.get(f"{self.base}/{self.name}/assignment", params=query)
        return answer.json()["assignment"]

    def log(self):
        return [
            (line["version"], line["deed"]) for line in self.client.get(f"{self.base}/{self.name}/log").json()["log"]
        ]


@pytest.fixture
def client(folder):
    with client_of(folder, lang="en") as client:
        yield client


@pytest.fixture
def planner(client):
    made = Planner(client)
    assert made.make().status_code == 201
    return made


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


WEST, EAST = "西/街", "东街"


def test_the_project_and_its_plans_are_listed(client, planner):
    (project,) = client.get("/projects").json()["projects"]
    assert (project["id"], project["title"]) == ("town", "四方镇")
    plans = client.get(planner.base).json()["plans"]
    assert [plan["name"] for plan in plans] == ["alternative_1", "alternative_2", "draft"]
    assert code(client.get("/projects/village/plans")) == (404, "project-unknown")


def test_a_plan_begins_from_today_from_nothing_or_from_a_plan(client):
    today, blank, branch = Planner(client, "a"), Planner(client, "b"), Planner(client, "c")
    assert today.make().status_code == 201
    assert today.labels() == {f"u{n}": WEST if n in {1, 2, 5, 6} else EAST for n in range(1, 9)}
    assert blank.make("blank").status_code == 201
    assert set(blank.labels().values()) == {None}
    assert blank.look()["totals"]["units_unassigned"] == 8
    assert branch.make("plan", of="alternative_1").status_code == 201
    assert set(branch.labels().values()) == {"a", "b"}
    assert code(Planner(client, "a").make()) == (409, "plan-exists")
    assert code(Planner(client, "d").make("plan")) == (422, "source-plan-needed")
    assert code(Planner(client, "d").make("plan", of="nowhere")) == (404, "item-not-found")
    assert code(Planner(client, "plan_x").make()) == (422, "name-reserved")


def test_a_stroke_answers_with_what_it_changed(planner, folder):
    told = planner.stroke(["u3", "u7"], WEST, author="李工", reason="河西").json()
    assert (told["version"], told["deed"], told["moved"]) == (2, "stroke", 2)
    assert [change["id"] for change in told["communities"]] == sorted([WEST, EAST])
    west = next(change for change in told["communities"] if change["id"] == WEST)
    assert (west["before"]["figures"]["households"], west["after"]["figures"]["households"]) == (1600, 2400)
    assert told["violations"] == [
        {"code": "below_standard", "community_id": EAST, "message": told["violations"][0]["message"]}
    ]
    assert [breach["code"] for breach in told["breaches"]] == ["below-standard"]
    line = planner.client.get(f"{planner.base}/draft/log", params={"after": 1}).json()["log"][0]
    assert (line["author"], line["reason"], line["units"]) == ("李工", "河西", 2)
    with Project.open(folder) as project:
        assignment, document, _ = project.store.load_plan("draft")
        card = score_plan(plan_from(assignment, document), squares.units(), current=None)
        state = planner.look()
        for key in ("n_communities", "cut_edges", "internal_perimeter_m", "max_deviation", "out_of_standard"):
            assert state["totals"][key] == pytest.approx(card.totals[key])
        assert verify_store(project.store) > 0


def test_every_edit_names_the_version_that_it_builds_on(planner):
    first = planner.tag
    path = f"{planner.base}/draft/strokes"
    body = {"units": ["u3"], "to": WEST}
    assert code(planner.client.post(path, json=body)) == (428, "if-match-missing")
    assert code(planner.client.post(path, json=body, headers={"If-Match": "*"})) == (428, "if-match-missing")
    assert planner.stroke(["u3"], WEST).status_code == 201
    stale = planner.post("strokes", tag=first, units=["u7"], to=WEST)
    assert code(stale) == (412, "if-match-unknown")
    assert code(planner.client.delete(f"{planner.base}/draft", headers={"If-Match": first})) == (
        412,
        "if-match-unknown",
    )
    assert planner.labels()["u7"] == EAST
    assert planner.log() == [(1, "save"), (2, "stroke")]


def test_undo_and_redo_survive_a_restart(planner, folder):
    planner.stroke(["u3"], WEST)
    planner.stroke(["u7"], WEST)
    assert planner.post("undo").json()["can_redo"]
    assert planner.labels()["u7"] == EAST
    with client_of(folder, lang="en") as again:
        later = Planner(again)
        assert later.look()["can_redo"]
        assert later.post("undo").status_code == 201
        assert later.labels()["u3"] == EAST
        assert code(later.post("undo")) == (409, "nothing-to-take-back")
        assert later.post("redo").status_code == 201
        assert later.post("redo").status_code == 201
        assert (later.labels()["u3"], later.labels()["u7"]) == (WEST, WEST)
        assert code(later.post("redo")) == (409, "nothing-to-redo")
        later.post("undo")
        later.stroke(["u4"], WEST)
        assert not later.look()["can_redo"]


def test_locks_are_held_by_the_service(planner):
    assert planner.post("locks", locked=True, units=["u3"], communities=[EAST]).status_code == 201
    assert planner.look()["locks"] == {"plan": False, "units": ["u3"], "communities": [EAST]}
    assert code(planner.stroke(["u3"], "c01")) == (409, "units-locked")
    assert code(planner.stroke(["u4"], "c01")) == (409, "communities-locked")
    assert code(planner.stroke(["u1"], EAST)) == (409, "communities-locked")
    assert planner.stroke(["u1"], "c01").status_code == 201
    planner.post("locks", locked=False, units=["u3"], communities=[EAST])
    assert planner.stroke(["u3"], "c01").status_code == 201
    planner.post("locks", locked=True, plan=True)
    assert code(planner.stroke(["u4"], "c01")) == (409, "plan-locked")
    assert code(planner.post("undo")) == (409, "plan-locked")
    assert code(planner.post("locks", locked=True)) == (422, "lock-empty")
    assert code(planner.post("locks", locked=True, units=["x"])) == (422, "lock-unknown")


def test_a_submitted_plan_is_frozen_until_it_is_reopened(planner):
    planner.stroke(["u3"], WEST)
    assert planner.post("submit").status_code == 201
    for deed, asked in (
        ("strokes", {"units": ["u4"], "to": WEST}),
        ("undo", {}),
        ("restore", {"version": 1}),
        ("locks", {"locked": True, "plan": True}),
        ("submit", {}),
    ):
        assert code(planner.post(deed, **asked)) == (409, "plan-submitted"), deed
    delete = planner.client.delete(f"{planner.base}/draft", headers={"If-Match": planner.tag})
    assert code(delete) == (409, "plan-submitted")
    assert Planner(planner.client, "next").make("plan", of="draft").status_code == 201
    assert planner.post("reopen").status_code == 201
    assert code(planner.post("reopen")) == (409, "plan-not-submitted")
    assert planner.stroke(["u4"], WEST).status_code == 201


def test_a_check_tells_what_a_stroke_would_break_and_stores_nothing(planner):
    body = {"units": ["u2", "u6"], "to": "c01"}
    told = planner.client.post(f"{planner.base}/draft/check", json={"units": ["u4"], "to": WEST}).json()
    assert {breach["code"] for breach in told["breaches"]} == {"in-parts"}
    assert told["allowed"]
    planner.post("locks", locked=True, units=["u2"])
    told = planner.client.post(f"{planner.base}/draft/check", json=body).json()
    assert not told["allowed"]
    assert ("units-locked", True) in {(breach["code"], breach["blocks"]) for breach in told["breaches"]}
    assert planner.labels()["u2"] == WEST
    assert planner.log()[-1] == (2, "lock")


def test_versions_are_named_looked_at_and_gone_back_to(planner):
    planner.stroke(["u3"], WEST)
    assert planner.post("names", name="初稿").status_code == 201
    assert code(planner.post("names", name="初稿")) == (409, "version-name-taken")
    planner.stroke(["u4", "u7", "u8"], WEST)
    assert planner.look()["names"] == {"初稿": 2}
    assert planner.labels(version=2)["u4"] == EAST
    old = planner.client.get(f"{planner.base}/draft", params={"version": 2}).json()
    assert (old["version"], old["is_newest"]) == (2, False)
    assert planner.post("restore", version=2).json()["moved"] == 3
    assert planner.labels() == planner.labels(version=2)
    planner.post("undo")
    assert planner.labels()["u4"] == WEST
    assert code(planner.post("restore", version=99)) == (404, "version-not-found")
    assert code(planner.post("restore", version=10**30)) == (404, "version-not-found")
    assert planner.client.get(f"{planner.base}/draft/log", params={"after": 10**30}).json()["log"] == []


def test_a_branch_comes_back_and_conflicts_are_told_with_whose(planner):
    mine, theirs = planner, Planner(planner.client, "branch")
    theirs.make("plan", of="draft")
    mine.stroke(["u3"], "c01", author="王工")
    theirs.stroke(["u3", "u4"], "c02", author="李工")
    preview = mine.client.get(f"{mine.base}/draft/merge", params={"other": "branch"}).json()
    assert (preview["base"], preview["base_version"], preview["taken"]) == ("draft", 1, ["u4"])
    (conflict,) = preview["conflicts"]
    assert {key: conflict[key] for key in ("unit", "base", "mine", "theirs", "mine_author", "theirs_author")} == {
        "unit": "u3",
        "base": EAST,
        "mine": "c01",
        "theirs": "c02",
        "mine_author": "王工",
        "theirs_author": "李工",
    }
    assert code(mine.post("merge", other="branch")) == (409, "merge-conflicts")
    assert code(mine.post("merge", other="branch", choices={"u8": "mine"})) == (422, "choices-unknown")
    assert mine.post("merge", other="branch", choices={"u3": "theirs"}).json()["effect"]["moved"] == 2
    assert (mine.labels()["u3"], mine.labels()["u4"]) == ("c02", "c02")
    assert mine.client.get(f"{mine.base}/draft/diff", params={"other": "branch"}).json()["count"] == 0
    theirs.stroke(["u8"], "c02")
    assert mine.post("merge", other="branch").json()["preview"]["base"] == "branch"
    assert mine.labels()["u8"] == "c02"
    again = mine.post("merge", other="branch").json()["effect"]
    assert (again["deed"], again["moved"]) == ("settle", 0)
    mine.post("undo")
    assert mine.labels()["u8"] == EAST
    assert code(mine.post("merge", other="draft")) == (409, "merge-with-itself")
    assert code(mine.post("merge", other="alternative_1")) == (409, "no-common-base")


def test_comments_are_pinned_and_stand_in_nobodys_way(planner):
    path = f"{planner.base}/draft/comments"
    made = planner.client.post(path, json={"text": "这里不妥", "longitude": 114.0, "latitude": 33.4, "unit": "u3"})
    assert made.status_code == 201
    assert planner.stroke(["u3"], WEST).status_code == 201
    answer = {"text": "已改", "answers": made.json()["id"], "settles": True}
    assert planner.client.post(path, json=answer).status_code == 201
    told = planner.client.get(path).json()["comments"]
    assert [(one["version"], one["unit"], one["settles"]) for one in told] == [(1, "u3", False), (2, None, True)]
    assert code(planner.client.post(path, json={"text": "x", "longitude": 1.0})) == (422, "comment-half-a-place")
    assert code(planner.client.post(path, json={"text": "x", "unit": "no"})) == (422, "units-not-in-plan")
    assert code(planner.client.post(path, json={"text": "x", "answers": 99})) == (404, "comment-not-found")
    assert code(planner.client.post(path, json={"text": " "})) == (400, "body-invalid")


def test_a_deletion_is_a_version(planner, folder):
    done = planner.client.delete(f"{planner.base}/draft", headers={"If-Match": planner.tag})
    assert (done.status_code, done.json()["version"]) == (200, 2)
    assert code(planner.client.get(f"{planner.base}/draft")) == (404, "item-deleted")
    with Project.open(folder) as project:
        assert [version.deleted for version in project.store.history("draft", entity=Entity.PLAN)] == [False, True]
    assert planner.make("blank").json()["version"] == 3


def test_a_table_makes_a_plan_and_is_accounted_for(client):
    cells = [
        "单元编号 备注 社区名称",
        "u1 x 甲",
        "u2 - 甲",
        "u3 - 乙",
        "u3 - 甲",
        "u9 - 乙",
        "u4 -",
        "u5 - 乙",
        "u5 - 乙",
    ]
    rows = [",".join(f"{row} ".split(" ")[:3]) for row in cells]
    body = "\n".join(rows).encode("gb18030")

    def send(content=body, **query):
        path = "/projects/town/plans/files"
        asked = {"name": "filed", "filename": "方案.csv", **query}
        return client.post(path, params=asked, content=content, headers={"Content-Type": "application/octet-stream"})

    looked = send(dry_run=True)
    assert (looked.status_code, looked.json()["created"]) == (201, None)
    assert code(client.get("/projects/town/plans/filed")) == (404, "item-not-found")
    told = send().json()
    assert (told["read_as"], told["unit_column"], told["community_column"]) == ("table", "单元编号", "社区名称")
    assert (told["rows"], told["assigned"], told["communities"]) == (8, 3, 2)
    assert (told["unknown_units"], told["repeated_units"]) == (["u9"], ["u3"])
    assert told["without_row"] == ["u4", "u6", "u7", "u8"]
    labels = Planner(client, "filed").labels()
    assert labels == {"u1": "甲", "u2": "甲", "u3": None, "u4": None, "u5": "乙", "u6": None, "u7": None, "u8": None}
    assert code(send()) == (409, "plan-exists")
    assert code(send(b"a,b,c\n1,2,3\n", name="x")) == (422, "file-column-unclear")
    assert code(send(b"unit_id,community\n1,2\n", name="x")) == (422, "units-not-in-file")
    assert code(send(name="x", community_column="无")) == (422, "file-column-unclear")


def test_drawn_polygons_make_a_plan(client):
    drawn = squares.communities()[["name", "geometry"]]
    body = drawn.to_crs("EPSG:4326").reset_index().to_json().encode()
    path = "/projects/town/plans/files"
    query = {"name": "drawn", "filename": "drawn.geojson"}
    answer = client.post(path, params=query, content=body, headers={"Content-Type": "application/octet-stream"})
    told = answer.json()
    assert (answer.status_code, told["read_as"], told["assigned"]) == (201, "polygons", 8)
    assert told["straddling"] == ["u3", "u7"]
    labels = Planner(client, "drawn").labels()
    assert {labels[f"u{n}"] for n in (1, 2, 5, 6)}.isdisjoint({labels[f"u{n}"] for n in (3, 4, 7, 8)})


def test_what_is_sent_wrong_is_told(planner):
    assert code(planner.stroke(["u99"], WEST)) == (422, "stroke-units-unknown")
    assert code(planner.stroke(["u1"], WEST)) == (422, "stroke-empty")
    assert code(planner.stroke([], WEST)) == (400, "body-invalid")
    assert code(planner.stroke(["u1"], "a\nb")) == (400, "body-invalid")
    assert code(planner.stroke(["u1"], EAST, surprise=1)) == (400, "body-invalid")
    zh = planner.client.post(
        f"{planner.base}/draft/strokes?lang=zh", json={"units": ["u1"], "to": WEST}, headers={"If-Match": planner.tag}
    )
    assert zh.json()["detail"] == "没有任何单元会改变社区；请选择要移动的单元"


def test_an_edited_plan_is_drawn_and_listed_as_it_is_now(planner):
    proposal = Planner(planner.client, "alternative_1")
    proposal.look()
    assert proposal.stroke(["u1"], None).status_code == 201
    assert proposal.stroke(["u2"], "新社区").status_code == 201
    communities = planner.client.get("/collections/plan_alternative_1/items").json()["features"]
    assert sorted(feature["properties"]["unit_count"] for feature in communities) == [1, 2, 4]
    assert planner.client.get("/maps/plans/alternative_1").status_code == 200
    blank = Planner(planner.client, "blank")
    blank.make("blank")
    assert planner.client.get("/collections/plan_blank/items").json()["features"] == []
    assert planner.client.get("/maps/plans/blank").status_code == 200


def test_writers_lose_nothing_and_readers_see_whole_plans(folder):
    """Four writers who try again when they were too late, and four readers, over real connections."""
    each, failures = 6, []

    def write(base, writer):
        with httpx.Client(base_url=base, timeout=60) as client:
            mine, done = Planner(client), 0
            while done < each:
                mine.look()
                answer = mine.stroke([f"u{writer + 1}"], f"w{writer}-{done}", author=f"writer {writer}")
                if answer.status_code == 201:
                    done += 1
                elif answer.status_code != 412:
                    failures.append(answer.text)
                    return

    def read(base):
        with httpx.Client(base_url=base, timeout=60) as client:
            seen = 0
            for _ in range(15):
                answers = [client.get(f"{Planner.base}/draft{part}") for part in ("", "/assignment", "/log")]
                failures.extend(answer.text for answer in answers if answer.status_code != 200)
                version = answers[0].json()["version"]
                assert version >= seen
                assert len(answers[1].json()["assignment"]) == 8
                seen = version

    with serving(folder) as base:
        with httpx.Client(base_url=base) as client:
            Planner(client).make()
        with ThreadPoolExecutor(8) as pool:
            work = [pool.submit(write, base, writer) for writer in range(4)] + [
                pool.submit(read, base) for _ in range(4)
            ]
            for one in work:
                one.result()
        assert failures == []
        with httpx.Client(base_url=base) as client:
            final = Planner(client)
            log = client.get(f"{Planner.base}/draft/log").json()["log"]
            labels = final.labels()
    assert [line["version"] for line in log] == list(range(1, 2 + 4 * each))
    authors = pd.Series([line["author"] for line in log[1:]])
    assert authors.value_counts().to_dict() == {f"writer {writer}": each for writer in range(4)}
    assert [labels[f"u{writer + 1}"] for writer in range(4)] == [f"w{writer}-{each - 1}" for writer in range(4)]
    assert np.unique([line["version"] for line in log]).size == len(log)
    with Project.open(folder) as project:
        verify_store(project.store)
