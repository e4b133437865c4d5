"""The same calls from a shell: ``quhua init | import | audit | propose | score | compare | map | summary | serve``."""

import sys

from api.interrupts import note_interrupts, was_interrupted

__all__ = ["main"]


def main() -> None:
    """Run the command line and end the process with its exit status; Ctrl-C is answered even while it loads."""
    try:
        note_interrupts()
        from api.cli.app import run
        from api.cli.streams import make_ready

        make_ready()
        status = run(sys.argv[1:])
    except BaseException as error:
        if not (isinstance(error, KeyboardInterrupt) or was_interrupted()):  # a library may wrap it while it loads
            raise
        from api.cli.failures import failed
        from api.cli.language import asked_language, asks_for_json

        status = failed(error, lang=asked_language(sys.argv[1:]), as_json=asks_for_json(sys.argv[1:]))
    sys.exit(status)
