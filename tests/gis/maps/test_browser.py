"""Maps in a real browser with the network cut off: what is drawn, what is hit, what a reader sees."""

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import folium
import pytest
from playwright.sync_api import Browser, Page, expect

from gis import read_layer, samples
from gis.i18n import Text
from gis.maps import Sheet, findings_map, plan_map, save_map
from tests.chromium import visiting
from tests.gis.maps.towns import EVIL, LABELS, communities, findings, plan_communities, units

pytestmark = pytest.mark.browser

Open = Callable[..., AbstractContextManager[Page]]
_CHINESE = re.compile(r"[一-鿿]")
_PAINTED_PIXELS = """
() => [...document.querySelectorAll('canvas')].flatMap((canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, at) => at % 4 === 3 && value > 0).length;
}).reduce((sum, count) => sum + count, 0)
"""
_SHEET = Sheet(date="2026-11-24", source=Text("项目", "project"), notes=(Text("注", "note"),))


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Open:
    """Open a map from a file; at the end nothing was asked of another host, and nothing complained."""

    @contextmanager
    def open_map(drawn: folium.Map, *, width: int = 1400, height: int = 900) -> Iterator[Page]:
        path = save_map(drawn, tmp_path / "map.html")
        with visiting(chromium, width=width, height=height) as visit:
            visit.page.goto(path.as_uri())
            expect(visit.page.locator("html[data-drawn=true]")).to_be_attached()
            yield visit.page
            assert visit.strangers == []
            assert visit.complaints == []

    return open_map


def plain(layer):
    """Give a layer names in ASCII only, so that every Chinese letter on the page is the page's own."""
    return layer.assign(name=[f"N{number}" for number in range(len(layer))])


def town_map(**options) -> folium.Map:
    layers = {"communities": communities(), "units": units()}
    return findings_map(layers, findings(), kind_labels=LABELS, sheet=_SHEET, **options)


def filled_paths(page: Page) -> list[str]:
    """Give the outlines of the drawn communities, as the browser holds them."""
    paths = page.locator("path.leaflet-interactive[fill-opacity]")
    return [path.get_attribute("d") or "" for path in paths.all()]


def test_shapes_are_drawn_and_answer_a_click_by_name(opened: Open):
    with opened(plan_map(plan_communities(), units=units())) as page:
        assert len(filled_paths(page)) == 4
        assert all(re.fullmatch(r"(M[\d\s,.-]+(L[\d\s,.-]+)+z)+", outline) for outline in filled_paths(page))
        for at, name in enumerate(plan_communities()["name"]):
            page.locator("path.leaflet-interactive").nth(at).click(position={"x": 30, "y": 30})
            heading = page.locator(".leaflet-popup-content h3")
            expect(heading).to_have_text(name)
            page.locator(".leaflet-popup-close-button").click()
            expect(heading).to_have_count(0)
        assert page.title() != "harm"


def test_a_hit_is_real_geometry_not_a_bounding_box(opened: Open):
    layer = plan_communities().loc[["c1", "c4"]]  # diagonal neighbours: the other two corners are empty ground
    with opened(plan_map(layer)) as page:
        box = page.locator("path.leaflet-interactive").first.bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + box["width"] + 30, box["y"] + box["height"] - 30)
        expect(page.locator(".leaflet-popup-content")).to_have_count(0)
        page.mouse.click(box["x"] + 30, box["y"] + box["height"] - 30)
        expect(page.locator(".leaflet-popup-content h3")).to_have_text(EVIL)


def test_findings_are_stepped_through_with_zoom_and_message(opened: Open):
    with opened(town_map()) as page:
        scale = page.locator(".leaflet-control-scale-line").inner_text
        before = scale()
        page.locator("#q-next").click()
        popup = page.locator(".leaflet-popup-content")
        expect(popup.locator("h3")).to_have_text("重叠")
        expect(popup.locator("p")).to_have_text(f"{EVIL}与东街重叠")
        expect(page.locator(".q-list [aria-current]")).to_have_attribute("data-id", "f-overlap")
        expect(page.locator(".q-step")).to_have_text("第 1 个，共 3 个")
        assert scale() != before
        page.locator("#q-next").click()
        expect(popup.locator("p")).to_have_text("空白 4 ㎡")
        page.locator("#q-previous").click()
        page.locator("#q-previous").click()
        expect(page.locator(".q-list [aria-current]")).to_have_attribute("data-id", "f-unknown")
        assert page.title() != "harm"


def test_a_mark_on_the_map_leads_to_its_line_in_the_list(opened: Open):
    with opened(town_map()) as page:
        page.locator(".q-mark").nth(1).click()
        expect(page.locator(".leaflet-popup-content p")).to_have_text("空白 4 ㎡")
        expect(page.locator(".q-list [aria-current]")).to_have_attribute("data-id", "f-gap")


