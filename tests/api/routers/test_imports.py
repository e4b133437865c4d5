"""Imports in two steps: what the preview shows is what the confirmation stores, and nothing hostile gets in."""

import io
import json
import os
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopandas as gpd
import pytest

from api.uploads import Uploads
from gis.project import Project
from tests.api import squares
from tests.api.conftest import client_of

_RAW = {"content-type": "application/octet-stream"}


def _geojson(layer: gpd.GeoDataFrame | None = None) -> bytes:
    layer = squares.units() if layer is None else layer
    return layer.to_crs(4326).reset_index().to_json().encode()


def _csv() -> bytes:
    """Communities as WKT in metres, with an office's column names and no CRS."""
    rows = ["编号,社区名称,户数,WKT"]
    for name, west in (("东街社区", 0), ("西街社区", 200)):
        rows.append(f'{name[0]},{name},"1,600","{squares.box(west, 0, west + 200, 200).wkt}"')
    return "\n".join(rows).encode()


def _shapefile(layer: gpd.GeoDataFrame, folder: Path) -> bytes:
    layer.reset_index().to_file(folder / "社区.shp", encoding="GBK")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in folder.glob("社区.*"):
            archive.write(part, part.name)
    return packed.getvalue()


def _preview(client, body: bytes, filename: str = "units.geojson", kind: str = "units", **more: str):
    return client.post(
        "/imports/preview", params={"filename": filename, "kind": kind, **more}, content=body, headers=_RAW
    )


def _confirm(client, token: str, **choices: object):
    return client.post(f"/imports/{token}/confirm", json=choices)


def _problem(answer, status: int, code: str) -> dict:
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()


@pytest.fixture
def client(fresh):
    with client_of(fresh.folder) as client:
        yield client


@pytest.fixture
def nothing_stored(fresh):
    yield
    assert fresh.store.items() == []
    assert Project.open(fresh.folder).settings.layers == {}
    assert not [path for path in (fresh.folder / "inbox").rglob("*") if path.is_file()]


def test_a_preview_stores_nothing_and_its_confirmation_what_it_showed(client, fresh):
    answer = _preview(client, _geojson())
    assert answer.status_code == 200, answer.text
    seen = answer.json()
    assert seen["ready"]
    assert seen["problems"] == []
    assert seen["columns"]["households"] == "households"
    assert seen["rows"][0]["households"] == "400.0"
    assert fresh.store.items() == []
    done = _confirm(client, seen["token"])
    assert done.status_code == 201, done.text
    assert (done.json()["name"], done.json()["version"], done.json()["count"]) == ("units", 1, 8)
    assert client.get(done.headers["location"]).json()["count"] == 8
    assert done.json()["report"]["path"].startswith("inbox/")
    stored = fresh.store.load_layer("units")
    assert stored["households"].tolist() == [400.0] * 8
    kept = Project.open(fresh.folder).settings.layers["units"]
    assert kept.path.startswith("inbox/")
    assert kept.path.endswith("/units.geojson")
    assert (fresh.folder / kept.path).read_bytes() == _geojson()
    assert kept.columns == seen["columns"]


def test_every_problem_at_once_with_the_answers_that_fit(client, fresh):
    seen = _preview(client, _csv(), "社区.csv", "communities").json()
    assert not seen["ready"]
    assert "crs-missing" in {one["code"] for one in seen["problems"]}
    assert "EPSG:4547" in seen["crs_candidates"]
    assert seen["columns"]["name"] == "社区名称"
    _problem(_confirm(client, seen["token"]), 409, "crs-missing")
    assert fresh.store.items() == []
    done = _confirm(client, seen["token"], crs="EPSG:4547", name="社区")
    assert done.status_code == 201, done.text
    stored = fresh.store.load_layer("社区")
    assert stored["households"].tolist() == [1600.0, 1600.0]
    assert sorted(stored["name"]) == ["东街社区", "西街社区"]


def test_the_mapping_that_was_confirmed_counts(client, fresh):
    layer = squares.units().assign(甲=[7.0] * 8, 乙=[9.0] * 8).drop(columns=["households"])
    seen = _preview(client, _geojson(layer)).json()
    assert "households" not in seen["columns"]
    done = _confirm(client, seen["token"], columns={"households": "乙", "id": "id"})
    assert done.status_code == 201, done.text
    assert fresh.store.load_layer("units")["households"].tolist() == [9.0] * 8
    assert Project.open(fresh.folder).settings.layers["units"].columns["households"] == "乙"


def test_exchanged_axes_are_asked_about_and_set_right(client, fresh):
    rows = "".join(f'{at},"POINT ({33.44 + at / 1000} {114.02 + at / 1000})"\n' for at in range(3))
    body = f"编号,WKT\n{rows}".encode()
    asked = {"filename": "服务设施.csv", "kind": "facilities", "crs": "EPSG:4490"}
    seen = _preview(client, body, **asked).json()
    assert not seen["ready"]
    assert "axes-swapped" in {one["code"] for one in seen["problems"]}
    assert _preview(client, body, **asked, swap_xy="true").json()["ready"]
    done = _confirm(client, seen["token"], swap_xy=True)
    assert done.status_code == 201, done.text
    assert 114 < fresh.store.load_layer("facilities").to_crs(4326).geometry.iloc[0].x < 115


