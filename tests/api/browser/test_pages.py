"""The served pages in a real browser: they show what they should, and reach for nothing outside."""

import re

import pytest
from playwright.sync_api import expect

from api.workflow import findings_page, plan_page
from gis.project import Project

pytestmark = pytest.mark.browser

_FINDINGS, _PLAN = "/maps/findings", "/maps/plans/alternative_1"


@pytest.mark.parametrize(
    ("locale", "heading", "overlap"),
    [("zh-CN", "方案比选", ["重叠", "高"]), ("en-GB", "Alternatives side by side", ["overlap", "high"])],
)
def test_the_start_page_shows_findings_plans_and_data(watch, locale, heading, overlap):
    watched = watch("/", locale=locale)
    page = watched.page
    expect(page.locator("h1")).to_have_text("四方镇 & 街道")
    expect(page.locator("#plans h2")).to_have_text(heading)
    assert page.locator("#findings tbody td").all_text_contents()[:4] == [*overlap, "1", "2,000"]
    assert page.locator("#plans .compare tbody tr").count() == 3
    outlines = [path.get_attribute("d") for path in page.locator(".sketch path").all()]
    assert len(outlines) == 6
    assert all(outline.count("L") + outline.count("l") >= 3 or len(outline) > 15 for outline in outlines)
    watched.assert_quiet()


def test_the_language_switch_turns_the_page_and_stays(watch):
    watched = watch("/")
    page = watched.page
    page.locator("a.language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#findings h2")).to_have_text("Findings")
    page.locator("#plans .compare a").first.click()
    page.wait_for_selector("html[data-drawn]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    watched.assert_quiet()


@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_the_start_page_fits_the_screen(watch, width, locale):
    page = watch("/", width=width, height=844, locale=locale).page
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0
    cut = page.evaluate(
        "[...document.querySelectorAll('h1, h2, .tiles b, .tiles span, .plan-title, .button')]"
        ".filter(node => node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== 'inline')"
        ".map(node => node.textContent)"
    )
    assert cut == []


@pytest.mark.parametrize("path", [_FINDINGS, _PLAN])
def test_a_map_is_drawn_under_a_policy_that_allows_its_own_scripts_only(watch, path):
    watched = watch(path)
    page = watched.page
    page.wait_for_selector("html[data-drawn]")
    outlines = page.eval_on_selector_all(
        "path.leaflet-interactive", "nodes => nodes.map(node => node.getAttribute('d'))"
    )
    assert len(outlines) >= 2
    assert all(re.search(r"M-?\d", outline) for outline in outlines)
    assert page.evaluate("[...document.querySelectorAll('[style]')].length") > 0
    watched.assert_quiet()


def test_a_served_map_leads_back_to_the_start_page_in_its_language(watch):
    watched = watch(_PLAN)
    page = watched.page
    page.wait_for_selector("html[data-drawn]")
    page.locator("#q-language").click()
    page.get_by_role("link", name="Start page").click()
    expect(page.locator("h1")).to_have_text("四方镇 & 街道")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    watched.assert_quiet()


def test_a_map_in_a_file_shows_no_way_back(browser, town, tmp_path):
    with Project.open(town) as project:
        pages = [findings_page(project), plan_page(project, "alternative_1")]
    page, file = browser.new_page(), tmp_path / "map.html"
    for html in pages:
        file.write_text(html, encoding="utf-8")
        page.goto(file.as_uri())
        page.wait_for_selector("html[data-drawn]")
        expect(page.locator("#q-language")).to_be_visible()
        expect(page.locator("#q-home")).to_be_hidden()
    page.close()


def test_a_community_of_a_plan_is_hit_by_a_click(watch):
    watched = watch(_PLAN)
    page = watched.page
    page.wait_for_selector("html[data-drawn]")
    boxes = [shape.bounding_box() for shape in page.locator("path.leaflet-interactive").all() if shape.is_visible()]
    widest = max(boxes, key=lambda box: box["width"] * box["height"])
    page.mouse.click(widest["x"] + widest["width"] * 0.31, widest["y"] + widest["height"] * 0.37)
    popup = page.locator(".leaflet-popup-content")
    expect(popup).to_be_visible()
    expect(popup).to_contain_text("社区")
    expect(popup).to_contain_text("1,600")
    watched.assert_quiet()


def test_a_finding_is_hit_by_a_click_and_its_harmful_name_is_mere_text(watch):
    watched = watch(_FINDINGS)
    page = watched.page
    page.wait_for_selector("html[data-drawn]")
    page.locator(".q-list button").filter(has_text="重叠").first.click()
    popup = page.locator(".leaflet-popup-content")
    expect(popup).to_be_visible()
    expect(popup).to_contain_text("<script>alert('x')</script>")
    watched.assert_quiet()


def test_the_description_of_the_api_opens_with_no_other_host(watch):
    watched = watch("/docs")
    page = watched.page
    page.wait_for_selector("html[data-drawn]")
    expect(page.locator(".opblock").first).to_be_visible()
    assert page.locator(".opblock").count() >= 10
    page.locator(".opblock-summary").filter(has_text="/collections/{collection_id}/items").first.click()
    expect(page.locator(".opblock-body").first).to_be_visible()
    watched.assert_quiet()


def test_a_page_that_is_not_there_says_so_in_the_reader_s_language(watch, served):
    watched = watch("/")
    page = watched.page
    answer = page.goto(f"{served}/maps/plans/nothing")
    assert answer.status == 404
    expect(page.locator("h1")).to_contain_text("nothing")
    page.get_by_role("link", name="返回首页").click()
    expect(page.locator("h1")).to_have_text("四方镇 & 街道")
    assert watched.elsewhere == []
