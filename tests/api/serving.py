"""The service as a user runs it: on a port of this machine, in a thread of its own."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.server import make_server
from api.settings import ServiceSettings

_WAIT_S = 30.0


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run the service of a project on a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = make_server(ServiceSettings(project=folder))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until = time.monotonic() + _WAIT_S
            while not server.started:
                assert thread.is_alive(), "the service ended before it began"
                assert time.monotonic() < until, "the service did not start"
                time.sleep(0.02)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(_WAIT_S)
    assert not thread.is_alive()
