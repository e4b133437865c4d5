"""Codes, counts and the standard."""

from collections.abc import Callable

import numpy as np
import pytest
import shapely

from boundaries import audit_layers, load_standard, with_overrides
from boundaries.errors import StandardError
from tests.boundaries.audit.layers import SQUARES, communities, layer_of, of_kind


def _many(n: int) -> dict[str, shapely.Geometry]:
    return {f"c{number:02d}": shapely.box(number * 100, 0, number * 100 + 100, 100) for number in range(n)}


def _codes(n: int, **other: str | None) -> list[str | None]:
    return [other.get(f"c{number:02d}", f"411000001{number + 1:03d}") for number in range(n)]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("41100000101", "不是 12 位数字"),
        ("4110000010011", "不是 12 位数字"),
        ("41100000100A", "不是 12 位数字"),
        ("\uff1411000001001", "不是 12 位数字"),  # a full-width digit
        ("412000001001", "前缀与同图层不一致"),
        ("411000002001", "前缀与同图层不一致"),
        (None, "没有代码"),
        ("", "没有代码"),
    ],
)
def test_a_code_must_keep_the_form_and_the_prefix_of_its_layer(code: str | None, words: str) -> None:
    layer = communities(_many(20), code=_codes(20, c07=code))
    findings = audit_layers({"communities": layer})
    assert of_kind(findings, "code_malformed") == [("communities", ("c07",), (), 10_000.0)]
    assert words in findings["message"].item()


def test_a_prefix_that_many_share_is_no_fault() -> None:
    codes = [f"41100000{1 + number % 2}{number:03d}" for number in range(20)]
    assert audit_layers({"communities": communities(_many(20), code=codes)}).empty


def test_codes_that_are_numbers_are_not_text() -> None:
    findings = audit_layers({"communities": communities(_many(2), code=[411000001001, 411000001002])})
    assert len(of_kind(findings, "code_malformed")) == 2
    assert "是数值，不是文本" in findings["message"].iloc[0]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (lambda code: code[:10], "代码是 10 位，如 4110000010，应为 12 位数字"),
        (lambda code: "412000001" + code[9:], "代码前缀为 412000，与多数 411000 不一致"),
        (lambda _code: None, "没有代码"),
    ],
)
def test_one_cause_on_many_rows_is_one_finding(fault: Callable[[str], str | None], words: str) -> None:
    codes = [fault(code) if at < 5 else code for at, code in enumerate(_codes(60))]
    findings = audit_layers({"communities": communities(_many(60), code=codes)})
    rows = findings[findings["kind"] == "code_malformed"]
    assert rows["ids"].tolist() == [tuple(f"c{number:02d}" for number in range(5))]
    assert words in rows["message"].item()
    assert "有 5 个要素" in rows["message"].item()
    assert rows["area_m2"].item() == pytest.approx(50_000)


def test_different_causes_stay_apart() -> None:
    codes = [code[: 8 + at % 4] if at < 16 else code for at, code in enumerate(_codes(60))]
    findings = audit_layers({"communities": communities(_many(60), code=codes)})
    assert len(of_kind(findings, "code_malformed")) == 16  # four of each length: too few to be one


def test_grid_codes_have_15_digits() -> None:
    grids = layer_of(_many(3), code=["411000001001001", "411000001001", "411000001001003"])
    assert of_kind(audit_layers({"grids": grids}), "code_malformed") == [("grids", ("c01",), (), 10_000.0)]


def test_one_code_on_several_rows_is_one_finding() -> None:
    layer = communities(_many(20), code=_codes(20, c03="411000001001", c05="411000001001", c06=None, c08=None))
    findings = audit_layers({"communities": layer})
    assert of_kind(findings, "code_duplicate") == [("communities", ("c00", "c03", "c05"), (), 30_000.0)]


def test_people_of_a_doubled_compound_are_counted_twice() -> None:
    shapes = {"a": SQUARES["sw"], "b": SQUARES["sw"], "in": shapely.box(10, 10, 20, 20)}
    compounds = layer_of(shapes, households=[100, 90, np.nan], resident_population=[300, 310, np.nan])
    findings = audit_layers({"compounds": compounds})
    assert of_kind(findings, "people_counted_twice") == [("compounds", ("a", "b"), (), 10_000.0)]
    row = findings[findings["kind"] == "people_counted_twice"].iloc[0]
    assert (row["households"], row["resident_population"]) == (90, 300)
    assert len(of_kind(findings, "containment")) == 2


