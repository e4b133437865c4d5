"""The description of the API in OpenAPI 3.0, which the OGC standards name; made from the one in 3.1."""

from typing import Any

__all__ = ["as_openapi_30"]


def as_openapi_30(document: dict[str, Any]) -> dict[str, Any]:
    """Write an OpenAPI 3.1 document in the words of 3.0.

    What JSON Schema says in 3.1 with ``type: null``, ``const``, ``examples`` and numeric exclusive bounds is said with
    ``nullable``, ``enum``, ``example`` and boolean bounds in 3.0.
    """
    made: dict[str, Any] = _rewritten(document)
    made["openapi"] = "3.0.3"
    for operation in (one for methods in made["paths"].values() for one in methods.values()):
        for parameter in operation.get("parameters", []):
            schema = parameter["schema"]
            if "example" in schema:
                parameter["example"] = schema.pop("example")
    return made


def _rewritten(node: Any) -> Any:
    if isinstance(node, list):
        return [_rewritten(part) for part in node]
    if not isinstance(node, dict):
        return node
    if _is_plain_map(node):
        return {key: _rewritten(part) for key, part in node.items()}
    return _schema({key: part if key == "example" else _rewritten(part) for key, part in node.items()})


def _is_plain_map(node: dict[str, Any]) -> bool:
    """Tell a map of names (properties, paths) from a schema: its values are maps or lists, never words."""
    return not node or all(isinstance(part, dict) for part in node.values())


def _schema(node: dict[str, Any]) -> dict[str, Any]:
    _without_null(node)
    if "const" in node:
        node["enum"] = [node.pop("const")]
    if isinstance(node.get("examples"), list):
        node["example"] = node.pop("examples")[0]
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(node.get(exclusive), int | float) and not isinstance(node[exclusive], bool):
            node[bound], node[exclusive] = node[exclusive], True
    for word in ("contentMediaType", "contentEncoding", "prefixItems", "propertyNames"):
        node.pop(word, None)
    return node


def _without_null(node: dict[str, Any]) -> None:
    """Say ``nullable`` where null is one of several possibilities."""
    choices = node.get("anyOf")
    if isinstance(choices, list) and {"type": "null"} in choices:
        rest = [choice for choice in choices if choice != {"type": "null"}]
        del node["anyOf"]
        if len(rest) == 1 and "$ref" not in rest[0]:
            node.update({**rest[0], **node})
        else:
            node["anyOf"] = rest
        node["nullable"] = True
    if isinstance(node.get("type"), list):
        kinds = [kind for kind in node["type"] if kind != "null"]
        node["nullable"] = "null" in node["type"]
        node["type"] = kinds[0]
