"""The settings of the HTTP service; each can be given by an environment variable, such as ``QUHUA_SERVE_ITEMS_LIMIT``."""

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["ServiceSettings"]

_Count = Annotated[int, Field(ge=1)]


class ServiceSettings(BaseSettings):
    """Which project is served, to whom, and how much of it at once.

    ``allowed_hosts`` are the names under which a browser may ask: a page of another site that had its own name point
    at this machine is refused. ``items_limit`` is how many features one answer holds when nothing is asked, at most
    ``items_max_limit``. ``cached_layers`` is how many layers are kept ready in memory.
    """

    model_config = SettingsConfigDict(env_prefix="QUHUA_SERVE_", extra="forbid", frozen=True)

    project: Path
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "::1")
    items_limit: _Count = 100
    items_max_limit: _Count = 10_000
    cached_layers: _Count = 32
