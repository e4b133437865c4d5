"""A headless Chromium that reaches nothing but the service under test, and the service in a thread of its own."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.api.serving import serving

_FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


@dataclass
class Watched:
    """A page, and what must not happen on it."""

    page: Page
    own: str
    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def assert_quiet(self) -> None:
        """No request to another host, no error on the console, no script of a name run."""
        assert self.elsewhere == []
        assert self.complaints == []
        assert self.dialogs == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; CI must have it, elsewhere the tests are skipped."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "Chromium is not installed (Debian: apt install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served(town: Path) -> Iterator[str]:
    """The address of the running service of the small town."""
    with serving(town) as address:
        yield address


@pytest.fixture
def watch(browser: Browser, served: str) -> Iterator[Callable[..., Watched]]:
    """Open pages of the service, watched; every request to another host is refused and noted."""
    contexts = []

    def open_page(
        path: str, *, own: str = served, locale: str = "zh-CN", width: int = 1400, height: int = 900
    ) -> Watched:
        context = browser.new_context(viewport={"width": width, "height": height}, locale=locale)
        contexts.append(context)
        watched = Watched(context.new_page(), own)

        def gate(route: Route) -> None:
            if route.request.url.startswith((own, "data:", "blob:")):
                route.continue_()
            else:
                watched.elsewhere.append(route.request.url)
                route.abort()

        context.route("**/*", gate)
        page: Any = watched.page
        page.on("console", lambda note: note.type in {"error", "warning"} and watched.complaints.append(note.text))
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (watched.dialogs.append(dialog.message), dialog.dismiss()))
        answer = page.goto(own + path, wait_until="load")
        assert answer.ok, answer.status
        return watched

    yield open_page
    for context in contexts:
        context.close()
