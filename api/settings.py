"""Settings of the service, from the call or from environment variables ``QUHUA_...``."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["ServiceSettings"]


class ServiceSettings(BaseSettings):
    """Which project is served, and to whom.

    ``allowed_hosts`` are the names under which a browser may address the service: a page of another site that
    resolves its own name to this machine is refused.
    """

    model_config = SettingsConfigDict(env_prefix="QUHUA_", extra="ignore", frozen=True)

    project: Path
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "::1")
    default_limit: int = Field(default=1000, ge=1)
    max_limit: int = Field(default=10_000, ge=1)
    cached_items: int = Field(default=64, ge=1)
