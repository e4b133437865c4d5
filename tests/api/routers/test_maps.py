"""Maps as pages: complete in themselves, in the reader's language, current, and under a strict policy."""

import base64
import hashlib
import re

from gis.maps.remote import find_references
from tests.api import squares
from tests.api.conftest import client_of


def test_the_list_names_every_map_and_its_links_lead_there(client):
    for lang in ("zh", "en"):
        maps = client.get("/maps", params={"lang": lang}).json()["maps"]
        assert [known["kind"] for known in maps] == ["findings", "plan", "plan"]
        assert maps[1]["title"].startswith({"zh": "方案：方案1", "en": "plan: plan 1"}[lang])
        for known in maps:
            answer = client.get(known["href"])
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_a_project_without_findings_and_plans_has_no_maps(fresh):
    with client_of(fresh.folder) as client:
        assert client.get("/maps").json() == {"maps": []}
        answer = client.get("/maps/findings")
        assert (answer.status_code, answer.json()["code"]) == (404, "item-not-found")


def test_maps_carry_all_that_they_need(client):
    for path in ("/maps/findings", "/maps/plans/alternative_2"):
        assert find_references(client.get(path).text) == []


def test_maps_open_in_the_reader_s_language(client):
    for lang, title in (("zh", "社区边界问题图"), ("en", "Findings on community boundaries")):
        answer = client.get("/maps/findings", params={"lang": lang})
        assert answer.headers["content-language"] == lang
        assert f"<title>{title}" in answer.text


def test_the_policy_names_exactly_the_scripts_of_the_page(client):
    answer = client.get("/maps/plans/alternative_1")
    policy = answer.headers["content-security-policy"]
    scripts = re.findall(r"<script(?![^>]*application/json)[^>]*>(.*?)</script>", answer.text, re.DOTALL)
    digests = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts}
    named = set(re.findall(r"'sha256-([^']+)'", re.search(r"script-src ([^;]+);", policy).group(1)))
    assert named == digests
    assert len(scripts) >= 2
    assert "unsafe" not in policy.split("style-src")[0]


def test_a_map_follows_its_plan(fresh):
    squares.fill(fresh)
    with client_of(fresh.folder) as client:
        first = client.get("/maps/plans/alternative_1")
        tag = first.headers["etag"]
        assert client.get("/maps/plans/alternative_1", headers={"if-none-match": tag}).status_code == 304
        squares.save_plan(fresh, "alternative_1", {"a": ["u1", "u2", "u3", "u4", "u5", "u6"], "b": ["u7", "u8"]})
        again = client.get("/maps/plans/alternative_1", headers={"if-none-match": tag})
        assert again.status_code == 200
        assert "2,400" in again.text
        assert "2,400" not in first.text
