"""Find what a page would fetch: every reference that is not inside the page itself."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from gis.errors import MapError
from gis.i18n import listed

__all__ = ["find_references", "require_self_contained"]

_FETCHED = frozenset({"src", "href", "srcset", "data", "poster", "action", "formaction", "xlink:href", "background"})
_INSIDE = ("data:", "#", "blob:", "about:")
_CSS_REFERENCE = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']?([^"';)\s]+)""", re.IGNORECASE)
_SCRIPT_REFERENCE = re.compile(r"""(?:https?|wss?)://[^\s"'`<>\\)]+|["'`]//[\w-]+\.[^\s"'`<>\\)]+""", re.IGNORECASE)
# Names of XML namespaces, and the home page that Leaflet writes into a link which the page does not show.
_HARMLESS = ("http://www.w3.org/", "https://leafletjs.com")


class _References(HTMLParser):
    """Collects references while a page is read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self._inside = tag if tag == "style" or (tag == "script" and _is_code(known.get("type"))) else ""
        for name, value in known.items():
            if name in _FETCHED and value and not value.strip().lower().startswith(_INSIDE):
                self.found.append(value)
            if name == "style" and value:
                self.found.extend(_in_css(value))
            if name == "http-equiv" and (value or "").lower() == "refresh":
                self.found.append(known.get("content") or "refresh")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.found.extend(_in_css(data))
        elif self._inside == "script":
            self.found.extend(found for found in _SCRIPT_REFERENCE.findall(data) if not found.startswith(_HARMLESS))


def find_references(html: str) -> list[str]:
    """List what a page refers to outside itself: in tags, style sheets and scripts. Data blocks and text do not count.

    Examples
    --------
    >>> find_references('<script src="https://cdn.example/x.js"></script><p>https://only.text</p>')
    ['https://cdn.example/x.js']
    """
    parser = _References()
    parser.feed(html)
    parser.close()
    return parser.found


def require_self_contained(html: str) -> str:
    """Give the page back if it opens with no network.

    Raises
    ------
    MapError
        ``remote-reference``, with the addresses.
    """
    found = find_references(html)
    if found:
        raise MapError("remote-reference", found=listed(dict.fromkeys(found), limit=3))
    return html


def _in_css(text: str) -> Iterator[str]:
    for match in _CSS_REFERENCE.finditer(text):
        reference = match.group(1) or match.group(2)
        if not reference.strip().lower().startswith((*_INSIDE, "url(")):
            yield reference


def _is_code(kind: str | None) -> bool:
    return kind is None or kind.strip().lower() in {"", "module", "text/javascript", "application/javascript"}
