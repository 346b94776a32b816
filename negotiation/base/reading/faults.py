"""How the faults of a data file are worded: the field, what came, what is needed; one sentence a fault.

Pydantic says of a field that may be of several kinds what each of them lacks, by the names of its own parts.
`places` finds which field of the file a fault is of; here the faults of one field become one sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from negotiation.base.reading.numerics import NUMERICS
from negotiation.base.reading.places import Place, place_of
from negotiation.errors import LONGEST_SHOWN, shown

# What a fault of no field in particular is of.
THE_WHOLE = "the whole"


def fault_report(path: Path | str, faults: Iterable[str]) -> str:
    """Return the message of one file with all its faults; the first twenty are shown, the rest counted.

    Examples
    --------
    >>> print(fault_report(Path("a.toml"), ["value: 5 came; 1 is needed"]))
    a.toml: 1 fault(s); correct them in the file:
      value: 5 came; 1 is needed
    """
    lines = [f"  {fault}" for fault in islice(faults, NUMERICS.most_counted_faults + 1)]
    hidden = len(lines) - NUMERICS.most_shown_faults
    most = NUMERICS.most_counted_faults
    count = str(len(lines)) if len(lines) <= most else f"more than {most}"
    more = [f"  and {hidden} more" if len(lines) <= most else "  and many more"] if hidden > 0 else []
    title = f"{path}: {count} fault(s); correct them in the file:"
    return "\n".join([title, *lines[: NUMERICS.most_shown_faults], *more])


def field_faults(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """Yield one sentence a fault of a model: the field, the value that came, what is needed."""
    found = [(fault, place_of(model, fault["loc"])) for fault in error.errors(include_url=False)]
    filled = {place.path[:k] for _, place in found for k in range(len(place.path))}
    kinds: dict[tuple[int | str, ...], list[tuple[Mapping[str, Any], Place]]] = {}
    for fault, place in found:
        if fault["type"] == "too_short" and place.path in filled:
            continue  # its entries are there, but with faults of their own
        if place.choice is None:
            yield _sentence(place, fault, _needed(fault, place))
        else:
            kinds.setdefault(place.path[: place.choice], []).append((fault, place))
    for faults in kinds.values():
        yield from _of_several_kinds(faults)


def _of_several_kinds(faults: Sequence[tuple[Mapping[str, Any], Place]]) -> Iterator[str]:
    """Yield the faults of a field that may be of several kinds: of the kind that was meant, or of them all.

    A table is meant where one came and a table may come.
    """
    inside = [(fault, place) for fault, place in faults if place.is_table and fault["type"] != "model_type"]
    if inside:
        for fault, place in inside:
            yield _sentence(place, fault, _needed(fault, place))
        return
    fault, place = faults[0]
    needed = " or ".join(dict.fromkeys(_kind(fault) for fault, _ in faults))
    yield _sentence(place, fault, f"{needed} is needed{_of(place)}")


def _sentence(place: Place, fault: Mapping[str, Any], needed: str) -> str:
    where = ".".join(str(step)[:LONGEST_SHOWN] for step in place.path) or THE_WHOLE
    if fault["type"] in ("value_error", "assertion_error") and isinstance(fault["input"], dict):
        return f"{where}: {needed}"
    return f"{where}: {'nothing' if fault['type'] == 'missing' else shown(fault['input'])} came; {needed}"


def _needed(fault: Mapping[str, Any], place: Place) -> str:
    """Return what is needed in a field, and what the field is."""
    kind = fault["type"]
    if kind in ("value_error", "assertion_error"):
        return str(fault["ctx"]["error"])
    if kind == "extra_forbidden":
        hint = nearest_hint(str(place.path[-1]), place.known)
        return f"extra field{hint}; allowed: {', '.join(place.known)}"
    if kind == "missing":
        return f"it is needed{_of(place)}"
    return f"{_kind(fault)} is needed{_of(place)}"


def _of(place: Place) -> str:
    return f" ({place.description})" if place.description else ""


# What is needed, by the kind of fault as pydantic names it.
_KINDS: Mapping[str, str] = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a shorter whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a table",
    "mapping_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "invalid_key": "a text as name",
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "at least {ge:g}",
    "less_than": "less than {lt:g}",
    "less_than_equal": "at most {le:g}",
    "literal_error": "{expected}",
    "string_pattern_mismatch": "a text of the form {pattern}",
    "string_too_short": "a text of at least {min_length} character(s)",
    "string_too_long": "a text of at most {max_length} characters",
    "too_short": "a list of at least {min_length}",
    "too_long": "a list of at most {max_length}",
    "callable_type": "a function",
    "is_instance_of": "an object of the kind {class}",
}


def _kind(fault: Mapping[str, Any]) -> str:
    """Return what is needed, by the kind of fault."""
    kind: str = fault["type"]
    if kind.startswith(("date_", "datetime_")):
        return "a day such as 2025-05-12"
    return _KINDS.get(kind, "a value of another kind").format(**fault.get("ctx", {}))


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """Return the question whether a known name was meant, or nothing.

    Examples
    --------
    >>> nearest_hint("vlaue", ["value", "unit"])
    " (did you mean 'value'?)"
    """
    near = get_close_matches(name[:LONGEST_SHOWN], list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""
