"""Errors are RFC 9457 problem details with a stable code, in the reader's language; people get a page."""

import pytest
from fastapi.testclient import TestClient

from api.main import create_app
from api.settings import ServiceSettings
from tests.api.conftest import BASE, client_of


def _problem(answer, status: int, code: str) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    return body


@pytest.mark.parametrize(
    ("language", "lang", "sentence"),
    [
        (None, None, "没有数据集 castles"),
        ("zh-CN", None, "没有数据集 castles"),
        ("en-GB,zh;q=0.5", None, "there is no collection castles"),
        ("fr", None, "没有数据集 castles"),
        ("en", "zh", "没有数据集 castles"),
        ("zh", "en", "there is no collection castles"),
    ],
)
def test_the_sentence_is_in_the_reader_s_language(client, language, lang, sentence):
    headers = {} if language is None else {"accept-language": language}
    answer = client.get("/collections/castles", params={} if lang is None else {"lang": lang}, headers=headers)
    body = _problem(answer, 404, "collection-not-found")
    assert sentence in body["detail"]
    assert body["instance"] == "/collections/castles"
    assert answer.headers["content-language"] in {"zh", "en"}


@pytest.mark.parametrize(
    ("query", "zh", "en"),
    [
        ("limit=0", "limit=0；应为不小于 1 的数", "limit=0; a number of at least 1 is needed"),
        ("limit=many", "limit=many；应为整数", "limit=many; a whole number is needed"),
        ("lang=fr", "lang=fr；应为 'zh'、'en' 之一", "lang=fr; one of 'zh' or 'en' is needed"),
        ("bbox=1", "bbox=1", "bbox=1"),
        ("datetime=x", "datetime=x", "datetime=x"),
    ],
)
def test_a_wrong_parameter_is_named_in_both_languages(client, query, zh, en):
    address = f"/collections/units/items?{query}"
    for language, sentence in (("zh", zh), ("en", en)):
        answer = client.get(address, headers={"accept-language": language})
        assert _problem(answer, 400, "parameter-invalid")["detail"].count(sentence) == 1


def test_an_unknown_parameter_is_refused_on_every_address(client):
    paths = [path for path, methods in client.get("/openapi.json").json()["paths"].items() if "get" in methods]
    assert len(paths) >= 9
    for path in paths:
        filled = path.format(
            collection_id="units", feature_id="u1", name="alternative_1", tileMatrixSetId="WebMercatorQuad",
            tileMatrix=0, tileRow=0, tileCol=0, project_id="town",
        )  # fmt: skip
        answer = client.get(filled, params={"colour": "red"}, headers={"accept-language": "en"})
        body = _problem(answer, 400, "parameter-unknown")
        assert "colour" in body["detail"]
        assert "lang" in body["detail"]


def test_what_is_not_offered(client):
    _problem(client.get("/nowhere"), 404, "page-not-found")
    _problem(client.post("/collections"), 405, "method-not-allowed")
    _problem(client.get("/assets/..%2F..%2Fquhua.toml"), 404, "page-not-found")
    _problem(client.get("/assets/secret.css"), 404, "page-not-found")
    _problem(client.get("/maps/plans/none"), 404, "item-not-found")


def test_an_address_that_does_not_take_a_method_says_which_it_takes(client):
    answer = client.post("/collections")
    _problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path",
    ["/", "/collections", "/collections/units/items", "/maps/findings", "/openapi.json", "/nowhere", "/?lang=fr"],
)
def test_head_is_get_without_the_body(client, path):
    head, get = client.head(path), client.get(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    kept = ("content-type", "content-length", "etag", "content-security-policy", "content-language", "vary")
    assert {name: head.headers.get(name) for name in kept} == {name: get.headers.get(name) for name in kept}
    assert int(head.headers["content-length"]) > 0


@pytest.mark.parametrize(
    "address",
    [
        "/{long}",
        "/collections/{long}",
        "/collections/units/items/{long}",
        "/maps/plans/{long}",
        "/assets/{long}",
        "/collections?{long}=1",
        "/collections?lang={long}",
        "/collections/units/items?bbox={long}",
        "/collections/units/items?datetime={long}",
        "/collections/units/items?limit={long}",
    ],
)
def test_a_long_address_is_not_repeated(client, address):
    body = client.get(address.format(long="long" * 1000)).json()
    assert body["status"] in {400, 404}
    assert "long" in body["detail"]
    assert "long" * 30 not in str(body)


@pytest.mark.parametrize(
    ("header", "asked", "found"),
    [(None, None, "en"), ("fr", None, "en"), ("zh-CN", None, "zh"), (None, "zh", "zh"), (None, "fr", "en")],
)
def test_the_service_speaks_the_language_it_was_told_where_the_reader_names_none(town, header, asked, found):
    with client_of(town, lang="en") as client:
        headers = {"accept-language": header or ""}
        answer = client.get("/collections/castles", headers=headers, params={"lang": asked} if asked else {})
        assert answer.headers["content-language"] == found
        if asked != "fr":
            page = client.get("/", headers=headers | {"accept": "text/html"}, params={"lang": asked} if asked else {})
            assert page.headers["content-language"] == found
            assert f'<html lang="{"en" if found == "en" else "zh-CN"}">' in page.text


def test_people_get_a_page_that_names_the_code(client):
    answer = client.get("/collections/<b>x", headers={"accept": "text/html,*/*", "accept-language": "zh"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "collection-not-found" in answer.text
    assert "&lt;b&gt;x" in answer.text
    assert "<b>x" not in answer.text


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "",
        "127.0.0.1.evil.example",
        "127.0.0.1:port.evil.example",
        "127.0.0.1:80:80",
        "127.0.0.1:",
        "127.0.0.1:99999",
        "127.0.0.1@evil.example",
        "evil.example@127.0.0.1",
        "127.0.0.1/evil.example",
        "[::1",
        "[::1]evil.example",
        "::1",
        "localhost, evil.example",
        "127.0.0.1:\u0668\u0660",
    ],
)
def test_another_name_is_refused(client, host):
    answer = client.get("/collections", headers={"host": host.encode()})
    _problem(answer, 421, "host-refused")
    assert "links" not in answer.text


def test_two_names_at_once_are_refused(client):
    _problem(client.get("/collections", headers=[("host", "localhost"), ("host", "evil.example")]), 421, "host-refused")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:9", "[::1]:8000"])
def test_its_own_names_are_served(client, host):
    assert client.get("/collections", headers={"host": host}).status_code == 200


def test_a_fault_of_the_service_is_told_without_its_insides(town, caplog):
    app = create_app(ServiceSettings(project=town))

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("secret insides")

    with TestClient(app, base_url=BASE, raise_server_exceptions=False) as client:
        answer = client.get("/broken", headers={"accept-language": "zh"})
    body = _problem(answer, 500, "internal-error")
    assert "服务内部出错" in body["detail"]
    assert "secret" not in answer.text
    assert "secret insides" in caplog.text
    assert "content-security-policy" in answer.headers


def test_a_project_whose_settings_break_says_so_and_recovers(fresh):
    path = fresh.folder / "quhua.toml"
    good = path.read_text("utf-8")
    with client_of(fresh.folder) as client:
        assert client.get("/health").status_code == 200
        path.write_text("[project", encoding="utf-8")
        _problem(client.get("/health"), 500, "settings-invalid")
        path.write_text(good.replace("四方镇", "八方镇"), encoding="utf-8")
        assert "八方镇" in client.get("/health").json()["project"]
