"""What coordinates can mean: zones with and without number, degrees, exchanged axes; all offered, none applied."""

import geopandas as gpd
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.crs import recognise_crs
from gis.crs_guess import crs_candidates, crs_doubt

_ALL_ZONES = [*range(4491, 4555), *range(2327, 2391), *range(2401, 2443), *range(21413, 21424), *range(21453, 21464)]


def _bounds(crs: int, longitude: float, latitude: float) -> tuple[float, float, float, float]:
    place = gpd.GeoSeries([shapely.box(longitude, latitude, longitude + 0.05, latitude + 0.05)], crs=4490).to_crs(crs)
    west, south, east, north = place.total_bounds
    return float(west), float(south), float(east), float(north)


def _swapped(bounds):
    west, south, east, north = bounds
    return south, west, north, east


@given(meridian=st.integers(27, 43).map(lambda n: 3 * n), off=st.floats(-1.5, 1.4), latitude=st.floats(22, 45))
def test_an_easting_with_zone_number_names_its_zone(meridian, off, latitude):
    zone = meridian // 3
    first = crs_candidates(_bounds(4513 + zone - 25, meridian + off, latitude))[0]
    assert first.crs == f"EPSG:{4513 + zone - 25}"
    assert not first.swapped
    assert str(zone) in first.reason.zh


@given(longitude=st.floats(76, 134), latitude=st.floats(4, 53))
def test_degrees_are_degrees(longitude, latitude):
    found = crs_candidates((longitude, latitude, longitude + 0.01, latitude + 0.01))
    assert [one.crs for one in found] == ["EPSG:4490", "EPSG:4326"]


_PLACES = {
    "410105": (113.65, 34.76, 4547),
    "460105": (110.3, 20.0, 4546),
    "320106": (118.78, 32.06, 4548),
    "650102": (87.6, 43.8, 4538),
    "510104": (104.07, 30.66, 4544),
    "230102": (126.6, 45.75, 4551),
}


@pytest.mark.parametrize("code", _PLACES)
def test_without_zone_number_the_true_meridian_is_among_the_offered_and_a_code_narrows_them(code):
    longitude, latitude, epsg = _PLACES[code]
    bounds = _bounds(epsg, longitude, latitude)
    wide, narrow = ([one.crs for one in crs_candidates(bounds, division_code=hint)] for hint in (None, code + "001001"))
    assert f"EPSG:{epsg}" in wide
    assert f"EPSG:{epsg}" in narrow
    assert len(narrow) < len(wide)


@pytest.mark.parametrize("epsg", [4547, 4526, 4490])
def test_exchanged_axes_are_noticed(epsg):
    bounds = _swapped(_bounds(epsg, 113.65, 34.76))
    assert all(one.swapped for one in crs_candidates(bounds))
    doubt = crs_doubt(bounds, epsg)
    assert doubt.certain
    assert f"EPSG:{epsg}" in [one.crs for one in doubt.candidates]


@pytest.mark.parametrize("epsg", _ALL_ZONES)
def test_every_zone_fits_its_own_middle(epsg):
    crs = pyproj.CRS.from_epsg(epsg)
    area = crs.area_of_use
    bounds = _bounds(epsg, (area.west + area.east) / 2, (area.south + area.north) / 2)
    assert crs_doubt(bounds, crs) is None


@pytest.mark.parametrize(("declared", "true"), [(4547, 4526), (4526, 4547), (4490, 4547), (4547, 4490), (4326, 4526)])
def test_a_contradiction_is_certain_and_names_what_fits(declared, true):
    doubt = crs_doubt(_bounds(true, 113.65, 34.76), declared, division_code="410105001001")
    assert doubt.certain
    assert f"EPSG:{true}" in [one.crs for one in doubt.candidates]


@pytest.mark.parametrize(
    ("epsg", "place"),
    [
        (4549, (118.4, 32.0)),
        (3826, (120.2, 23.0)),
        (2232, (-104.9, 39.7)),
        (3857, (113.0, 34.0)),
        (32650, (114.3, 30.6)),
    ],
)
def test_sound_declarations_raise_no_doubt(epsg, place):
    assert crs_doubt(_bounds(epsg, *place), epsg) is None


def test_toy_coordinates_are_a_mere_oddity():
    doubt = crs_doubt((0, 0, 1000, 1000), 4547)
    assert not doubt.certain
    assert doubt.candidates == ()


