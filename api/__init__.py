"""The faces of the program: command line, HTTP service, pages. They translate, and decide nothing about geometry."""

from typing import TYPE_CHECKING

from gis.lazy import load_lazily

if TYPE_CHECKING:
    from api.version import VERSION
else:
    load_lazily(__name__, {"api.version": ("VERSION",)})

__all__ = ["VERSION"]
