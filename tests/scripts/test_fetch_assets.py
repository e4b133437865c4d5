import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

_ROOT = Path(__file__).parents[2]
_SCRIPT = _ROOT / "scripts" / "fetch_assets.py"


@pytest.fixture
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fetch_assets", _SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fill(modules: Path, script: ModuleType) -> None:
    """Lay out a folder as npm does, with a small file for each that is wanted."""
    for source in script.WANTED:
        path = modules / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {source}\n//# sourceMappingURL=x.js.map\n", encoding="utf-8")
    (modules / "leaflet/dist/leaflet.css").write_text("a{background:url(images/a.png)} b{behavior:url(#x)}")
    (modules / "leaflet/dist/images").mkdir()
    (modules / "leaflet/dist/images/a.png").write_bytes(b"\x89PNG")


def test_files_are_copied_with_images_inside_and_no_source_maps(script: ModuleType, tmp_path: Path):
    modules, vendor = tmp_path / "node_modules", tmp_path / "vendor"
    fill(modules, script)
    vendor.mkdir()
    (vendor / "old.js").write_text("left by an older version")
    script.copy_assets(modules, vendor)
    assert {path.name for path in vendor.iterdir()} == set(script.WANTED.values())
    assert (
        vendor / "leaflet.css"
    ).read_text() == "a{background:url(data:image/png;base64,iVBORw==)} b{behavior:url(#x)}"
    assert "sourceMappingURL" not in (vendor / "leaflet.js").read_text()
    assert "sourceMappingURL" in (vendor / "leaflet.LICENSE.txt").read_text()  # licences stay word for word


def test_a_missing_file_leaves_the_old_folder_whole(script: ModuleType, tmp_path: Path):
    modules, vendor = tmp_path / "node_modules", tmp_path / "vendor"
    fill(modules, script)
    vendor.mkdir()
    (vendor / "leaflet.js").write_text("old")
    (modules / "leaflet/dist/leaflet.js").unlink()
    with pytest.raises(FileNotFoundError):
        script.copy_assets(modules, vendor)
    assert (vendor / "leaflet.js").read_text() == "old"


def test_a_second_run_does_nothing():
    before = {path: path.stat().st_mtime_ns for path in (_ROOT / "gis/assets/vendor").iterdir()}
    ran = subprocess.run([sys.executable, _SCRIPT], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "")
    assert before == {path: path.stat().st_mtime_ns for path in (_ROOT / "gis/assets/vendor").iterdir()}


def test_the_lock_file_pins_every_library_and_names_no_registry():
    lock = json.loads((_ROOT / "gis/assets/package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    for entry in packages.values():
        assert entry["integrity"].startswith("sha512-")
        assert "resolved" not in entry
    wanted = json.loads((_ROOT / "gis/assets/package.json").read_text())["dependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
