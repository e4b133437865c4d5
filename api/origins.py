"""Who may change something: programs of this machine, and pages that this service itself has given to a browser."""

from ipaddress import ip_address

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import refuse_origin

__all__ = ["OwnOrigin"]

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITES = frozenset({"same-origin", "none"})  # "none": the reader's own doing, an address typed


class OwnOrigin:
    """Refuses every request that could change something and comes from another machine, or from another site's page.

    Browsers send ``Origin`` with such requests, and ``Sec-Fetch-Site`` too; programs send neither.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if it only reads, or if it is the service's own."""
        if scope["type"] == "http" and scope["method"] not in _READING:
            request = Request(scope)
            if not (_is_local(request) and _is_own(request)):
                answer = await refuse_origin(request)
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _is_local(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _is_own(request: Request) -> bool:
    origins, sites = request.headers.getlist("origin"), request.headers.getlist("sec-fetch-site")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    return all(origin == own for origin in origins) and all(site in _OWN_SITES for site in sites)
