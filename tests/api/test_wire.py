"""Bytes that no client of good will sends, on a real port: answered or dropped in time, and the service lives on."""

import socket
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fastapi
import pytest

from api.main import create_app
from api.settings import ServiceSettings
from tests.api import squares
from tests.api.serving import serving

_SOON_S = 10.0
_CHUNKED = b"Host: localhost\r\nTransfer-Encoding: chunked\r\n"
_HOST = "Host: localhost\r\n"
_POST = (
    f"POST /imports/preview?filename=a.geojson&kind=units HTTP/1.1\r\n{_HOST}Content-Type: application/octet-stream\r\n"
)


@pytest.fixture(scope="module")
def served(town: Path) -> Iterator[str]:
    with serving(town) as address:
        yield address


def _send(served: str, data: bytes, *, hang_up: bool = False, silence_s: float = 1.0) -> bytes:
    """Send bytes, and give what comes back until the service closes the connection, or is silent for a while."""
    plug = socket.create_connection(("127.0.0.1", int(served.rsplit(":", 1)[1])), timeout=_SOON_S)
    with plug:
        plug.sendall(data)
        if hang_up:
            return b""
        plug.settimeout(silence_s)
        came = b""
        try:
            while chunk := plug.recv(65536):
                came += chunk
        except (TimeoutError, ConnectionResetError):
            pass
        return came


def _upload(body: bytes) -> bytes:
    return f"{_POST}Connection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _is_well(served: str) -> bool:
    with urllib.request.urlopen(f"{served}/health", timeout=_SOON_S) as answer:
        return answer.status == 200


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/0.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 5_000 + b"\r\n",
        b"GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX\0: y\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST /imports/preview HTTP/1.1\r\n" + _CHUNKED + b"Content-Length: 3\r\n\r\nzz\r\n",
        b"POST /imports/x/confirm HTTP/1.1\r\n" + _CHUNKED + b"\r\nffffffffffffffff\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50,
    ],
    ids=lambda data: repr(data[:40]),
)
def test_broken_requests(served, data):
    began = time.monotonic()
    came = _send(served, data)
    assert time.monotonic() - began < _SOON_S
    for line in came.splitlines():
        if line.startswith(b"HTTP/"):
            assert line.split()[1] < b"500", came
    assert _is_well(served)


def test_many_who_send_half_a_request_and_wait_do_not_stop_the_others(served):
    port = int(served.rsplit(":", 1)[1])
    plugs = [socket.create_connection(("127.0.0.1", port)) for _ in range(100)]
    try:
        for plug in plugs:
            plug.sendall(b"GET / HTTP/1.1\r\nHost: loc")
        for _ in range(3):
            assert _is_well(served)
    finally:
        for plug in plugs:
            plug.close()


def test_an_upload_that_breaks_off_is_forgotten(fresh):
    squares.fill(fresh)
    with serving(fresh.folder) as address:
        for _ in range(12):  # more than may come in at once
            _send(address, f"{_POST}Content-Length: 1000000\r\n\r\n".encode() + b"{" * 1000, hang_up=True)
        assert _is_well(address)
        body = squares.units().to_crs(4326).reset_index().to_json().encode()
        until = time.monotonic() + _SOON_S
        while b" 200 " not in (came := _send(address, _upload(body), silence_s=30.0)):
            assert b" 429 " in came.splitlines()[0] + b" ", came
            assert time.monotonic() < until, "the places of broken uploads were not given back"


def test_uploads_side_by_side_on_a_real_port(fresh):
    body = squares.units().to_crs(4326).reset_index().to_json().encode()
    with serving(fresh.folder) as address, ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: _send(address, _upload(body), silence_s=30.0), range(6)))
        assert all(b" 200 " in came.splitlines()[0] + b" " for came in answers), answers
        assert _is_well(address)
    assert fresh.store.items() == []


def test_the_description_is_made_once_however_many_ask_at_once(fresh, monkeypatch):
    made = []
    make = fastapi.FastAPI.openapi

    def slowly(app: fastapi.FastAPI) -> dict[str, Any]:
        made.append(app)
        time.sleep(0.2)
        return make(app)

    monkeypatch.setattr(fastapi.FastAPI, "openapi", slowly)
    app = create_app(ServiceSettings(project=fresh.folder))
    with ThreadPoolExecutor(6) as pool:
        documents = list(pool.map(lambda _: app.openapi(), range(6)))
    assert len(made) == 1
    assert all(document is documents[0] for document in documents)
    assert "HTTPValidationError" not in documents[0]["components"]["schemas"]
