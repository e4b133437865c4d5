"""Headers that let a browser load nothing but this service's own files, and run nothing but what it wrote itself."""

import base64
import hashlib
from collections.abc import Mapping
from html.parser import HTMLParser

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["HEADERS", "OWN_FILES_POLICY", "SecurityHeaders", "policy_for_page"]

OWN_FILES_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": OWN_FILES_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}
_ANSWERS_DEPEND_ON = ("Accept", "Accept-Language")


class SecurityHeaders:
    """Adds the headers to every answer that does not set them itself, and tells caches what answers depend on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to what comes back."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                for name in _ANSWERS_DEPEND_ON:
                    if name not in headers.get("Vary", "").split(", "):
                        headers.add_vary_header(name)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def policy_for_page(html: str) -> str:
    """Write the policy of a self-contained page: exactly the scripts and styles that stand in it, by their hashes."""
    parts = _InlineParts()
    parts.feed(html.replace("\r\n", "\n").replace("\r", "\n"))  # as a browser reads it before it hashes
    parts.close()
    scripts, styles = (
        " ".join(_hash(text) for text in dict.fromkeys(found)) for found in (parts.scripts, parts.styles)
    )
    return (
        f"default-src 'none'; script-src {scripts or chr(39) + 'none' + chr(39)}; "
        f"style-src {styles or chr(39) + 'none' + chr(39)}; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    )


class _InlineParts(HTMLParser):
    """Collects the text of scripts and styles; blocks of data are no scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self._into: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "style":
            self._into = self.styles
        elif tag == "script" and dict(attrs).get("type") != "application/json":
            self._into = self.scripts
        if self._into is not None:
            self._into.append("")

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self._into = None


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"