def test_findings_are_filtered_by_kind_and_by_text(opened: Open):
    with opened(town_map()) as page:
        rows, marks = page.locator(".q-list li"), page.locator(".q-mark")
        expect(marks).to_have_count(2)
        page.locator(".q-chip[data-kind=overlap]").click()
        expect(rows).to_have_count(2)
        expect(marks).to_have_count(1)
        page.get_by_role("button", name="清空").click()
        expect(rows).to_have_count(0)
        expect(page.locator(".q-step")).to_have_text("没有符合条件的问题")
        page.get_by_role("button", name="全选").click()
        page.locator(".q-search").fill("空白")
        expect(rows).to_have_count(1)
        page.locator(".q-search").fill("")
        page.locator(".q-order").select_option("by_severity")
        expect(rows.first).to_have_attribute("data-id", "f-gap")


def test_todays_lines_come_with_their_switch(opened: Open):
    with opened(plan_map(plan_communities(), current=communities())) as page:
        dashed = page.locator("path[stroke-dasharray]:visible")
        expect(dashed).to_have_count(0)
        page.get_by_label("现状社区界线").check()
        expect(dashed).to_have_count(4)


def test_a_line_of_the_table_leads_to_its_community(opened: Open):
    with opened(plan_map(plan_communities())) as page:
        page.locator(".q-table").get_by_role("button", name="北关").click()
        expect(page.locator(".leaflet-popup-content h3")).to_have_text("北关")


def texts_of(page: Page) -> str:
    return " ".join(page.locator(part).inner_text() for part in ("#q-panel", "#q-legend", "#q-foot", ".q-north"))


@pytest.mark.parametrize("with_plan", [True, False])
def test_no_word_is_left_untranslated(opened: Open, *, with_plan: bool):
    rows = findings().assign(message="消息", message_en="message")
    if with_plan:
        drawn = plan_map(plain(plan_communities()), units=units(), current=plain(communities()), findings=rows,
                         layers={"urban_villages": plain(communities())}, kind_labels=LABELS, sheet=_SHEET)  # fmt: skip
    else:
        drawn = findings_map({"communities": plain(communities())}, rows, kind_labels=LABELS, sheet=_SHEET)
    with opened(drawn) as page:
        page.locator("#q-next").click()
        subtitle, button = page.locator("#q-subtitle"), page.locator("#q-language")
        chinese = texts_of(page).replace(subtitle.inner_text(), "").replace("English", "")
        chinese += page.locator(".leaflet-popup-content").inner_text()
        assert re.findall(r"[A-Za-z]{3,}", chinese) == []
        button.click()
        english = texts_of(page).replace(subtitle.inner_text(), "").replace("中文", "")
        english += page.locator(".leaflet-popup-content").inner_text() + page.title()
        assert _CHINESE.findall(english) == []
        assert page.locator("html").get_attribute("lang") == "en"


def labels_in_view(page: Page) -> list[dict[str, float]]:
    boxes = [label.bounding_box() for label in page.locator(".q-label span:not(.q-none)").all()]
    return [box for box in boxes if box]


def assert_apart(boxes: list[dict[str, float]]) -> None:
    for left, right in itertools.combinations(boxes, 2):
        apart = (
            left["x"] + left["width"] <= right["x"]
            or right["x"] + right["width"] <= left["x"]
            or left["y"] + left["height"] <= right["y"]
            or right["y"] + right["height"] <= left["y"]
        )
        assert apart, (left, right)


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (800, 600), (390, 844)])
def test_labels_never_overlap(opened: Open, width: int, height: int):
    county = samples.make_county()
    with opened(plan_map(county.layers["grids"], layers=county.layers), width=width, height=height) as page:
        boxes = labels_in_view(page)
        assert len(boxes) > 10
        assert_apart(boxes)
        page.locator(".leaflet-control-zoom-in").click()
        page.wait_for_timeout(600)
        assert_apart(labels_in_view(page))


@pytest.mark.scenario1
def test_the_villages_of_scenario_1_are_all_named_at_full_width(opened: Open, scenario1: Path):
    villages = read_layer(scenario1, "communities", layer="villages_li", columns={"id": "VILLCODE", "name": "VILLNAME"})
    with opened(plan_map(villages)) as page:
        assert len(filled_paths(page)) == 38
        shown = page.locator(".q-label span:not(.q-none)")
        assert shown.count() >= 30
        assert_apart(labels_in_view(page))


def test_thousands_of_buildings_are_painted_when_switched_on(opened: Open):
    county = samples.make_county()
    with opened(findings_map(county.layers, findings())) as page:
        assert page.evaluate(_PAINTED_PIXELS) == 0
        page.get_by_label("楼栋").check()
        page.wait_for_timeout(300)
        assert page.evaluate(_PAINTED_PIXELS) > 20_000


@pytest.mark.parametrize("width", [390, 760, 1280])
def test_nothing_runs_off_the_screen(opened: Open, width: int):
    with opened(town_map(), width=width, height=844) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for part in ("#q-panel", ".leaflet-container", "#q-foot"):
            box = page.locator(part).bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
            assert box["height"] > 20


def test_the_panel_folds_away_and_comes_back(opened: Open):
    with opened(town_map()) as page:
        wide = page.locator(".leaflet-container").bounding_box()
        page.locator("#q-fold").click()
        wider = page.locator(".leaflet-container").bounding_box()
        assert wide is not None
        assert wider is not None
        assert wider["width"] > wide["width"]
        page.locator("#q-fold").click()
        assert page.locator(".leaflet-container").bounding_box() == wide
