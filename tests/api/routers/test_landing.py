"""The start page, the landing page for programs, and health."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from boundaries import FINDING_KINDS
from gis.project import Project
from tests.api import squares
from tests.api.conftest import client_of
from tests.api.squares import EVIL

_BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def _page(client, lang: str = "zh") -> str:
    answer = client.get("/", params={"lang": lang}, headers=_BROWSER)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-language"] == lang
    return answer.text


class _Words(HTMLParser):
    """Collects what a reader sees, and where links lead."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data):
        self.words.append(data)


def _read(html: str) -> _Words:
    reader = _Words()
    reader.feed(html)
    reader.close()
    return reader


def test_programs_get_the_links_and_browsers_the_page(client):
    document = client.get("/").json()
    assert {link["rel"] for link in document["links"]} == {
        "self",
        "service-desc",
        "service-doc",
        "conformance",
        "data",
        "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes",
        "alternate",
    }
    for link in document["links"]:
        answer = client.get(link["href"])
        assert answer.status_code == 200, link
        assert answer.headers["content-type"].split(";")[0] == link["type"].split(";")[0], link
    assert "<h1>" in client.get("/", headers=_BROWSER).text
    assert client.get("/", params={"f": "json"}, headers=_BROWSER).json()["title"] == "四方镇 & 街道"
    assert "<h1>" in client.get("/", params={"f": "html"}).text
    assert client.get("/", params={"f": "pdf"}).status_code == 400


def test_a_cache_is_told_that_language_and_format_matter(client):
    for headers in (_BROWSER, {}):
        vary = client.get("/", headers=headers).headers["vary"]
        assert "Accept-Language" in vary
        assert re.search(r"Accept(,|$)", vary)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_link_of_the_page_leads_somewhere(client, lang):
    links = {link for link in _read(_page(client, lang)).links if not link.startswith(("#", "data:"))}
    assert {f"/maps/findings?lang={lang}", f"/maps/plans/alternative_1?lang={lang}"} <= links
    assert {"/collections/units/download", "/collections/plan_alternative_1.units/items"} <= links
    for link in links:
        assert link.startswith(("/", "?")), link
        assert client.get(link if link.startswith("/") else "/" + link).status_code == 200, link


def test_the_page_tells_what_the_project_holds(client):
    text = " ".join(" ".join(_read(_page(client)).words).split())
    assert "重叠" in text
    assert "共 3,200 户" in text
    assert f"方案1{EVIL}" in text
    assert re.search(r"现有 2 至少 2 建议 2 至多 3", text)


def test_the_comparison_shows_the_figures_of_the_plans(client):
    html = unescape(_page(client))
    rows = re.findall(r'<td class="n( best)?">([^<]*)</td>', html)
    written = [text for _, text in rows]
    assert "1,600" in written  # households moved by the plan that cuts across today's line
    assert ("", "50.0%") in rows
    assert (" best", "0.0%") in rows


def test_names_cannot_become_markup(client):
    reader = _read(_page(client))
    assert "script" not in reader.tags
    assert any(EVIL in words for words in reader.words)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_word_is_left_in_the_other_language(tmp_path, lang):
    """With Latin names the English page has no Chinese sign but the switch's, and the Chinese page no English word."""
    with Project.create(tmp_path / "town", name="Town 7", crs=squares.CRS) as project:
        with client_of(project.folder) as client:
            empty = " ".join(_read(_page(client, lang)).words)
        layer = squares.communities().drop(columns="备注").assign(name=["A1", "B2"]).set_axis(["a", "b"], axis=0)
        layer.index.name = "id"
        project.store.save_layer("communities", layer, kind="communities", author="x", reason="import")
        project.store.save_layer("units", squares.units(), kind="units", author="x", reason="import")
        with client_of(project.folder) as client:
            unaudited = " ".join(_read(_page(client, lang)).words)
        squares.fill(project)
        project.store.save_layer("communities", layer, kind="communities", author="x", reason="again")
        with client_of(project.folder) as client:
            full = " ".join(_read(_page(client, lang)).words)
    for text in (empty, unaudited, full):
        if lang == "en":
            plain = text.replace("中文", "")
            assert re.findall(r"[\u3000-\u9fff\uff00-\uffef]+", plain.replace("方案", "")) == []
        else:
            words = set(re.findall(r"[A-Za-z]{3,}", re.sub(r"quhua \w+ .*", "", text.replace(EVIL, ""))))
            allowed = {"English", "GeoJSON", "EPSG", "QGIS", "OGC", "API", "OpenAPI", "Town", "communities", "units"}
            assert words - allowed - {"findings"} == set()