def test_nothing_follows_from_numbers_that_are_none():
    nan = float("nan")
    assert crs_candidates((nan, nan, nan, nan)) == ()
    assert crs_doubt((nan, nan, nan, nan), 4547) is None


_WKT = (
    'PROJCS["{name}",GEOGCS["{geo}",DATUM["{datum}",SPHEROID["{ball}"]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]],PROJECTION["{projection}"],PARAMETER["False_Easting",{east}],'
    'PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",{meridian}],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)
_CGCS = ("GCS_China_Geodetic_Coordinate_System_2000", "D_China_2000", 'CGCS2000",6378137.0,298.257222101')
_XIAN = ("GCS_Xian_1980", "D_Xian_1980", 'Xian_1980",6378140.0,298.257')
_BEIJING = ("GCS_Beijing_1954", "D_Beijing_1954", 'Krasovsky_1940",6378245.0,298.3')


@pytest.mark.parametrize(
    ("base", "name", "east", "meridian", "epsg"),
    [
        (_CGCS, "CGCS2000_3_Degree_GK_CM_114E", 500000, 114, 4547),
        (_CGCS, "CGCS2000_3_Degree_GK_Zone_38", 38500000, 114, 4526),
        (_CGCS, "CGCS2000_GK_Zone_19", 19500000, 111, 4497),
        (_CGCS, "anything at all", 500000, 120, 4549),
        (_XIAN, "Xian_1980_3_Degree_GK_CM_114E", 500000, 114, 2383),
        (_XIAN, "Xian_1980_3_Degree_GK_Zone_38", 38500000, 114, 2362),
        (_XIAN, "my own", 38500000, 114, 2362),
        (_BEIJING, "Beijing_1954_3_Degree_GK_CM_114E", 500000, 114, 2435),
        (_BEIJING, "Beijing_1954_3_Degree_GK_Zone_38", 38500000, 114, 2414),
        (_BEIJING, "Beijing_1954_GK_Zone_19", 19500000, 111, 21419),
        (("CGCS2000", "CGCS_2000", 'CGCS2000",6378137.0,298.257222101'), "x", 500000, 111, 4546),
        (("bj54", "Beijing54", 'Krasovsky",6378245.0,298.3'), "x", 20500000, 117, 21420),
        (("xian80", "Xian80", 'IAG_75",6378140.0,298.257'), "x", 40500000, 120, 2364),
    ],
)  # fmt: skip
@pytest.mark.parametrize("projection", ["Gauss_Kruger", "Transverse_Mercator"])
def test_a_prj_without_epsg_is_recognised_by_datum_and_parameters(base, name, east, meridian, epsg, projection):
    geo, datum, ball = base
    wkt = _WKT.format(
        name=name, geo=geo, datum=datum, ball=ball, projection=projection, east=float(east), meridian=float(meridian)
    )
    wkt = wkt.replace(f'SPHEROID["{ball}"]', f'SPHEROID["{ball}]')
    assert recognise_crs(pyproj.CRS(wkt)).to_epsg() == epsg


@pytest.mark.parametrize("epsg", _ALL_ZONES[::7])
def test_zones_are_recognised_from_esri_wkt_under_another_name(epsg):
    crs = pyproj.CRS.from_epsg(epsg)
    wkt = crs.to_wkt("WKT1_ESRI")
    renamed = 'PROJCS["local"' + wkt[wkt.index(",") :]
    found = recognise_crs(pyproj.CRS(renamed))
    assert found.to_epsg() is not None
    same_numbers = gpd.GeoSeries([shapely.Point(crs.area_of_use.west + 1, 35)], crs=4490)
    assert same_numbers.to_crs(found).iloc[0].equals_exact(same_numbers.to_crs(crs).iloc[0], 1e-6)


@pytest.mark.parametrize("wkt", ["local meridian", "unknown datum"])
def test_what_has_no_code_is_kept_as_it_is(wkt):
    geo, datum, ball = (
        _CGCS if wkt == "local meridian" else ("GCS_Unknown", "D_Unknown", 'Krasovsky_1940",6378245.0,298.3')
    )
    meridian = 112.75 if wkt == "local meridian" else 114.0
    text = _WKT.format(
        name="x", geo=geo, datum=datum, ball=ball, projection="Gauss_Kruger", east=500000.0, meridian=meridian
    )
    crs = pyproj.CRS(text.replace(f'SPHEROID["{ball}"]', f'SPHEROID["{ball}]'))
    found = recognise_crs(crs)
    assert found.to_epsg() is None
    assert found == crs
