import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gis import read_layer, samples
from gis.errors import CrsError, MapError, SchemaError, WriteError
from gis.i18n import Text
from gis.kinds import Kind
from gis.maps import Sheet, findings_map, plan_map, render_map, save_map, sketch_svg
from gis.maps.styles import STYLES
from tests.gis.maps.towns import EVIL, LABELS, communities, findings, plan_communities, units

_MEGABYTE = 1_000_000


class _Page(HTMLParser):
    """Counts tags and keeps the data block, as a browser would read the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.data = ""
        self._in_data = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_data = dict(attrs).get("type") == "application/json"

    def handle_endtag(self, tag: str) -> None:
        self._in_data = False

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data += data


def data_of(drawn: folium.Map) -> dict[str, Any]:
    return json.loads(_Page(render_map(drawn)).data)


def town_map(**options: Any) -> folium.Map:
    return findings_map({"communities": communities(), "units": units()}, findings(), kind_labels=LABELS, **options)


def town_plan(**options: Any) -> folium.Map:
    return plan_map(plan_communities(), units=units(), current=communities(), **options)


@pytest.mark.parametrize("drawn", [town_map, town_plan])
def test_a_page_holds_all_that_it_needs(drawn):
    page = _Page(render_map(drawn()))
    assert not [tag for tag, attributes in page.tags if {"src", "href", "srcset"} & set(attributes)]
    assert [tag for tag, _ in page.tags if tag in {"link", "iframe", "img"}] == []
    policy = next(
        a["content"] for tag, a in page.tags if tag == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    assert "default-src 'none'" in policy


@pytest.mark.parametrize("drawn", [town_map, town_plan])
def test_names_that_look_like_markup_stay_names(drawn):
    html = render_map(drawn(title=Text(EVIL, EVIL)))
    assert EVIL not in html
    page = _Page(html)
    plain = _Page(render_map(drawn()))
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in plain.tags]
    data = json.loads(page.data)
    assert data["title"][0] == EVIL
    assert EVIL in json.dumps(data["layers"], ensure_ascii=False).replace('\\"', '"')


@settings(max_examples=40, deadline=None)
@given(st.text("{}%#<>/&'\"\\ -!raw script 7*街\u2028\n", max_size=30))
@example("{{ 7*7 }}")
@example("{{{{% raw %}}}")
@example("{%endraw%}{#")
@example("</script><!--<script>")
def test_any_name_comes_back_as_it_was(name: str):
    layer = plan_communities().assign(name=[name, "b", "c", "d"])
    data = data_of(plan_map(layer))
    drawn = next(layer for layer in data["layers"] if layer["key"] == "communities")
    assert drawn["names"][0] == (name or "c1")


def test_columns_that_the_kind_does_not_list_stay_out():
    assert "张三丰" not in render_map(town_map())
    assert "张三丰" not in render_map(town_plan())


def test_popups_tell_known_figures_only():
    layer = next(layer for layer in data_of(town_map())["layers"] if layer["key"] == "communities")
    labels = [zh for zh, _ in layer["rows"]["labels"]]
    assert labels == ["户数", "常住人口", "面积"]
    assert layer["rows"]["values"][1] == [0, "3,400", 1, "9,000", 2, ["11,000 ㎡", "11,000 m²"]]
    assert layer["rows"]["values"][2] == [2, ["10,000 ㎡", "10,000 m²"]]


def test_the_table_of_a_plan_sums_what_is_known():
    table = data_of(town_plan())["communities"]
    assert table["total"] == [["5,500", "5,500"], ["14,100", "14,100"], ["40,000 ㎡", "40,000 m²"]]
    assert table["rows"][2][0] == ["不详", "unknown"]


def test_layers_are_drawn_from_the_ground_up_whatever_their_order():
    roads = gpd.GeoDataFrame(
        {"name": ["人民路"]}, geometry=[shapely.LineString([(500_000, 3_700_000), (500_200, 3_700_200)])], crs=4547
    )
    roads.index = roads.index.map(str).rename("id")
    layers = {"roads": roads, "units": units(), "communities": communities()}
    keys = [layer["key"] for layer in data_of(findings_map(layers, findings()))["layers"]]
    assert keys == [kind for kind in STYLES if kind in layers]


def test_every_kind_has_a_style():
    assert set(STYLES) == set(Kind)


def test_the_view_fits_the_communities_not_the_far_end_of_a_road():
    road = gpd.GeoDataFrame(
        {"name": ["国道"]}, geometry=[shapely.LineString([(500_000, 3_700_000), (560_000, 3_760_000)])], crs=4547
    )
    bounds = data_of(findings_map({"communities": communities(), "roads": road}, findings()))["bounds"]
    west, south, east, north = communities().to_crs(4326).total_bounds
    assert bounds[0] == pytest.approx([south, west], abs=3e-3)
    assert bounds[1] == pytest.approx([north, east], abs=3e-3)


def test_todays_lines_wait_behind_a_switch():
    layers = {layer["key"]: layer for layer in data_of(town_plan())["layers"]}
    assert layers["current"]["style"]["dash"]
    assert not layers["current"]["style"]["shown"]
    assert layers["communities"]["style"]["shown"]
    assert len(set(layers["communities"]["fills"])) == 4


def test_findings_can_stand_on_a_plan():
    data = data_of(town_plan(findings=findings(), kind_labels=LABELS))
    assert len(data["findings"]["rows"]) == 3
    assert len(data["communities"]["rows"]) == 4


def test_the_sheet_stands_around_the_map():
    sheet = Sheet(
        subtitle=Text("草案", "draft"), facts=((Text("最大偏差", "max deviation"), Text("8%", "8%")),),
        notes=(Text("注", "note"),), date="2026-11-24", source=Text("项目", "project"),
    )  # fmt: skip
    data = data_of(town_plan(sheet=sheet, lang="en"))
    assert data["lang"] == "en"
    assert data["subtitle"] == ["草案", "draft"]
    assert data["facts"][1] == [["最大偏差", "max deviation"], ["8%", "8%"]]
    assert (data["notes"], data["date"], data["source"]) == ([["注", "note"]], "2026-11-24", ["项目", "project"])


def test_a_cut_list_says_so():
    (note,) = data_of(town_map(max_findings=1))["notes"]
    assert note == [
        "共 3 个问题，此图只列涉及人数最多的 1 个",
        "of 3 findings, this map shows the 1 that touch most people",
    ]


def test_inputs_are_left_alone():
    layer, rows, pieces = communities(), findings(), units()
    findings_map({"communities": layer}, rows)
    plan_map(layer, units=pieces, findings=rows)
    assert_geodataframe_equal(layer, communities())
    assert_geodataframe_equal(rows, findings())
    assert_geodataframe_equal(pieces, units())


def test_something_from_elsewhere_is_refused_when_the_page_is_written(tmp_path: Path):
    drawn = town_map()
    folium.TileLayer("OpenStreetMap").add_to(drawn)
    with pytest.raises(MapError) as refused:
        save_map(drawn, tmp_path / "map.html")
    assert refused.value.code == "remote-reference"
    assert "openstreetmap" in refused.value.text("zh").lower()
    assert not (tmp_path / "map.html").exists()


def test_nothing_to_draw_is_said():
    with pytest.raises(MapError) as refused:
        findings_map({"communities": communities().iloc[:0]}, findings())
    assert refused.value.code == "nothing-to-draw"


def test_layers_without_kind_or_crs_are_refused():
    with pytest.raises(SchemaError):
        findings_map({"parishes": communities()}, findings())
    with pytest.raises(CrsError):
        findings_map({"communities": communities().set_crs(None, allow_override=True)}, findings())
    with pytest.raises(ValueError, match="lang"):
        findings_map({"communities": communities()}, findings(), lang="fr")  # type: ignore[arg-type]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path):
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(WriteError) as refused:
        save_map(town_map(), tmp_path / "taken" / "map.html")
    assert refused.value.code == "not-writable"


def test_the_sample_county_fits_in_five_megabytes(tmp_path: Path):
    county = samples.make_county()
    plan = county.layers["communities"]
    path = save_map(plan_map(plan, units=county.layers["units"], layers=county.layers), tmp_path / "plan.html")
    assert path.stat().st_size < 5 * _MEGABYTE


@pytest.mark.scenario1
def test_scenario_1_fits_in_five_megabytes(scenario1: Path, tmp_path: Path):
    pieces = read_layer(scenario1, "units", layer="units_bsa", columns={"id": "CODEBASE", "households": "H_CNT"})
    villages = read_layer(scenario1, "communities", layer="villages_li", columns={"id": "VILLCODE", "name": "VILLNAME"})
    path = save_map(plan_map(villages, units=pieces, current=villages), tmp_path / "plan.html")
    assert path.stat().st_size < 1 * _MEGABYTE
    names = next(layer for layer in data_of(plan_map(villages))["layers"] if layer["key"] == "communities")["names"]
    assert names == villages["name"].tolist()


def test_a_sketch_is_small_and_loads_nothing():
    svg = sketch_svg(plan_communities(), width_px=120, height_px=80)
    assert re.findall(r'd="([^"]*)"', svg)
    assert len(re.findall("<path", svg)) == 4
    assert EVIL not in svg
    numbers = [float(number) for path in re.findall(r'd="([^"]*)"', svg) for number in re.findall(r"[\d.]+", path)]
    assert min(numbers) >= 0
    assert max(numbers) <= 120
