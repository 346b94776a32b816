"""Which field of a file a fault of a pydantic model is of.

Pydantic gives the way to a fault as steps: fields, keys and positions, but also, where a field may be of
several kinds, the kind that was tried, and a mark at a faulty key. Walking down the types beside the steps
tells which are which.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

_KEY = "[key]"


class Place(NamedTuple):
    """A place in a file."""

    # Fields, keys and positions, from the outside in.
    path: tuple[int | str, ...] = ()
    # What the field is, or nothing.
    description: str = ""
    # The fields of the table in which it lies; none where that takes any name.
    known: tuple[str, ...] = ()
    # How many steps lead to the field that may be of several kinds; None if there is none on the way.
    choice: int | None = None
    # Whether the kind that was tried there is a table with fields.
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
        inner = [one for one in get_args(kind) if one is not Ellipsis]
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
    """Return the kinds that a field may be of, absence left out."""
    if get_origin(kind) in (Union, UnionType):
        return [_bare(member) for member in get_args(kind) if member is not NoneType]
    return [kind]


def _bare(kind: Any) -> Any:
    """Return a type without annotations, and without leave to be absent."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    members = _members(kind) if get_origin(kind) in (Union, UnionType) else []
    return members[0] if len(members) == 1 else kind
