"""Sentences for the faults of a data file: the field, what was given and what was expected.

If a field may be of several kinds, pydantic reports what is wrong under each kind, in its own terms. The
location of a fault is a list of steps: fields, keys and positions, but also the kind that was tried and a
mark at a faulty key. To find the field that is at fault, `place_of` follows the types along the steps. The
faults of one field of several kinds become one sentence, unless a table was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from negotiation.base.reading.numerics import NUMERICS
from negotiation.errors import LONGEST_SHOWN, shown

# Stands for the field if a fault is of no field in particular.
THE_WHOLE = "the whole"


def fault_report(path: Path | str, faults: Iterable[str]) -> str:
    """Return the message for a file with faults; the first twenty are shown, the others are counted.

    Examples
    --------
    >>> print(fault_report(Path("a.toml"), ["value: got 5; expected 1"]))
    a.toml: 1 fault(s); correct them in the file:
      value: got 5; expected 1
    """
    lines = [f"  {fault}" for fault in islice(faults, NUMERICS.most_counted_faults + 1)]
    hidden = len(lines) - NUMERICS.most_shown_faults
    most = NUMERICS.most_counted_faults
    count = str(len(lines)) if len(lines) <= most else f"more than {most}"
    more = [f"  and {hidden} more" if len(lines) <= most else "  and many more"] if hidden > 0 else []
    title = f"{path}: {count} fault(s); correct them in the file:"
    return "\n".join([title, *lines[: NUMERICS.most_shown_faults], *more])


def field_faults(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """Yield the faults of a model as sentences: the field, the value given and what was expected."""
    placed = [(fault, place_of(model, fault["loc"])) for fault in error.errors(include_url=False)]
    filled = {place.path[:k] for _, place in placed for k in range(len(place.path))}
    kinds: dict[tuple[int | str, ...], list[tuple[Mapping[str, Any], Place]]] = {}
    for fault, place in placed:
        if fault["type"] == "too_short" and place.path in filled:
            continue  # its entries are there, but with faults of their own
        if place.choice is None:
            yield _sentence(place, fault, _needed(fault, place))
        else:
            kinds.setdefault(place.path[: place.choice], []).append((fault, place))
    for faults in kinds.values():
        yield from _of_several_kinds(faults)


def _of_several_kinds(faults: Sequence[tuple[Mapping[str, Any], Place]]) -> Iterator[str]:
    """Yield the faults of a field that may be of several kinds.

    If a table was given, and a table is allowed, these are the faults of the table. Otherwise one sentence
    names all the kinds that are allowed.
    """
    inside = [(fault, place) for fault, place in faults if place.is_table and fault["type"] != "model_type"]
    if inside:
        for fault, place in inside:
            yield _sentence(place, fault, _needed(fault, place))
        return
    fault, place = faults[0]
    needed = " or ".join(dict.fromkeys(_kind(fault) for fault, _ in faults))
    yield _sentence(place, fault, f"expected {needed}{_of(place)}")


def _sentence(place: Place, fault: Mapping[str, Any], needed: str) -> str:
    where = ".".join(str(step)[:LONGEST_SHOWN] for step in place.path) or THE_WHOLE
    if fault["type"] in ("value_error", "assertion_error") and isinstance(fault["input"], dict):
        return f"{where}: {needed}"
    if fault["type"] == "missing":
        return f"{where}: this field is missing; add it{_of(place)}"
    return f"{where}: got {shown(fault['input'])}; {needed}"


def _needed(fault: Mapping[str, Any], place: Place) -> str:
    """Return what was expected in a field, and what the field is."""
    kind = fault["type"]
    if kind in ("value_error", "assertion_error"):
        return str(fault["ctx"]["error"])
    if kind == "extra_forbidden":
        hint = nearest_hint(str(place.path[-1]), place.known)
        return f"there is no field of this name{hint}; allowed: {', '.join(place.known)}"
    return f"expected {_kind(fault)}{_of(place)}"


def _of(place: Place) -> str:
    return f" ({place.description})" if place.description else ""


# What was expected, by the kind of fault as pydantic names it.
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
    "greater_than": "more than {gt:.15g}",
    "greater_than_equal": "at least {ge:.15g}",
    "less_than": "less than {lt:.15g}",
    "less_than_equal": "at most {le:.15g}",
    "literal_error": "{expected}",
    "string_pattern_mismatch": "a text of the form {pattern}",
    "string_too_short": "a text of at least {min_length} character(s)",
    "string_too_long": "a text of at most {max_length} characters",
    "too_short": "at least {min_length} value(s)",
    "too_long": "at most {max_length} values",
    "callable_type": "a function",
    "is_instance_of": "an object of the kind {class}",
}


def _kind(fault: Mapping[str, Any]) -> str:
    """Return what was expected, by the kind of fault."""
    kind: str = fault["type"]
    if kind.startswith(("date_", "datetime_")):
        return "a day such as 2025-05-12"
    if "dictionary" in fault["msg"]:  # what pydantic says to Python; of a file it says "object"
        return f"an object of the kind {fault.get('ctx', {}).get('class_name', 'dict')}"
    return _KINDS.get(kind, "a value of another kind").format(**fault.get("ctx", {}))


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """Return a question that suggests the nearest known name, or an empty text.

    Examples
    --------
    >>> nearest_hint("vlaue", ["value", "unit"])
    " (did you mean 'value'?)"
    """
    near = get_close_matches(name[:LONGEST_SHOWN], list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


_KEY = "[key]"


class Place(NamedTuple):
    """A place in a file."""

    # Fields, keys and positions, from the outside in.
    path: tuple[int | str, ...] = ()
    # What the field is, or nothing.
    description: str = ""
    # The fields of the table in which the place lies; empty if the table allows any name.
    known: tuple[str, ...] = ()
    # How many steps lead to the field that may be of several kinds; None if there is none on the way.
    choice: int | None = None
    # Whether the kind that pydantic tried there is a table with fields.
    is_table: bool = False


def place_of(model: type[BaseModel], steps: Sequence[int | str]) -> Place:
    """Return the place that pydantic's steps lead to.

    Examples
    --------
    >>> class Fact(BaseModel):
    ...     value: float | str
    >>> place_of(Fact, ("value", "float")).path
    ('value',)
    """
    place, kind = Place(), _bare(model)
    for step in steps:
        if step == _KEY:
            continue
        members = _members(kind)
        if len(members) > 1:
            kind = next((m for m in members if _is_model(m) and m.__name__ in str(step)), NoneType)
            place = place._replace(choice=len(place.path), is_table=_is_model(kind))
            continue
        place, kind = _inside(place, kind, step)
    return place


def _inside(place: Place, kind: Any, step: int | str) -> tuple[Place, Any]:
    """Return the place one step further in, and the type there."""
    path = (*place.path, step)
    if not _is_model(kind):
        inner = [argument for argument in get_args(kind) if argument is not Ellipsis]
        return place._replace(path=path, known=()), _bare(inner[-1]) if inner else Any
    fields = kind.model_fields
    field = fields.get(str(step))
    description = (field.description or "") if field else ""
    return (
        place._replace(path=path, description=description, known=tuple(fields)),
        _bare(field.annotation) if field else Any,
    )


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _members(kind: Any) -> list[Any]:
    """Return the kinds that a field may be of, without None."""
    if get_origin(kind) in (Union, UnionType):
        return [_bare(member) for member in get_args(kind) if member is not NoneType]
    return [kind]


def _bare(kind: Any) -> Any:
    """Return a type without annotations and, if only one kind remains, without None."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    members = _members(kind) if get_origin(kind) in (Union, UnionType) else []
    return members[0] if len(members) == 1 else kind
