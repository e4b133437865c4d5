"""Whatever is asked, the answer is a result or a problem with a code: never a fault of the service."""

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.main import create_app
from api.settings import ServiceSettings
from tests.api.conftest import BASE, TestClient

_ANSWERS = {200, 400, 404, 405}
_NUMBER = st.one_of(st.integers(), st.floats(), st.sampled_from(["", "1e400", "-0", "0x10", "١٢", "9" * 400]))
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_BOX = st.lists(_NUMBER, max_size=7).map(lambda parts: ",".join(map(str, parts)))
_QUERY = st.fixed_dictionaries(
    {},
    optional={
        "limit": _NUMBER,
        "offset": _NUMBER,
        "bbox": st.one_of(_BOX, _TEXT),
        "datetime": st.one_of(st.datetimes().map(str), _TEXT),
        "lang": st.sampled_from(["zh", "en", "fr", ""]),
        "f": _TEXT,
    },
)


@pytest.fixture(scope="module")
def client(town):
    app = create_app(ServiceSettings(project=town, max_upload_mb=1))
    with TestClient(app, base_url=BASE, client=("127.0.0.1", 50000)) as client:  # a fault of the service is raised
        yield client


def _check(answer) -> None:
    assert answer.status_code in _ANSWERS, (answer.status_code, answer.text)
    if answer.status_code != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        body = json.loads(answer.text)
        assert body["code"]
        assert "\n" not in body["detail"]


_SUFFIXES = ["geojson", "csv", "gpkg", "zip", "kml", "xlsx", "dxf", "fgb", "parquet", "topojson", "tab", "mif", "txt"]
_HEADS = {  # so that the readers themselves get to see the rest
    "geojson": b'{"type":"FeatureCollection","features":[',
    "csv": b"id,WKT\n",
    "gpkg": b"SQLite format 3\0",
    "zip": b"PK\x03\x04",
    "xlsx": b"PK\x03\x04",
    "kml": b"<kml>",
    "dxf": b"0\nSECTION\n",
    "fgb": b"fgb\x03fgb\x00",
    "parquet": b"PAR1",
    "topojson": b'{"type":"Topology",',
    "tab": b"!table\n!version 300\n",
    "mif": b"Version 300\n",
}
_USUAL = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@_USUAL
@given(query=_QUERY)
def test_any_query_of_items(client, query):
    answer = client.get("/collections/units/items", params=query)
    _check(answer)
    if answer.status_code == 200:
        document = answer.json()
        assert document["numberReturned"] == len(document["features"]) <= document["numberMatched"] <= 8


@_USUAL
@given(
    room=st.sampled_from(
        ["collections/{}", "collections/{}/items", "collections/units/items/{}", "maps/plans/{}", "{}"]
    ),
    name=_TEXT,
)
def test_any_name_in_an_address(client, room, name):
    answer = client.get("/" + room.format(quote(name, safe="")), follow_redirects=False)
    if answer.status_code == 307:  # an address with a slash too many
        assert answer.headers["location"].startswith(BASE + "/")
    else:
        _check(answer)


@_USUAL
@given(header=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
def test_any_header(client, header):
    for name in ("accept-language", "if-none-match"):
        assert client.get("/collections/units/items?limit=1", headers={name: header}).status_code in {200, 304}


_METHODS = st.sampled_from(
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "X" * 300]
)
_PATHS = st.one_of(
    st.sampled_from(
        [
            "/",
            "/collections",
            "/collections/units",
            "/collections/units/items",
            "/collections/communities/items/西%2F街",
            "/collections/units/download",
            "/maps",
            "/maps/findings",
            "/maps/plans/alternative_1",
            "/imports/preview",
            "/imports/x/confirm",
            "/conformance",
            "/health",
            "/docs",
            "/openapi.json",
            "/assets/start.css",
            "/assets/%2e%2e/%2e%2e/quhua.toml",
            "/..%2f..%2fetc/passwd",
            "//evil.example/x",
            "/%00",
            "/%ff%fe",
            "/collections/%F0%9F%92%A9/items/%0d%0aSet-Cookie:%20a",
        ]
    ),
    _TEXT.map(lambda text: "/" + quote(text, safe="/")),
)
_PAIRS = st.dictionaries(
    st.one_of(st.sampled_from(["lang", "f", "limit", "offset", "bbox", "datetime", "filename", "kind", "crs"]), _TEXT),
    st.one_of(_TEXT, st.sampled_from(["zh", "units", "a.geojson", "../a", "%00", "1e999", "-1", "x" * 3000])),
    max_size=4,
)
_PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=80)
_HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "accept",
            "accept-language",
            "accept-encoding",
            "content-type",
            "host",
            "if-none-match",
            "origin",
            "range",
            "sec-fetch-site",
            "x-forwarded-host",
            "x-http-method-override",
            "content-length",
        ]
    ),
    st.one_of(
        _PRINTABLE,
        st.sampled_from(
            ["*/*", "text/html", "application/octet-stream", "application/json", "gzip;q=0", "-1", "9" * 40]
        ),
    ),
    max_size=4,
)
_BODIES = st.one_of(
    st.just(b""),
    st.binary(max_size=200),
    st.sampled_from(
        [b"{}", b"[]", b'{"columns": {"a": null}}', b'{"type":"FeatureCollection","features":[]}', b"\xff"]
    ),
)


@settings(_USUAL, max_examples=400)
@given(method=_METHODS, path=_PATHS, query=_PAIRS, headers=_HEADERS, body=_BODIES)
def test_any_request(client, method, path, query, headers, body):
    answer = client.request(method, path, params=query, headers=headers, content=body, follow_redirects=False)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400 and method != "HEAD":
        kinds = ("application/problem+json", "text/html")
        assert answer.headers["content-type"].startswith(kinds), (answer.status_code, answer.headers)
    if answer.status_code == 405:
        assert answer.headers["allow"]
    if answer.is_redirect:
        assert answer.headers["location"].startswith(f"http://{answer.request.headers['host']}/")
    assert "set-cookie" not in answer.headers
    assert "Traceback" not in answer.text


@settings(_USUAL, max_examples=200)
@given(body=st.binary(max_size=600), suffix=st.sampled_from(_SUFFIXES), kind=st.sampled_from(["units", "roads", "x"]))
def test_any_upload(client, body, suffix, kind):
    head = _HEADS.get(suffix, b"")
    answer = client.post(
        "/imports/preview",
        params={"filename": f"a.{suffix}", "kind": kind},
        content=head + body,
        headers={"content-type": "application/octet-stream"},
    )
    assert answer.status_code in {200, 400, 409, 422}, answer.text
    if answer.status_code == 200:
        confirmed = client.post(f"/imports/{answer.json()['token']}/confirm", json={"name": "a/b"})
        assert confirmed.status_code in {400, 409, 422}, confirmed.text
