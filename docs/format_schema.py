"""Write the JSON schema of files from the forms that their readers check: `python docs/format_schema.py`.

A test holds the schema that is stored to these forms.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from negotiation.game_theory.certificates.check_certificate import Kinds
from negotiation.game_theory.certificates.forms import KINDS
from negotiation.game_theory.certificates.saving import lines

TARGET = Path(__file__).parent / "format" / "negotiation.schema.json"
NUMBER = {
    "description": "A whole number, a rational as text, or, with a point or an exponent, the nearest double.",
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": "^-?[0-9]{1,4000}(/[0-9]{1,4000})?$"}],
}
TYPES = {str: "string", bool: "boolean", int: "integer"}


def schema(wanted: Any) -> dict[str, Any]:
    """Return the schema of a form, as `check_certificate.form` takes it."""
    if isinstance(wanted, tuple):
        return {"anyOf": [schema(one) for one in wanted]}
    if wanted is Fraction:
        return {"$ref": "#/$defs/number"}
    if isinstance(wanted, list):
        return {"type": "array", "items": schema(wanted[0])}
    if isinstance(wanted, Kinds):
        return {"oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in wanted]}
    if not isinstance(wanted, dict):
        return {"type": TYPES[wanted]}
    if str in wanted:
        return {"type": "object", "additionalProperties": schema(wanted[str])}
    return {
        "type": "object",
        "properties": {
            name.rstrip("?"): {"anyOf": [schema(inner), {"type": "null"}]} if "?" in name else schema(inner)
            for name, inner in wanted.items()
        },
        "required": [name for name in wanted if "?" not in name],
        "additionalProperties": False,
    }


def kinds(wanted: Any) -> dict[str, Any]:
    """Return all kinds of objects that a form names, at any depth."""
    found: dict[str, Any] = dict(wanted) if isinstance(wanted, Kinds) else {}
    inner = (
        wanted.values() if isinstance(wanted, dict) else wanted if isinstance(wanted, (list, tuple)) else ()
    )
    for one in inner:
        found |= kinds(one)
    return found


def document() -> dict[str, Any]:
    """Return the schema of a file: an object of some kind, with the format and its version."""
    head = {"format": {"const": "negotiation"}, "version": {"const": 1}, "note": {"type": "string"}}
    defs: dict[str, Any] = {"number": NUMBER}
    for kind, wanted in kinds(KINDS).items():
        defs[kind] = schema(wanted)
        # A file is one of these objects with its head; within another the head is refused, by the readers.
        defs[kind]["properties"] |= {"kind": {"const": kind}} | (head if kind in KINDS else {})
    top = {"$schema": "https://json-schema.org/draft/2020-12/schema", "required": ["format", "version"]}
    return top | schema(KINDS) | {"$defs": defs}


if __name__ == "__main__":
    TARGET.write_text(lines(document()) + "\n", encoding="utf-8")
