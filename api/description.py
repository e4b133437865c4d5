"""The description of the API (OpenAPI): as FastAPI writes it, with this service's own media types and examples."""

from collections.abc import Iterator
from threading import Lock
from typing import Any

from fastapi import FastAPI

from api.examples import EXAMPLES
from api.links import GEOJSON, JSON, SCHEMA
from api.problems import PROBLEM_TYPE

__all__ = ["DescribedApp"]

_INVALID = "422"  # what FastAPI says of wrong parameters; here they are a problem with status 400
_FIRST_ERROR = "400"
_OWN = (GEOJSON, SCHEMA)  # what stands in the place of plain JSON
_MAKING = Lock()  # FastAPI silences warnings meanwhile, which is undone wrongly when two threads do it at once


class DescribedApp(FastAPI):
    """An application whose description tells what it really answers."""

    _is_described = False

    def openapi(self) -> dict[str, Any]:
        """Give the description, made once, by the first who asks; the others wait for it."""
        with _MAKING:
            if not self._is_described:
                document = super().openapi()
                for answers in _answers(document):
                    _correct(answers)
                for name in ("HTTPValidationError", "ValidationError"):
                    document["components"]["schemas"].pop(name, None)
                self.openapi_schema = document
                self._is_described = True
        assert self.openapi_schema is not None
        return self.openapi_schema


def _answers(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        for operation in methods.values():
            yield operation["responses"]


def _correct(answers: dict[str, Any]) -> None:
    """Drop FastAPI's own kind of error; move GeoJSON and problems to their media types; add the examples."""
    if "HTTPValidationError" in str(answers.get(_INVALID)):
        del answers[_INVALID]
    for status, answer in answers.items():
        content = answer.get("content", {})
        own = next((media for media in _OWN if media in content), None)
        special = PROBLEM_TYPE if status >= _FIRST_ERROR else own
        if special and JSON in content:
            content[special] = content.pop(JSON)
        for media in content.values():
            name = media.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
            if name in EXAMPLES:
                media["example"] = EXAMPLES[name]
