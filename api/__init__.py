"""The faces of the program: command line, HTTP service, pages. They translate, and decide nothing about geometry."""

from importlib.metadata import version

__all__ = ["VERSION"]

VERSION = version("quhua")
