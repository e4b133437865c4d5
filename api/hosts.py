"""Answer only to the service's own names: a page of another site that lets its name lead here is refused."""

import re

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import refuse_host

__all__ = ["OwnNames", "host_name"]

_HOST = re.compile(r"(?:\[(?P<address>[0-9a-f:.]+)\]|(?P<name>[a-z0-9._-]+))(?::(?P<port>[0-9]{1,5}))?")
_HIGHEST_PORT = 65535


class OwnNames:
    """Refuses requests whose ``Host`` is none of the service's names (DNS rebinding)."""

    def __init__(self, app: ASGIApp, *, names: tuple[str, ...]) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if it came under a name of the service."""
        if scope["type"] == "http":
            request = Request(scope)
            hosts = request.headers.getlist("host")
            if len(hosts) != 1 or host_name(hosts[0]) not in self.names:
                answer = await refuse_host(request, known=self.names)
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


def host_name(header: str) -> str | None:
    """Give the name in a ``Host`` header, without its port; None when it is no name with a port at most.

    Notes
    -----
    Source: RFC 9110, 7.2, and RFC 3986, 3.2.2: an IPv6 address stands in brackets, a port is a number.

    Examples
    --------
    >>> host_name("LOCALHOST:8000"), host_name("[::1]:8000"), host_name("127.0.0.1:port.evil.example")
    ('localhost', '::1', None)
    """
    found = _HOST.fullmatch(header.lower())
    if found is None or int(found["port"] or 0) > _HIGHEST_PORT:
        return None
    return found["address"] or found["name"]
