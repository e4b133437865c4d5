"""Settings of the service, from the call or from environment variables ``QUHUA_...``."""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from gis.i18n import Lang, language_named

__all__ = ["ServiceSettings"]


class ServiceSettings(BaseSettings):
    """Which project is served, and to whom.

    ``allowed_hosts`` are the names under which a browser may address the service: a page of another site that
    resolves its own name to this machine is refused. ``lang`` is for readers whose browser names neither language.
    """

    model_config = SettingsConfigDict(env_prefix="QUHUA_", extra="ignore", frozen=True)

    project: Path
    lang: Lang = "zh"
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "::1")
    default_limit: int = Field(default=1000, ge=1)
    max_limit: int = Field(default=10_000, ge=1)
    cached_items: int = Field(default=64, ge=1)
    cached_tiles: int = Field(default=512, ge=1)
    max_upload_mb: int = Field(default=256, ge=1)

    @field_validator("lang", mode="before")
    @classmethod
    def _read_lang(cls, word: object) -> Lang:
        """Take what the environment of a shell holds (``en_GB``), as the command line does."""
        return language_named(str(word)) or "zh"
