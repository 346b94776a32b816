"""A parser of numpydoc, and what it misses in public names, their methods, and the results returned."""

import importlib
import inspect
import re
import sys
import types
import typing

import negotiation as ng

HEAD = re.compile(r"^(?P<title>[A-Z][A-Za-z ]+)\n-{3,}$", re.MULTILINE)


def public_names():
    """Yield (name, object) of everything that a user types after `ng.`, modules taken apart."""
    for name in dir(ng):
        found = getattr(ng, name)
        if name.startswith("_"):
            continue
        if inspect.ismodule(found):
            yield from ((f"{name}.{inner}", getattr(found, inner)) for inner in found.__all__)
        else:
            yield name, found
    for name, home in ng._MOVED.items():
        yield name, getattr(importlib.import_module(home), name)


def classes_in(hint):
    """Yield the classes of the package that an annotation names, at whatever depth."""
    for part in typing.get_args(hint):
        yield from classes_in(part)
    if inspect.isclass(hint) and hint.__module__.startswith("negotiation.") and not typing.get_args(hint):
        yield hint


def results_of(function, kind=None):
    """Yield the classes of the package that a function returns; of a row, those that a class has rows of."""
    try:
        hints = typing.get_type_hints(function)
    except NameError:
        return  # names that are imported for type checkers alone
    returned = hints.get("return")
    if isinstance(returned, typing.TypeVar):
        for base in getattr(kind, "__orig_bases__", ()):
            yield from classes_in(base)
    yield from classes_in(returned)


def methods_of(kind):
    """Yield (name, function) of the public methods of a class, inherited ones of the package among them."""
    for name, _ in inspect.getmembers_static(kind):
        found = inspect.getattr_static(kind, name)
        function = found.__func__ if isinstance(found, (classmethod, staticmethod)) else found
        home = getattr(function, "__module__", "") or ""
        if not name.startswith("_") and inspect.isfunction(function) and home.startswith("negotiation."):
            yield name, function


def documented():
    """Return {label: (object, is it a name or a result)}: names, their methods, and all that they return."""
    names = dict(public_names())
    kinds = [found for found in names.values() if inspect.isclass(found)]
    for found in names.values():
        if inspect.isfunction(found):
            kinds += results_of(found)
    for kind in kinds:  # grows while it is read: what the methods of results return are results too
        for _, function in methods_of(kind):
            kinds += [one for one in results_of(function, kind) if one not in kinds]
    found = {}
    for name, one in names.items():
        if callable(one):
            found[name] = (one, True)
    seen = {id(one) for one, _ in found.values()}
    for kind in dict.fromkeys(kinds):
        if id(kind) not in seen:
            found[f"{kind.__module__}.{kind.__name__}"] = (kind, True)
        for _, function in methods_of(kind):
            if id(function) not in seen:
                seen.add(id(function))
                found[f"{function.__module__}.{function.__qualname__}"] = (function, False)
    return found


def sections(text):
    """Return the summary and {title: body} of a docstring."""
    heads = list(HEAD.finditer(text))
    ends = [head.start() for head in (*heads, re.search(r"\Z", text))][1:]
    found = {head["title"]: text[head.end() : end] for head, end in zip(heads, ends, strict=True)}
    return (text[: heads[0].start()] if heads else text).strip(), found


def described(body):
    """Return the names that a section of parameters describes in at least a word, in its order."""
    names, rows = [], body.strip("\n").split("\n")
    for row, below in zip(rows, [*rows[1:], ""], strict=True):
        if row[:1].strip() and below.strip() and below[:1].isspace():
            names += [name.strip().lstrip("*") for name in row.split(" : ")[0].split(",")]
    return names


def parameters_of(found):
    """Return the names of the parameters that a caller may give."""
    if inspect.isclass(found) and issubclass(found, BaseException):
        return []
    signature = inspect.signature(found)
    return [name for name in signature.parameters if name not in ("self", "cls") and not name.startswith("_")]


def fields_described(found):
    """Return the fields of a pydantic model that have a description of their own."""
    return {name for name, field in getattr(found, "model_fields", {}).items() if field.description}


def returns_something(found):
    """Return whether a function is annotated with something to return."""
    hint = getattr(found, "__annotations__", {}).get("return")
    return isinstance(found, types.FunctionType) and hint not in (None, "None", "NoReturn", typing.NoReturn)


def sections_of(found):
    """Return the summary and the sections of an object; what a method leaves out may stand in a base class.

    A method that fills in one of a base class, as `table` does, keeps that method's promise.
    """
    summary, parts = sections(inspect.getdoc(found) or "")
    owner = sys.modules[found.__module__]
    for name in found.__qualname__.split(".")[:-1]:
        owner = getattr(owner, name)
    for base in getattr(owner, "__mro__", ())[1:] if inspect.isfunction(found) else ():
        if found.__name__ in vars(base):
            parts = sections(inspect.getdoc(vars(base)[found.__name__]) or "")[1] | parts
    return summary, parts


def faults(found, *, shown):
    """Yield what is missing in a docstring; of what is `shown` an example too."""
    summary, parts = sections_of(found)
    if not summary:
        yield "has no summary"
    known = {*described(parts.get("Parameters", "")), *fields_described(found)}
    undescribed = [name for name in parameters_of(found) if name not in known]
    if undescribed:
        yield f"does not describe {', '.join(undescribed)}"
    if returns_something(found) and not {"Returns", "Yields"} & parts.keys():
        yield "does not say what it returns"
    if shown and ">>> " not in parts.get("Examples", ""):
        yield "has no example that runs"
