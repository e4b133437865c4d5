"""The page around a map: folium's frame with every script and style inside. Only this module draws with folium."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import folium
import numpy as np
from branca.element import Element, Figure, MacroElement
from folium.template import Template

from gis.assets import read_asset
from gis.errors import MapError, WriteError
from gis.i18n import LANGUAGES, Lang, Text
from gis.kinds import Kind
from gis.maps.layers import Row
from gis.maps.remote import require_self_contained
from gis.maps.shapes import STEPS_PER_DEGREE, thinned_note
from gis.maps.words import WORDS, as_pair

__all__ = ["Map", "Sheet", "make_map", "render_map", "save_map"]

Map = folium.Map
_SCRIPTS = (
    "shapes.js", "panel.js", "layers.js", "labels.js", "findings_view.js", "findings.js", "communities.js", "page.js",
)  # fmt: skip
# Even if something slipped in, the browser itself would fetch nothing from another place.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
_MIN_SPAN_DEGREES = 0.002
_FOCUS = frozenset({Kind.EXTENT, Kind.COMMUNITIES, Kind.UNITS})  # roads may run far beyond them


@dataclass(frozen=True)
class Sheet:
    """What stands around a map.

    ``subtitle``: the title in the other language by default. ``facts``: key figures under the title, label and value.
    ``notes``: sentences at the foot of the panel. ``date`` and ``source``: the imprint.
    ``home``: the address of the start page, for a map that a service shows; a map in a file of its own has none.
    """

    subtitle: Text | None = None
    facts: tuple[Row, ...] = ()
    notes: tuple[Text, ...] = ()
    date: str | None = None
    source: Text | None = None
    home: str | None = None


class _OfflineMap(folium.Map):
    """A folium map without the libraries that folium links to on other hosts."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own attribute
    default_css: list[tuple[str, str]] = []  # noqa: RUF012


class _Page(MacroElement):
    """Panel, legend and shapes: one block of data, and the scripts that draw it."""

    _template = Template("""
        {% macro html(this, kwargs) %}
        {{ this.frame }}
        <script type="application/json" id="q-data">{{ this.data }}</script>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        (() => {
        'use strict';
        {{ this.code }}
        drawPage({{ this._parent.get_name() }}, JSON.parse(document.getElementById('q-data').textContent));
        })();
        {% endmacro %}
    """)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Page"
        self.data = _for_html(data)
        self.frame = _own_file("page.html")
        self.code = "\n".join(_own_file(name) for name in _SCRIPTS)


def make_map(
    layers: list[dict[str, Any]], *, title: Text, lang: Lang, sheet: Sheet, sections: Mapping[str, Any]
) -> Map:
    """Make the map of some drawn layers.

    Raises
    ------
    MapError
        ``nothing-to-draw``: no layer has a shape; ``asset-missing``.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"lang must be one of {LANGUAGES}, not {lang!r}")
    (south, west), (north, east) = _bounds(layers)
    data = {
        "lang": lang,
        "title": as_pair(title),
        "subtitle": as_pair(sheet.subtitle or Text(title.en, title.zh)),
        "facts": [[as_pair(label), as_pair(value)] for label, value in sheet.facts],
        "notes": [as_pair(note) for note in [*_thinning(layers), *sheet.notes]],
        "date": sheet.date,
        "source": None if sheet.source is None else as_pair(sheet.source),
        "home": sheet.home,
        "words": {key: as_pair(word) for key, word in WORDS.items()},
        "bounds": [[south, west], [north, east]],
        "layers": layers,
        **sections,
    }
    drawn = _OfflineMap(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=14,
        tiles=None,
        max_zoom=23,
        zoom_snap=0.25,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=90,
        attribution_control=False,
        prefer_canvas=False,
    )
    _add_to_head(drawn, title.in_language(lang))
    drawn.add_child(_Page(data), name="page")
    return drawn


def render_map(drawn: Map) -> str:
    """Write a map as one HTML page that opens with no network at all.

    Raises
    ------
    MapError
        ``remote-reference``: something that was added to the map would be fetched from another place.
    """
    html: str = drawn.get_root().render()
    return require_self_contained(html)


def save_map(drawn: Map, path: str | Path) -> Path:
    """Write a map into an HTML file; gives the path.

    Raises
    ------
    MapError
        ``remote-reference``, as :func:`render_map`.
    WriteError
        ``not-writable``.
    """
    path, html = Path(path), render_map(drawn)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise WriteError("not-writable", path=path, reason=error.strerror or str(error)) from error
    return path


def _add_to_head(drawn: Map, title: str) -> None:
    figure = drawn.get_root()
    assert isinstance(figure, Figure)
    figure.title = title.replace("&", "&amp;").replace("<", "&lt;")
    head = {
        "policy": f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        "leaflet_style": f"<style>{read_asset('leaflet.css')}</style>",
        "map_style": f"<style>{_own_file('map.css')}</style>",
        "leaflet": f"<script>{read_asset('leaflet.js')}</script>",
    }
    for name, markup in head.items():
        figure.header.add_child(Element("{% raw %}" + markup + "{% endraw %}"), name=name)


def _for_html(data: Mapping[str, Any]) -> str:
    """Write data as JSON that may stand inside a script element: no name can end it.

    Folium fills what it is given as a template once more, so marks of templates are written otherwise, too. JSON
    itself has no brace before a brace, a per cent or a number sign, so these stand in names only.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "&<>":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    for mark in ("{{", "{%", "{#"):
        text = text.replace(mark, "".join(f"\\u{ord(sign):04x}" for sign in mark))
    return text


@cache
def _own_file(name: str) -> str:
    return (files("gis.maps") / "static" / name).read_text(encoding="utf-8")


def _thinning(layers: list[dict[str, Any]]) -> list[Text]:
    tolerances = [layer.pop("tolerance") for layer in layers]
    return [thinned_note(max(tolerances))] if any(tolerances) else []


def _bounds(layers: list[dict[str, Any]]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Find the least box around what the map is about, in degrees; a single point gets some ground around it."""
    focus = [layer for layer in layers if layer["key"] in _FOCUS] or layers
    corners = [box for layer in focus for shape in layer["shapes"] if shape for box in _boxes(shape)]
    if not corners:
        raise MapError("nothing-to-draw")
    low = np.min([box[0] for box in corners], axis=0) / STEPS_PER_DEGREE
    high = np.max([box[1] for box in corners], axis=0) / STEPS_PER_DEGREE
    room = np.maximum(0, _MIN_SPAN_DEGREES - (high - low)) / 2
    west, south = (low - room).tolist()
    east, north = (high + room).tolist()
    return (south, west), (north, east)


def _boxes(shape: Mapping[str, Any]) -> list[tuple[np.ndarray, np.ndarray]]:
    lines = [rings[0] for rings in shape.get("p", [])] + shape.get("l", []) + shape.get("o", [])
    vertices = [np.cumsum(np.reshape(line, (-1, 2)), axis=0) for line in lines]
    return [(line.min(axis=0), line.max(axis=0)) for line in vertices]