def test_a_mapping_that_was_confirmed_is_proposed_again(client):
    layer = squares.units().assign(甲=[7.0] * 8, 乙=[9.0] * 8).drop(columns=["households"])
    _confirm(client, _preview(client, _geojson(layer)).json()["token"], columns={"households": "乙"})
    assert _preview(client, _geojson(layer)).json()["columns"]["households"] == "乙"


def test_a_wrong_mapping_is_refused_and_may_be_put_right(client, fresh):
    seen = _preview(client, _geojson()).json()
    refused = _confirm(client, seen["token"], columns={"households": "nothing"})
    assert refused.status_code == 422, refused.text
    assert fresh.store.items() == []
    assert _confirm(client, seen["token"]).status_code == 201


def test_a_zipped_shapefile_in_gbk(client, fresh, tmp_path):
    body = _shapefile(squares.communities().drop(columns="备注"), tmp_path)
    seen = _preview(client, body, "社区.zip", "communities").json()
    assert seen["report"]["encoding"]["value"] in {"GBK", "GB18030"}
    assert any("东街社区" in str(row) for row in seen["rows"])
    assert str(tempfile.gettempdir()) not in json.dumps(seen, ensure_ascii=False)
    assert _confirm(client, seen["token"]).status_code == 201
    assert "东街社区" in fresh.store.load_layer("communities")["name"].tolist()


def test_the_same_file_twice_is_kept_once_and_stored_as_two_versions(client, fresh):
    versions = [_confirm(client, _preview(client, _geojson()).json()["token"]).json()["version"] for _ in range(2)]
    assert versions == [1, 2]
    assert len([path for path in (fresh.folder / "inbox").rglob("*") if path.is_file()]) == 1


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize(
    "filename", ["../units.geojson", "/tmp/units.geojson", "a/units.geojson", "..\\units.geojson", "units", ".geojson"]
)
def test_a_name_that_leads_elsewhere(client, filename):
    _problem(_preview(client, _geojson(), filename), 400, "file-name-invalid")


def _zip(*members: tuple[str, bytes], bits: int = 0) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.external_attr = bits << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return packed.getvalue()


