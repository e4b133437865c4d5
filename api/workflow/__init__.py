"""What can be done with a project; the command line, the HTTP service and notebooks call these.

The main path, in order: ``importing`` -> ``auditing`` -> ``proposing`` -> ``dividing`` -> ``drawing``;
``overview`` reads it all.
"""

from typing import TYPE_CHECKING

from gis.lazy import load_lazily

if TYPE_CHECKING:
    from api.workflow.auditing import Audited, audit_project, write_findings
    from api.workflow.dividing import Gridded, divide_into_grids
    from api.workflow.drawing import draw_maps, findings_page, plan_page
    from api.workflow.importing import Imported, ImportRequest, create_project, import_file, import_sample, preview_file
    from api.workflow.overview import Overview, overview
    from api.workflow.proposing import Proposed, propose_for_project
    from api.workflow.repairing import Repaired, accept_finding, repair_project, undo_in_project
else:
    load_lazily(
        __name__,
        {
            "api.workflow.auditing": ("Audited", "audit_project", "write_findings"),
            "api.workflow.dividing": ("Gridded", "divide_into_grids"),
            "api.workflow.drawing": ("draw_maps", "findings_page", "plan_page"),
            "api.workflow.importing": (
                "Imported",
                "ImportRequest",
                "create_project",
                "import_file",
                "import_sample",
                "preview_file",
            ),
            "api.workflow.overview": ("Overview", "overview"),
            "api.workflow.proposing": ("Proposed", "propose_for_project"),
            "api.workflow.repairing": ("Repaired", "accept_finding", "repair_project", "undo_in_project"),
        },
    )

__all__ = [
    "Audited",
    "Gridded",
    "ImportRequest",
    "Imported",
    "Overview",
    "Proposed",
    "Repaired",
    "accept_finding",
    "audit_project",
    "create_project",
    "divide_into_grids",
    "draw_maps",
    "findings_page",
    "import_file",
    "import_sample",
    "overview",
    "plan_page",
    "preview_file",
    "propose_for_project",
    "repair_project",
    "undo_in_project",
    "write_findings",
]
