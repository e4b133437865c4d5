"""Read every broken input in a process of its own and write what came of it: run by ``test_hostile``."""

import json
import sys
import time
import warnings
from pathlib import Path

import gis
from gis.errors import GisError
from tests.gis.io.broken import BrokenInput, broken_inputs


def outcome(one: BrokenInput) -> dict[str, object]:
    """Read an input and tell its code, its sentences and the time."""
    start = time.perf_counter()
    try:
        layer = gis.read_layer(one.path, "communities", layer=one.layer)
        report = layer.attrs["load_report"]
        found: dict[str, object] = {
            "code": None,
            "rows": len(layer),
            "valid": bool(layer.is_valid.all()),
            "names": layer["name"].tolist()[:2],
        }
        found["records"] = [note.code for note in (*report.repairs, *report.faults, *report.questions)]
    except GisError as error:
        found = {"code": error.code, "zh": error.text("zh"), "en": error.text("en")}
    return {"name": one.name, "loads": one.loads, "seconds": time.perf_counter() - start, **found}


def peak_mb() -> float:
    """Give the most memory this program has had; ``ru_maxrss`` would count the process that started it as well."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    warnings.simplefilter("error")
    for broken in broken_inputs(Path(sys.argv[1])):
        sys.stdout.write(json.dumps(outcome(broken)) + "\n")
    sys.stdout.write(json.dumps({"peak_mb": peak_mb()}) + "\n")
