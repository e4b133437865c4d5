"""Answer only to the service's own names: a page of another site that lets its name lead here is refused."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import refuse_host

__all__ = ["OwnNames", "host_name"]


class OwnNames:
    """Refuses requests whose ``Host`` is none of the service's names (DNS rebinding)."""

    def __init__(self, app: ASGIApp, *, names: tuple[str, ...]) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if it came under a name of the service."""
        if scope["type"] == "http":
            request = Request(scope)
            if host_name(request.headers.get("host", "")) not in self.names:
                answer = await refuse_host(request, known=self.names)
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


def host_name(header: str) -> str:
    """Give the name in a ``Host`` header, without its port.

    Examples
    --------
    >>> host_name("LOCALHOST:8000"), host_name("[::1]:8000"), host_name("::1")
    ('localhost', '::1', '::1')
    """
    text = header.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text if text.count(":") > 1 else text.partition(":")[0]
