"""The HTTP service of one project: ``create_app`` puts it together."""

from fastapi import FastAPI

from api.settings import ServiceSettings

__all__ = ["create_app"]


def create_app(settings: ServiceSettings) -> FastAPI:
    """Make the service of the project in ``settings.project``."""
    app = FastAPI(title=str(settings.project))
    return app
