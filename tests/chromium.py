"""A headless Chromium for the tests, which writes down all that a page asks for and all that it complains about."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_OWN_SCHEMES = {"file", "data", "blob", "about"}


@dataclass
class Visit:
    """One page in a browser without a way out."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)


def find_chromium() -> str:
    """Find the browser; CI must have one, elsewhere its tests are skipped."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        reason = "no Chromium is installed; run scripts/setup.sh tests"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Start a Chromium and end it."""
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"]
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visiting(browser: Browser, *, host: str = "", width: int = 1400, height: int = 900) -> Iterator[Visit]:
    """Open an empty page that reaches ``host`` (such as ``127.0.0.1:8000``) and nothing else; no host means offline."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", offline=not host)
    try:
        visit = Visit(context.new_page())
        visit.page.set_default_timeout(10_000)
        _watch(context, visit, host)
        yield visit
    finally:
        context.close()


def _watch(context: BrowserContext, visit: Visit, host: str) -> None:
    def pass_own(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in _OWN_SCHEMES or (host and address.netloc == host):
            route.continue_()
        else:
            visit.strangers.append(route.request.url)
            route.abort()

    context.route("**/*", pass_own)
    visit.page.on("console", lambda said: said.type in {"error", "warning"} and visit.complaints.append(said.text))
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
