"""Take the pictures of both READMEs from the running program on the demo project: run `make demo` first.

Usage: python scripts/take_pictures.py [DEMO_FOLDER]
"""

import sys
import threading
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from api.server import make_server
from api.settings import ServiceSettings

_ROOT = Path(__file__).parent.parent
_PICTURES = _ROOT / "docs" / "pictures"
_PORT = 8765
_PAGES = {
    "start": ("/?lang={lang}", 1000),
    "findings": ("/maps/findings?lang={lang}", 820),
    "plan": ("/maps/plans/alternative_1?lang={lang}", 820),
}


def main() -> None:
    """Serve the demo project, photograph each page in both languages, and stop."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _ROOT / "demo"
    server = make_server(ServiceSettings(project=folder), port=_PORT)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.1)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-dev-shm-usage"]
            )
            for lang in ("zh", "en"):
                for name, (page, height) in _PAGES.items():
                    _photograph(browser, page.format(lang=lang), _PICTURES / f"{name}.{lang}.png", height)
            browser.close()
    finally:
        server.should_exit = True
        thread.join()


def _photograph(browser: Browser, path: str, target: Path, height: int) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": height})
    page.goto(f"http://127.0.0.1:{_PORT}{path}", wait_until="networkidle")
    page.wait_for_timeout(800)
    page.screenshot(path=target)
    page.close()
    print(target.relative_to(_ROOT))


if __name__ == "__main__":
    main()