def _bomb() -> bytes:
    return _zip(("units.geojson", b"\0" * (200 * 1024**2)))


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize(
    ("body", "filename"),
    [
        (_bomb, "bomb.zip"),
        (lambda: _zip(("../../units.geojson", _geojson())), "out.zip"),
        (lambda: _zip(("/etc/units.geojson", _geojson())), "root.zip"),
        (lambda: _zip(("..\\units.geojson", _geojson())), "back.zip"),
        (lambda: _zip(("units.geojson", b"/etc/passwd"), bits=0o120777), "link.zip"),
        (lambda: _zip(("readme.doc", b"hello")), "empty.zip"),
        (lambda: _zip(("a.geojson", _geojson()))[:-40], "cut.zip"),
        (lambda: _geojson()[: len(_geojson()) // 2], "cut.geojson"),
        (lambda: b"", "empty.geojson"),
        (lambda: b"\0" * 1000, "zeros.gpkg"),
        (lambda: b"MZ\x90\0", "units.exe"),
        (lambda: b"<OGRVRTDataSource><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTDataSource>", "evil.vrt"),
        (lambda: b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><kml>&e;</kml>', "evil.kml"),
        (lambda: b"[" * 100_000, "deep.geojson"),
        (lambda: _zip(("[Content_Types].xml", b"x" * 10)), "broken.xlsx"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_hostile_files_are_refused_with_a_sentence_and_leave_nothing(client, body, filename):
    answer = _preview(client, body(), filename)
    assert answer.status_code in {400, 422}, answer.text
    found = answer.json()
    assert found["code"] != "internal-error"
    assert "passwd" not in found["detail"]
    assert "quhua-uploads" not in found["detail"]
    assert client.app.state.service.uploads._held == {}


@pytest.mark.usefixtures("nothing_stored")
def test_wrong_tokens(client):
    for token in ("x", "..", "%2e%2e%2f", "' OR 1=1", "a" * 5000):
        answer = client.post(f"/imports/{token}/confirm", json={})
        assert answer.status_code in {404, 405}, token
        assert answer.json()["code"] in {"upload-not-found", "page-not-found", "method-not-allowed"}


def test_a_token_is_not_served_twice(client, fresh):
    token = _preview(client, _geojson()).json()["token"]
    assert _confirm(client, token).status_code == 201
    _problem(_confirm(client, token), 404, "upload-not-found")
    assert fresh.store.history("units")[-1].number == 1


def test_one_token_confirmed_by_many_at_once_is_stored_once(client, fresh):
    token = _preview(client, _geojson()).json()["token"]
    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(lambda _: _confirm(client, token).status_code, range(6)))
    assert statuses == [201, 404, 404, 404, 404, 404]
    assert fresh.store.history("units")[-1].number == 1


def test_two_uploads_at_once_do_not_mix(client, fresh):
    bodies = {
        "units": _geojson(),
        "communities": _geojson(squares.communities().assign(备注="x")),
    }

    def bring(kind: str) -> int:
        seen = _preview(client, bodies[kind], "same.geojson", kind).json()
        return _confirm(client, seen["token"]).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(bring, bodies)) == [201, 201]
    assert {entry.name: entry.rows for entry in fresh.store.items()} == {"units": 8, "communities": 2}
    assert set(Project.open(fresh.folder).settings.layers) == {"units", "communities"}


@pytest.mark.usefixtures("nothing_stored")
def test_what_is_too_large_is_refused_before_it_is_read_and_while_it_comes(fresh):
    with client_of(fresh.folder, max_upload_mb=1) as client:
        large = b" " * (1024**2 + 1)
        _problem(_preview(client, large), 413, "upload-too-large")
        pieces = (b" " * 65536 for _ in range(17))  # no Content-Length
        answer = client.post(
            "/imports/preview", params={"filename": "a.geojson", "kind": "units"}, content=pieces, headers=_RAW
        )
        _problem(answer, 413, "upload-too-large")
        assert client.app.state.service.uploads._held == {}
        assert _preview(client, _geojson()).status_code == 200


@pytest.mark.usefixtures("nothing_stored")
def test_a_full_disk_is_told(client, monkeypatch):
    def begin(self, name):
        upload = plain(self, name)
        upload.path.symlink_to("/dev/full")
        return upload

    plain = Uploads.begin
    with monkeypatch.context() as patch:
        patch.setattr(Uploads, "begin", begin)
        answer = _preview(client, _geojson() * 10)
    assert "磁盘已满" in _problem(answer, 507, "upload-not-kept")["detail"]
    assert client.app.state.service.uploads._held == {}
    token = _preview(client, _geojson()).json()["token"]
    with monkeypatch.context() as patch:
        patch.setattr("api.workflow.previewing.shutil.copyfile", lambda _source, _target: os.write(full, b"x"))
        with Path("/dev/full").open("wb", buffering=0) as file:
            full = file.fileno()
            _problem(_confirm(client, token), 507, "upload-not-kept")


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "https://127.0.0.1"},
        {"origin": "http://127.0.0.1:81"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_site_s_page_cannot_import(client, headers):
    params = {"filename": "units.geojson", "kind": "units"}
    answer = client.post("/imports/preview", params=params, content=_geojson(), headers=_RAW | headers)
    _problem(answer, 403, "origin-refused")
    token = _preview(client, _geojson()).json()["token"]
    _problem(client.post(f"/imports/{token}/confirm", json={}, headers=headers), 403, "origin-refused")


def test_the_service_s_own_page_can(client):
    headers = _RAW | {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
    params = {"filename": "units.geojson", "kind": "units"}
    assert client.post("/imports/preview", params=params, content=_geojson(), headers=headers).status_code == 200


@pytest.mark.usefixtures("nothing_stored")
def test_another_machine_cannot(fresh):
    with client_of(fresh.folder) as client:
        client._transport.client = ("192.168.1.7", 40000)
        _problem(_preview(client, _geojson()), 403, "origin-refused")
        assert client.get("/collections").status_code == 200


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize("media_type", ["text/plain", "multipart/form-data; boundary=x", "application/json", ""])
def test_a_form_of_a_page_is_no_upload(client, media_type):
    params = {"filename": "units.geojson", "kind": "units"}
    answer = client.post("/imports/preview", params=params, content=_geojson(), headers={"content-type": media_type})
    _problem(answer, 415, "upload-type")


@pytest.mark.usefixtures("nothing_stored")
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'"x"', b'{"columns": 3}', b'{"path": "/etc/passwd"}', b'{"datum": "mars"}', b"\xff"]
)
def test_a_confirmation_that_is_none(client, body):
    token = _preview(client, _geojson()).json()["token"]
    answer = client.post(
        f"/imports/{token}/confirm", content=body, headers={"content-type": "application/json", "accept-language": "zh"}
    )
    found = _problem(answer, 400, "body-invalid")
    assert found["detail"].startswith("请求正文有误：")


@pytest.mark.usefixtures("nothing_stored")
def test_names_and_kinds_that_cannot_be(client):
    _problem(_preview(client, _geojson(), kind="castles"), 422, "kind-unknown")
    token = _preview(client, _geojson()).json()["token"]
    for name, code in (("a/b", "name-invalid"), ("quhua_items", "name-reserved"), ("findings", "name-of-findings")):
        _problem(_confirm(client, token, name=name), 422, code)


def test_a_wrong_request_says_what_is_missing_in_both_languages(client):
    for lang, sentence in (("zh", "缺少 filename"), ("en", "filename is missing")):
        answer = client.post(f"/imports/preview?lang={lang}", content=b"x", headers=_RAW)
        assert sentence in _problem(answer, 400, "parameter-invalid")["detail"]
