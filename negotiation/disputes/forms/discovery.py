"""Discovery of forms: by the name `FORM` in a module of this package, by entry point in other packages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

from negotiation.disputes.forms.form import Form
from negotiation.errors import InvalidFile

# The group of entry points by which a form from outside is found.
GROUP = "negotiation.forms"


@cache
def forms() -> Mapping[str, Form]:
    """Return every form by name: first the forms of the package, then the forms of other distributions.

    `InvalidFile` is raised if an entry point is not a form or names a form of another name, or if its name is
    taken.

    Examples
    --------
    >>> forms()["fee"].name, "binding" in forms()
    ('fee', False)
    """
    by_name: dict[str, Form] = {}
    for name in sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py")):
        form = getattr(import_module(f"negotiation.disputes.forms.{name}"), "FORM", None)
        if form is not None:
            by_name[name] = _checked(form, name, f"{name}.py")
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        where = f"entry point {point.name!r} ({point.value})"
        if point.name in by_name:
            raise InvalidFile(f"{where}: a form with this name already exists; choose another name")
        by_name[point.name] = _checked(point.load(), point.name, where)
    return by_name


def _checked(form: object, name: str, where: str) -> Form:
    if not isinstance(form, Form):
        raise InvalidFile(
            f"{where}: the form must be a negotiation.disputes.forms.form.Form; got an object of the type "
            f"{type(form).__name__}"
        )
    if form.name != name:
        raise InvalidFile(f"{where}: the form is named {form.name!r}; name it {name!r}")
    return form
