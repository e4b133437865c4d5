"""The service on a port of this machine: one place decides how it listens, for the command line and for the tests."""

import uvicorn

from api.main import create_app
from api.settings import ServiceSettings

__all__ = ["HOST", "make_server"]

HOST = "127.0.0.1"


def make_server(settings: ServiceSettings, *, port: int = 0) -> uvicorn.Server:
    """Make the server of one project folder, not yet running; port 0 takes any that is free.

    No proxy stands before it, so ``X-Forwarded-*`` is not believed. It takes no WebSockets and does not name itself.

    Raises
    ------
    ProjectError
        The folder is no project, or its settings cannot be read.
    """
    config = uvicorn.Config(
        create_app(settings),
        host=HOST,
        port=port,
        log_level="warning",
        ws="none",
        proxy_headers=False,
        server_header=False,
    )
    return uvicorn.Server(config)
