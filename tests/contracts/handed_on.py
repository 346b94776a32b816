"""What a module takes and never uses, and what it is given and does not hand on, by its syntax tree."""

import ast
import inspect
import pkgutil
from collections import defaultdict
from functools import cache
from importlib import import_module
from itertools import pairwise

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


def is_of_others(call, module):
    """Return whether a call is of a function of a module that is not of this package, such as NumPy's."""
    base = getattr(call.func, "value", None)
    found = vars(module).get(base.id) if isinstance(base, ast.Name) else None
    return inspect.ismodule(found) and not found.__name__.startswith("negotiation")


def last_name(node):
    """Return the name of a value, or of the attribute that it is; None if it has none."""
    return getattr(node, "id", None) or getattr(node, "attr", None)


def misplaced(module):
    """Yield (called, parameter, name): a value with the name of one parameter that is given as another.

    Likewise of dictionaries and their keys.
    """
    tree = tree_of(module)
    known_here = names_of(module, tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
            for key, value in zip(node.keys, node.values, strict=True):
                name, given = getattr(key, "value", None), last_name(value)
                if isinstance(name, str) and given in keys and given != name:
                    yield "dict", name, given
        if not isinstance(node, ast.Call) or is_of_others(node, module):
            continue
        called = called_by(node, known_here)
        if len({tuple(signed(one)) for one in called}) != 1:
            continue
        names = [name for name in signed(called[0]) if name not in ("self", "cls")]
        places = [] if any(isinstance(one, ast.Starred) for one in node.args) else node.args
        pairs = [*zip(names, places, strict=False), *((one.arg, one.value) for one in node.keywords)]
        for name, value in pairs:
            given = last_name(value)
            if given in names and name not in (None, given):
                yield last_name(node.func), name, given


def returned(trees):
    """Return the names of what functions return in a row, by the names of the functions."""
    found = defaultdict(set)
    for function in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
                    found[function.name].add(tuple(map(last_name, node.value.elts)))
    return found


def turned_round(tree, rows):
    """Yield what stands in the other order: an upper end before its lower one, and what a function returned.

    `rows` are the names of what functions return, by their names.
    """
    for node in ast.walk(tree):
        if isinstance(node, (ast.Tuple, ast.List, ast.Call, ast.Compare)):
            compared = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
            parts = compared or getattr(node, "elts", None) or getattr(node, "args", [])
            names = [last_name(part) for part in parts]
            rising = all(isinstance(one, (ast.Lt, ast.LtE)) for one in getattr(node, "ops", ()))
            if ("high", "low") in pairwise(names) or ({"low", "high"} <= {*names} and not rising):
                yield "high", "low"
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            taken = tuple(map(last_name, getattr(node.targets[0], "elts", ())))
            for row in rows.get(last_name(node.value.func), ()):
                if len(row) == len(taken):
                    here = zip(row, taken, strict=True)
                    yield from ((a, b) for a, b in here if a in taken and a not in (None, b))


def tables_without_names(tree):
    """Yield (class, line) of tables that are not given the names which their class has of identifiers."""
    for kind in ast.walk(tree):
        lines = kind.body if isinstance(kind, ast.ClassDef) else []
        has = [
            one
            for one in lines
            if (isinstance(one, ast.AnnAssign) and last_name(one.target) == "names")
            or (isinstance(one, ast.FunctionDef) and one.name == "names")
        ]
        hints = [ast.unparse(getattr(one, "annotation", None) or one.returns) for one in has]
        if not any("Mapping" in hint for hint in hints):
            continue
        for call in ast.walk(kind):
            if isinstance(call, ast.Call) and last_name(call.func) == "Table":
                given = [*call.args[3:], *(one.value for one in call.keywords if one.arg == "names")]
                if "names" not in map(last_name, given):
                    yield kind.name, call.lineno
