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


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_every_measure_of_the_comparison_is_in_view_on_a_usual_screen(watch, locale):
    page = watch("/", width=1440, locale=locale).page
    assert page.locator(".compare thead th").count() >= 12
    hidden = page.eval_on_selector_all(".scroll", "boxes => boxes.map(box => box.scrollWidth - box.clientWidth)")
    assert hidden == [0] * len(hidden)


@pytest.mark.parametrize("width", [390, 768])
def test_a_table_that_is_wider_than_the_screen_scrolls_by_keyboard_with_its_names_in_view(watch, width):
    page = watch("/", width=width, height=844).page
    box = page.locator("#plans .scroll")
    box.focus()
    for _ in range(100):
        page.keyboard.press("ArrowRight")
        if box.evaluate("node => node.scrollLeft > 100"):
            break
    assert box.evaluate("node => node.scrollLeft") > 100
    first = page.locator(".compare tbody .name").nth(1).bounding_box()
    assert first["x"] >= 0


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


def test_a_finding_is_reached_and_opened_with_the_keyboard_alone(watch):
    watched = watch(_FINDINGS)
    page = watched.page
    page.wait_for_selector("html[data-drawn]")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('.q-list'))"):
            break
    focused = page.locator(".q-list button:focus")
    expect(focused).to_contain_text("重叠")
    assert focused.evaluate("node => getComputedStyle(node).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup-content")).to_contain_text("重叠")
    watched.assert_quiet()


@pytest.mark.parametrize("path", [_FINDINGS, _PLAN])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_a_printed_map_fills_its_sheet_and_all_is_as_before_afterwards(watch, path, width, height):
    watched = watch(path, width=width, height=height)
    page = watched.page
    page.wait_for_selector("html[data-drawn]")
    shape = (
        "JSON.stringify([...document.querySelectorAll('.folium-map, .q-panel, .q-foot, .q-legend')]"
        ".map(node => Object.values(node.getBoundingClientRect().toJSON()).map(Math.round)))"
    )
    before = page.evaluate(shape)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1047, "height": 711})  # A4 across, less its margins
    drawn = page.evaluate(
        "(() => { const parts = [...document.querySelectorAll('path.leaflet-interactive')]"
        ".map(p => p.getBoundingClientRect()).filter(b => b.width > 30);"
        "return [Math.min(...parts.map(b => b.left)), Math.max(...parts.map(b => b.right)),"
        "Math.max(...parts.map(b => b.bottom))] })()"
    )
    sheet = page.locator(".folium-map").bounding_box()
    assert sheet["x"] <= drawn[0] < drawn[1] <= sheet["x"] + sheet["width"] <= 1048
    assert drawn[2] <= sheet["y"] + sheet["height"] <= 711
    assert drawn[1] - drawn[0] > 300
    expect(page.locator(".leaflet-control-scale")).to_be_visible()
    expect(page.locator("#q-legend .q-rows")).to_be_visible()
    expect(page.locator("#q-language")).to_be_hidden()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(shape) == before
    watched.assert_quiet()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 700), (390, 844)])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("path", [_FINDINGS, _PLAN])
def test_a_map_page_shows_title_scale_legend_and_imprint_whole(watch, path, locale, width, height):
    page = watch(path, locale=locale, width=width, height=height).page
    page.wait_for_selector("html[data-drawn]")
    expect(page.locator("html")).to_have_attribute("lang", {"zh-CN": "zh-CN", "en-GB": "en"}[locale])
    for part in ("#q-title", "#q-legend summary", ".leaflet-control-scale", ".q-north", "#q-home", "#q-language"):
        box = page.locator(part).bounding_box()
        assert box["x"] >= 0, part
        assert box["x"] + box["width"] <= width, part
    cut = page.evaluate(
        "[...document.querySelectorAll('#q-foot, #q-foot *, #q-title, #q-facts')].filter(node => "
        "node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== 'inline' "
        "|| node.getBoundingClientRect().right > innerWidth || node.getBoundingClientRect().bottom > innerHeight + 1)"
        ".map(node => node.textContent)"
    )
    assert cut == []


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
