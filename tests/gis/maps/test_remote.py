import pytest

from gis.errors import MapError
from gis.maps.remote import find_references, require_self_contained


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<script src="https://cdn.example/a.js"></script>', "https://cdn.example/a.js"),
        ('<link rel="stylesheet" href="//cdn.example/a.css">', "//cdn.example/a.css"),
        ('<img src="tiles/1.png">', "tiles/1.png"),
        ("<img srcset='https://cdn.example/1.png 2x'>", "https://cdn.example/1.png 2x"),
        ("<style>@import 'https://cdn.example/a.css';</style>", "https://cdn.example/a.css"),
        ("<style>b { background: url(https://cdn.example/b.png) }</style>", "https://cdn.example/b.png"),
        ("<style>b { background: url( 'b.png' ) }</style>", "b.png"),
        ('<p style="background:url(https://cdn.example/c.png)">', "https://cdn.example/c.png"),
        ("<script>fetch('https://example.org/x')</script>", "https://example.org/x"),
        ("<script>new WebSocket('wss://example.org/x')</script>", "wss://example.org/x"),
        ("<script>L.tileLayer('//tile.example.org/{z}')</script>", "'//tile.example.org/{z}"),
        ("<script type='module'>import 'https://example.org/m.js'</script>", "https://example.org/m.js"),
        ('<meta http-equiv="refresh" content="0;url=https://example.org">', "0;url=https://example.org"),
        ('<iframe src="https://example.org"></iframe>', "https://example.org"),
        ('<object data="a.pdf"></object>', "a.pdf"),
    ],
)
def test_every_kind_of_reference_is_found(html: str, found: str):
    assert find_references(html) == [found]
    with pytest.raises(MapError) as refused:
        require_self_contained(html)
    assert refused.value.code == "remote-reference"


@pytest.mark.parametrize(
    "html",
    [
        '<img src="data:image/png;base64,AAAA">',
        '<a href="#legend">x</a>',
        "<style>b { background: url(data:image/png;base64,AA); behavior: url(#default#VML) }</style>",
        "<script>document.createElementNS('http://www.w3.org/2000/svg', 'svg') // comment</script>",
        '<script type="application/json">{"source": "https://example.org/in-the-data"}</script>',
        "<p>see https://example.org</p>",
    ],
)
def test_what_fetches_nothing_passes(html: str):
    assert require_self_contained(html) == html
