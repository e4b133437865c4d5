"""The same calls from a shell: ``quhua init | import | audit | propose | score | compare | map | summary | serve``."""

from api.cli.app import main

__all__ = ["main"]
