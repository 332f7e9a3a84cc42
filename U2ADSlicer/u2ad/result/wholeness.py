"""Whether a document has all that its schema asks for, in the kinds that it asks for: damaged files are told apart."""

from __future__ import annotations

from typing import Any

from u2ad.result.document import schema

KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def is_whole(document: Any) -> bool:
    """Whether a document has every field that it must have, each of the right kind; no values are judged.

    ``jsonschema`` would say more, but is no part of a running program.
    """
    return _fits(document, schema())


def _fits(value: Any, rule: dict[str, Any]) -> bool:
    if "$ref" in rule:
        rule = schema()["$defs"][rule["$ref"].rpartition("/")[2]]
    if not _is_of_kind(value, rule.get("type")):
        return False
    if isinstance(value, dict):
        known = rule.get("properties", {})
        return set(rule.get("required", ())) <= set(value) and all(
            _fits(value[name], told) for name, told in known.items() if name in value
        )
    if isinstance(value, list):
        return all(_fits(one, rule.get("items", {})) for one in value)
    return True


def _is_of_kind(value: Any, kinds: str | list[str] | None) -> bool:
    if kinds is None:
        return True
    wanted = [kinds] if isinstance(kinds, str) else kinds
    if isinstance(value, bool):
        return "boolean" in wanted
    return any(isinstance(value, KINDS[kind]) for kind in wanted)