@pytest.mark.parametrize(("east_m", "is_twice"), [(50, True), (49, False)])
def test_a_compound_half_in_a_village_is_counted_twice(east_m: float, is_twice: bool) -> None:
    compounds = layer_of({"a": SQUARES["sw"]}, households=[100])
    villages = layer_of({"v": shapely.box(-100, 0, east_m, 100)}, households=[50])
    found = of_kind(audit_layers({"compounds": compounds, "urban_villages": villages}), "people_counted_twice")
    assert found == ([("compounds", ("a",), ("v",), 100.0 * east_m)] if is_twice else [])


def test_without_figures_nobody_is_counted_twice() -> None:
    shapes = {"a": SQUARES["sw"], "b": SQUARES["sw"]}
    for figures in ([100, np.nan], [100, 0]):
        findings = audit_layers({"compounds": layer_of(shapes, households=figures)})
        assert of_kind(findings, "people_counted_twice") == []


def test_rows_without_a_count_are_one_finding_and_zero_is_a_count() -> None:
    findings = audit_layers({"buildings": layer_of(SQUARES, households=[0, np.nan, 3, np.nan])})
    assert of_kind(findings, "unknown_count") == [("buildings", ("ne", "se"), (), 20_000.0)]
    assert np.isnan(findings["households"].item())


def test_communities_off_the_standard_say_by_how_much() -> None:
    findings = audit_layers({"communities": communities(households=[3001, 3000, 1000, 999])})
    assert of_kind(findings, "community_too_large") == [("communities", ("sw",), (), 10_000.0)]
    assert of_kind(findings, "community_too_small") == [("communities", ("ne",), (), 10_000.0)]
    assert findings["message"].tolist() == [
        "西南社区有 3,001 户，比国家标准（2026年起施行）的上限 3,000 户多 1 户；该标准为指导性，可按实际需要调整",
        "东北社区有 999 户，比国家标准（2026年起施行）的下限 1,000 户少 1 户；该标准为指导性，可按实际需要调整",
    ]


def test_households_of_a_community_without_a_figure_come_from_the_units_on_it() -> None:
    halves = {"west": shapely.box(0, 0, 150, 100), "east": shapely.box(150, 0, 200, 100)}
    units = layer_of(halves, households=[3000, 1500])
    layer = communities({key: SQUARES[key] for key in ("sw", "se")})
    findings = audit_layers(
        {"communities": layer, "units": units}, standard=with_overrides(load_standard("national_2026"), maximum=2200)
    )
    row = findings[findings["kind"] == "community_too_large"].iloc[0]
    assert row["ids"] == ("se",)
    assert row["households"] == pytest.approx(1500 + 1000)
    assert row["people_basis"] == "units"


def test_a_standard_by_dwellings_counts_dwellings() -> None:
    layer = communities(households=[500] * 4, dwellings=[3500, 2000, 2000, 2000])
    findings = audit_layers({"communities": layer}, standard="henan_2022")
    (message,) = findings["message"]
    assert message == (
        "西南社区有 3,500 套住宅，比河南省标准（2022年）的上限 3,000 套住宅多 500 套住宅；"
        "该标准为指导性，可按实际需要调整"
    )


@pytest.mark.parametrize(
    ("standard", "columns"),
    [("henan_2022", {"households": [1] * 4}), ("life_circle", {"households": [1] * 4}), ("national_2026", {})],
)
def test_a_standard_that_cannot_be_checked_is_skipped_with_the_reason(
    standard: str, columns: dict[str, list[int]]
) -> None:
    findings = audit_layers({"communities": communities(**columns)}, standard=standard)
    check = next(row for row in findings.attrs["audit_report"]["checks"] if row["check"] == "off-standard")
    assert check["status"] == "skipped"
    assert check["reason"]
    assert check["reason_en"]


@pytest.mark.parametrize(
    ("standard", "code"), [("nonsense", "standard-unknown"), ("grid_basic", "standard-not-community")]
)
def test_a_wrong_standard_is_refused(standard: str, code: str) -> None:
    with pytest.raises(StandardError) as caught:
        audit_layers({"communities": communities()}, standard=standard)
    assert caught.value.code == code
