"""``python -m api.cli`` is the command ``quhua``."""

from api.cli import main

main()