def test_an_empty_project_says_what_to_run_next(fresh):
    with client_of(fresh.folder) as client:
        html = unescape(_page(client))
        assert f'quhua import "{fresh.folder}" 文件 --kind communities' in html
        assert "quhua audit" not in html
        fresh.store.save_layer(
            "communities", squares.communities(), kind="communities", author="planner", reason="import"
        )
        html = unescape(_page(client))
        assert f'quhua audit "{fresh.folder}"' in html
        assert f'quhua import "{fresh.folder}" 文件 --kind units' in html
        assert "quhua propose" not in html
        fresh.store.save_layer("units", squares.units(), kind="units", author="planner", reason="import")
        assert f'quhua propose "{fresh.folder}"' in unescape(_page(client))


def test_a_full_project_needs_nothing_run(client):
    assert "quhua " not in re.sub(r"<title>.*</title>", "", unescape(_page(client)))


def test_old_findings_and_plans_are_told(fresh):
    squares.fill(fresh)
    with client_of(fresh.folder) as client:
        assert 'class="notice"' not in _page(client)
        fresh.store.save_layer("roads", _road(), kind="roads", author="planner", reason="import")
        html = _page(client)
        assert "图层在检查之后有更新" in html
        assert "规划单元或现状社区在提出方案之后有更新" not in html
        fresh.store.save_layer("units", squares.units().assign(households=500.0), kind="units", author="x", reason="y")
        assert "规划单元或现状社区在提出方案之后有更新" in _page(client)


def _road():
    line = squares.box(0, 0, 400, 200).exterior
    layer = squares.units().iloc[:1][["geometry"]].copy()
    layer["geometry"] = [line]
    return layer


def test_a_comparison_that_cannot_be_made_says_why_and_the_rest_stays(fresh):
    squares.fill(fresh)
    fresh.store.save_layer("units", squares.units().iloc[:4], kind="units", author="planner", reason="cut")
    with client_of(fresh.folder) as client:
        html = unescape(_page(client))
    assert "方案中有 4 个不存在的规划单元" in html
    assert FINDING_KINDS["overlap"].label.zh in html
    assert "/collections/units/download" in html


def test_the_page_changes_when_the_project_does(fresh):
    with client_of(fresh.folder) as client:
        first = client.get("/", headers=_BROWSER)
        tag = first.headers["etag"]
        assert client.get("/", headers=_BROWSER | {"if-none-match": tag}).status_code == 304
        english = client.get("/", headers=_BROWSER | {"if-none-match": tag, "accept-language": "en"})
        assert english.status_code == 200
        squares.fill(fresh)
        assert client.get("/", headers=_BROWSER | {"if-none-match": tag}).status_code == 200


def test_health_names_the_project_and_the_version(client):
    assert client.get("/health").json() == {"status": "ok", "project": "四方镇 & 街道", "version": "0.1.0"}


def test_conformance_names_what_the_tests_hold(client):
    """The classes of Features, of CQL2 and of Tiles have their tests in ``tests/api/ogc``."""
    kept = client.get("/conformance").json()["conformsTo"]
    assert len(kept) == len(set(kept))
    standards = {name.split("/spec/")[1].split("/conf/")[0] for name in kept}
    assert standards == {
        "ogcapi-common-1/1.0", "ogcapi-common-2/1.0", "ogcapi-features-1/1.0", "ogcapi-features-2/1.0",
        "ogcapi-features-3/1.0", "cql2/1.0", "ogcapi-tiles-1/1.0", "tms/2.0",
    }  # fmt: skip
