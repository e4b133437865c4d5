"""The description of the API: complete, true, and shown with this service's own files."""

import json
import re
from pathlib import Path

import pytest

from api import models, plan_models, tilesets
from api.settings import ServiceSettings

_METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture
def description(client):
    answer = client.get("/openapi.json")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.1"
    return answer.json()


def _success(operation):
    return operation["responses"][min(operation["responses"])]


def _operations(description):
    for path, methods in description["paths"].items():
        for method in _METHODS & set(methods):
            yield path, method, methods[method]


def test_every_operation_is_described_in_both_languages(description):
    operations = list(_operations(description))
    assert len(operations) >= 11
    for path, _, operation in operations:
        for text in (operation["summary"], operation["description"]):
            assert re.search(r"[\u4e00-\u9fff]", text), (path, text)
            assert re.search(r"[A-Za-z]{3}", text), (path, text)
        assert operation["tags"], path
        assert "400" in operation["responses"], path


def test_every_parameter_is_described(description):
    for path, _, operation in _operations(description):
        for parameter in operation.get("parameters", []):
            assert parameter.get("description"), (path, parameter["name"])


def test_errors_are_described_as_problems(description):
    for path, _, operation in _operations(description):
        for status, answer in operation["responses"].items():
            if status >= "4":
                assert list(answer["content"]) == ["application/problem+json"], (path, status)


def test_every_kind_of_answer_has_an_example(description):
    for path, _, operation in _operations(description):
        for media_type, content in _success(operation)["content"].items():
            if media_type in {"application/json", "application/geo+json", "application/schema+json"}:
                assert "example" in content, (path, media_type)
            else:
                assert "schema" not in content or content["schema"] == {"type": "string"}, (path, media_type)


def test_examples_fit_their_models(description):
    for _, _, operation in _operations(description):
        for content in _success(operation)["content"].values():
            reference = content.get("schema", {}).get("$ref")
            if reference:
                name = reference.rsplit("/", 1)[1]
                room = next(room for room in (models, plan_models, tilesets) if hasattr(room, name))
                getattr(room, name).model_validate_json(json.dumps(content["example"]), strict=True)


def test_the_page_uses_this_service_s_files_only(client):
    html = client.get("/docs").text
    places = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert {"/assets/swagger-ui-bundle.js", "/assets/swagger-ui.css", "/assets/docs.js"} <= set(places)
    for place in places:
        assert place.startswith(("/", "#", "?", "data:")), place
        if place.startswith("/assets/"):
            answer = client.get(place)
            assert answer.status_code == 200
            assert answer.headers["content-type"].split(";")[0] in {"text/javascript", "text/css"}
            again = client.get(place, headers={"if-none-match": answer.headers["etag"]})
            assert again.status_code == 304


def test_every_address_and_setting_stands_in_the_paper_on_the_service(description):
    paper = (Path(__file__).parents[3] / "docs" / "service.md").read_text("utf-8")
    for path, method, operation in _operations(description):
        verb = "" if method == "get" else f"{method.upper()} "
        assert f"| `{verb}{path}` |" in paper, path
        for parameter in operation.get("parameters", []):
            assert re.search(rf"[`{{]{parameter['name']}[`=}}]", paper), parameter["name"]
    for name, field in ServiceSettings.model_fields.items():
        row = re.search(rf"\| `QUHUA_{name.upper()}` \| ([^|]+) \|", paper)
        assert row, name
        if isinstance(field.default, int):
            assert row.group(1) == str(field.default)
