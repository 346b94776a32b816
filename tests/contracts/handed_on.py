"""What a module is given and does not hand on, by its syntax tree."""

import ast
import inspect
import pkgutil
from collections import defaultdict
from functools import cache
from importlib import import_module

import negotiation

FLOORS = ("negotiation.truces", "negotiation.lab")


@cache
def modules(*floors):
    """Return the modules of some floors of the package, or of all of it, in the order of their names."""
    wanted = floors or ("negotiation",)
    found = [one.name for one in pkgutil.walk_packages(negotiation.__path__, "negotiation.")]
    return [
        import_module(name) for name in sorted(found) if f"{name}.".startswith(tuple(f"{f}." for f in wanted))
    ]


@cache
def tree_of(module):
    """Return the syntax tree of a module."""
    return ast.parse(inspect.getsource(module))


def parameters(function):
    """Return the names that a function or a lambda takes."""
    given = function.args
    more = [one for one in (given.vararg, given.kwarg) if one is not None]
    names = [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs, *more)]
    return [name for name in names if name not in ("self", "cls")]


@cache
def signed(called):
    """Return what something takes, by name; nothing where that is not known."""
    try:
        return dict(inspect.signature(called).parameters)
    except (TypeError, ValueError):
        return {}


def takes(called, name):
    """Return whether something takes a parameter that may be left out."""
    found = signed(called).get(name)
    return found is not None and found.default is not found.empty


def is_given(call, called, name):
    """Return whether a call gives a parameter, or gives a number of arguments that is not known."""
    if any(one.arg is None for one in call.keywords) or any(isinstance(a, ast.Starred) for a in call.args):
        return True
    by_place = [one for one in signed(called) if one not in ("self", "cls")]
    return name in by_place[: len(call.args)] or name in {one.arg for one in call.keywords}


@cache
def known():
    """Return the functions and methods of the package by their names."""
    found = defaultdict(list)
    for module in modules():
        for name, one in vars(module).items():
            if getattr(one, "__module__", None) != module.__name__:
                continue
            if inspect.isfunction(one):
                found[name].append(one)
            for inner, method in vars(one).items() if inspect.isclass(one) else ():
                plain = getattr(method, "__func__", method)
                if inspect.isfunction(plain):
                    found[inner].append(plain)
    return found


def names_of(module, tree):
    """Return what a module knows by name, with what its functions import for themselves."""
    found = dict(vars(module))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("negotiation"):
            home = vars(import_module(node.module))
            found |= {one.asname or one.name: home[one.name] for one in node.names if one.name in home}
    return found


def called_by(call, names):
    """Return what a call may mean: one thing for a name, all methods of that name for an attribute."""
    if isinstance(call.func, ast.Attribute):
        return known().get(call.func.attr, [])
    found = names.get(getattr(call.func, "id", ""))
    ours = getattr(found, "__module__", "") or ""
    return [found] if ours.startswith("negotiation.") and callable(found) else []


def kept_to_itself(module):
    """Yield (function, called, parameter): what is given under a name, and not handed on under that name.

    Where the called one would take it and can do without.
    """
    tree = tree_of(module)
    names = names_of(module, tree)
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in (part for line in function.body for part in ast.walk(line)):
            if not isinstance(call, ast.Call):
                continue
            called = called_by(call, names)
            for name in parameters(function) if called else ():
                if all(takes(one, name) and not is_given(call, one, name) for one in called):
                    yield function.name, getattr(call.func, "id", getattr(call.func, "attr", "")), name
