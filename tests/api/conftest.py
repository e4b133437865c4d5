"""The service of a small project, asked without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.main import create_app
from api.settings import ServiceSettings
from gis.project import Project
from tests.api.squares import fill, make_project

BASE = "http://127.0.0.1"


def client_of(folder: Path, **settings: object) -> TestClient:
    """Give a client of the service of a project folder; a fault of the service is an answer, not an exception."""
    app = create_app(ServiceSettings(project=folder, **settings))
    return TestClient(app, base_url=BASE, raise_server_exceptions=False, client=("127.0.0.1", 50000))


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project folder with two layers, findings and two plans; tests only read it."""
    folder = tmp_path_factory.mktemp("served") / "town"
    with make_project(folder) as project:
        fill(project)
    return folder


@pytest.fixture
def client(town: Path) -> Iterator[TestClient]:
    """The service of the full project."""
    with client_of(town) as client:
        yield client


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Project]:
    """A project of one test's own, with nothing in it yet."""
    with make_project(tmp_path / "fresh") as project:
        yield project
