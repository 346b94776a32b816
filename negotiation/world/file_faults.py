"""How the faults of a data file are worded: the field, the value that came, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError

_SHOWN_FAULTS = 20
_SHOWN_CHARACTERS = 80


def fault_report(path: Path | str, faults: Iterable[str]) -> str:
    """Return the message of one file with all its faults; the first twenty are shown, the rest counted.

    Examples
    --------
    >>> print(fault_report(Path("a.toml"), ["value: 5 came; allowed: 1"]))
    a.toml: 1 fault(s); correct them in the file:
      value: 5 came; allowed: 1
    """
    lines = [f"  {fault}" for fault in faults]
    hidden = len(lines) - _SHOWN_FAULTS
    more = [f"  and {hidden} more"] if hidden > 0 else []
    title = f"{path}: {len(lines)} fault(s); correct them in the file:"
    return "\n".join([title, *lines[:_SHOWN_FAULTS], *more])


def field_faults(error: ValidationError, model: type[BaseModel]) -> Iterator[str]:
    """Yield one sentence a fault of a model: the field, the value that came, what is allowed.

    Examples
    --------
    >>> class Fact(BaseModel):
    ...     value: float
    >>> try:
    ...     Fact.model_validate({"value": "much"})
    ... except ValidationError as error:
    ...     print(*field_faults(error, Fact))
    value: 'much' came; Input should be a valid number, unable to parse string as a number
    """
    for fault in error.errors(include_url=False):
        steps, came = fault["loc"], repr(fault["input"])
        name = str(steps[-1]) if steps else ""
        known = _model_at(model, steps[:-1]).model_fields
        field = known.get(name)
        allowed = f"{fault['msg']} ({field.description})" if field and field.description else fault["msg"]
        if fault["type"] == "extra_forbidden":
            allowed = f"extra field{nearest_hint(name, known)}; allowed: {', '.join(known)}"
        if len(came) > _SHOWN_CHARACTERS:
            came = f"{came[:_SHOWN_CHARACTERS]}..."
        where = ".".join(map(str, steps)) or "the whole"
        yield f"{where}: {'nothing' if fault['type'] == 'missing' else came} came; {allowed}"


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """Return the question whether a known name was meant, or nothing.

    Examples
    --------
    >>> nearest_hint("vlaue", ["value", "unit"])
    " (did you mean 'value'?)"
    """
    near = get_close_matches(name, list(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _model_at(model: type[BaseModel], steps: Sequence[int | str]) -> type[BaseModel]:
    """Return the model that holds the field at the end of a path of fields, keys and positions."""
    for step in steps:
        field = model.model_fields.get(str(step))
        model = next(_models_in(field.annotation), model) if field is not None else model
    return model


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
