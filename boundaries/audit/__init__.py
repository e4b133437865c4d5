"""Find what is wrong with the layers; change nothing."""

from typing import TYPE_CHECKING

from gis.lazy import load_lazily

if TYPE_CHECKING:
    from boundaries.audit.kinds import FINDING_KINDS, FindingKind, Severity
    from boundaries.audit.run import audit_layers
    from boundaries.audit.summary import summarise_findings
    from boundaries.audit.tolerances import Tolerances
else:
    load_lazily(
        __name__,
        {
            "boundaries.audit.kinds": ("FINDING_KINDS", "FindingKind", "Severity"),
            "boundaries.audit.run": ("audit_layers",),
            "boundaries.audit.summary": ("summarise_findings",),
            "boundaries.audit.tolerances": ("Tolerances",),
        },
    )

__all__ = ["FINDING_KINDS", "FindingKind", "Severity", "Tolerances", "audit_layers", "summarise_findings"]
