"""Names of a package that load their module when first asked for, so that a quick command stays quick."""

import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

__all__ = ["load_lazily"]


class _Face(ModuleType):
    """A package whose names live in other modules."""

    _home_of: Mapping[str, str]

    def __getattr__(self, name: str) -> Any:
        if name not in self._home_of:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(import_module(self._home_of[name]), name)

    def __setattr__(self, name: str, value: object) -> None:
        # The import system would put a module in the place of what bears its name: ``overview`` of ``overview.py``.
        if not (isinstance(value, ModuleType) and name in self._home_of):
            super().__setattr__(name, value)


def load_lazily(package: str, homes: Mapping[str, Iterable[str]]) -> None:
    """Let the names of a package be looked up in their modules when they are asked for.

    Parameters
    ----------
    package
        The package's ``__name__``, while it is being imported.
    homes
        Module -> the names that come from it.
    """
    face = sys.modules[package]
    face.__dict__["_home_of"] = {name: module for module, names in homes.items() for name in names}
    face.__class__ = _Face
