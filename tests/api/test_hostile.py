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
    with TestClient(create_app(ServiceSettings(project=town)), base_url=BASE) as client:
        yield client


def _check(answer) -> None:
    assert answer.status_code in _ANSWERS, (answer.status_code, answer.text)
    if answer.status_code != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        body = json.loads(answer.text)
        assert body["code"]
        assert "\n" not in body["detail"]


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
