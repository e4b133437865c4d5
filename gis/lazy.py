"""Names of a package that load their module when first asked for, so that a quick command stays quick."""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["lazily"]


def lazily(package: str, homes: Mapping[str, Iterable[str]]) -> Callable[[str], Any]:
    """Give the ``__getattr__`` of a package whose names live in other modules.

    Parameters
    ----------
    package
        The package's name, for the sentence about a name that it has not.
    homes
        Module -> the names that come from it.

    Examples
    --------
    >>> lazily("gis", {"gis.i18n": ["listed"]})("listed")(["a", "b"]).en
    'a, b'
    """
    home_of = {name: module for module, names in homes.items() for name in names}

    def find(name: str) -> Any:
        if name not in home_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(home_of[name]), name)

    return find
