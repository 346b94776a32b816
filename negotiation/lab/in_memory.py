"""What a function is at this moment: its code, defaults, closure, and the user's values that it reads.

The text of a file does not say what is in memory: a function may be typed at a prompt, made by another one,
or loaded before its file was edited. Docstrings, places in the source and addresses do not count. What
Python, installed packages and this package bring goes by its name: their versions are known otherwise.
"""

from __future__ import annotations

import dis
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from functools import partial
from hashlib import sha256
from types import CodeType, FunctionType, MappingProxyType, MethodType, ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from negotiation.lab.sources import is_users

ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}")
HOW_CALLED = ("co_argcount", "co_posonlyargcount", "co_kwonlyargcount", "co_flags", "co_exceptiontable")
NO_STEPS = {"NOP", "RESUME", "EXTENDED_ARG"}
NOT_OF_A_CLASS = {
    "__doc__", "__module__", "__dict__", "__weakref__", "__firstlineno__", "__static_attributes__",
    "__slotnames__","_abc_impl",
}  # fmt: skip


def reading(function: object) -> str:
    """Return a hash of what a function is; the same in every process that has the same one.

    Examples
    --------
    >>> def plus(more):
    ...     return lambda number: number + more
    >>> reading(plus(1)) == reading(plus(1)) != reading(plus(2))
    True
    """
    return _Reader(function).read(function)


class _Reader:
    """Reads values that may hold one another; each once."""

    def __init__(self, root: object) -> None:
        self.root = root
        self.known: dict[int, str] = {}
        self.kept: list[object] = []

    def read(self, value: object) -> str:
        if isinstance(value, int):
            return f"{type(value).__name__} {value:x}"
        if value is None or isinstance(value, (float, complex, str, bytes)):
            return f"{type(value).__name__} {value!r}"
        key = id(value)
        if key not in self.known:
            self.known[key] = "above"
            self.kept.append(value)  # or another value might get its address
            self.known[key] = sha256(
                "\n".join([type(value).__qualname__, *self._parts(value)]).encode("utf-8", "backslashreplace")
            ).hexdigest()
        return self.known[key]

    def _parts(self, value: object) -> Iterable[str]:
        match value:
            case list() | tuple():
                return self._sequence(value)
            case set() | frozenset():
                return sorted(self._sequence(value))
            case dict() | MappingProxyType():
                return self._sequence(each for pair in value.items() for each in pair)
            case np.ndarray():
                return self._array(value)
            case ModuleType():
                return [value.__name__]
            case FunctionType():
                return self._function(value)
            case MethodType():
                return self._sequence((value.__func__, value.__self__))
            case staticmethod() | classmethod():
                return self._sequence((value.__func__,))
            case property():
                return self._sequence((value.fget, value.fset, value.fdel))
            case partial():
                return self._sequence((value.func, value.args, value.keywords))
            case CodeType():
                return self._code(value)
            case type():
                return self._class(value)
        return self._object(value)

    def _sequence(self, value: Iterable[object]) -> Iterator[str]:
        return (self.read(each) for each in value)

    def _array(self, value: NDArray[Any]) -> Iterator[str]:
        yield f"{value.dtype} {value.shape}"
        yield self.read(value.tolist()) if value.dtype.hasobject else sha256(value.tobytes()).hexdigest()

    def _code(self, value: CodeType) -> Iterator[str]:
        yield from (repr(getattr(value, name)) for name in HOW_CALLED)
        for step in dis.get_instructions(value):
            if step.opname in NO_STEPS:
                continue
            is_constant = step.opcode in dis.hasconst
            yield f"{step.opname} {self.read(step.argval) if is_constant else _bare(step.argval)}"

    def _function(self, value: FunctionType) -> Iterator[str]:
        if value is not self.root and not is_users(sys.modules.get(value.__module__)):
            yield f"{value.__module__}.{value.__qualname__}"
            return
        yield self.read(value.__code__)
        yield self.read(value.__defaults__)
        yield self.read(value.__kwdefaults__)
        for cell in value.__closure__ or ():
            try:
                yield self.read(cell.cell_contents)
            except ValueError:
                yield "an empty cell"
        yield from self._read_by_name(value)

    def _read_by_name(self, value: FunctionType) -> Iterator[str]:
        """Yield the global values whose names the code uses, and those of the user's modules."""
        names = sorted(_names(value.__code__))
        for name in names:
            there = value.__globals__.get(name, self)
            if isinstance(there, ModuleType) and is_users(there):
                inside = vars(there)
                yield from (f"{name}.{each} {self.read(inside[each])}" for each in names if each in inside)
            elif there is not self:
                yield f"{name} {self.read(there)}"

    def _class(self, value: type) -> Iterator[str]:
        yield value.__qualname__
        if not is_users(sys.modules.get(value.__module__)):
            yield value.__module__
            return
        yield from self._sequence(value.__bases__)
        yield from (
            f"{name} {self.read(each)}"
            for name, each in vars(value).items()
            if name not in NOT_OF_A_CLASS and not name.startswith("__pydantic_")
        )

    def _object(self, value: object) -> Iterator[str]:
        if value is os.environ:  # another one in every process
            return
        inside = getattr(value, "__dict__", None)
        inside = inside if isinstance(inside, dict) else {}
        yield self.read(type(value))
        for name in ("__wrapped__", "py_func"):  # a cached function, a compiled one
            if name in inside:
                yield self.read(inside[name])
                return
        if is_dataclass(value) and not isinstance(value, type):
            yield from (self.read(getattr(value, field.name, None)) for field in fields(value))
            return
        if isinstance(value, BaseModel):
            yield self.read(inside)
            return
        try:
            made_of = value.__reduce_ex__(4)  # what a copy would be made from
        except Exception:  # noqa: BLE001 - whatever a class raises that cannot be copied
            yield _bare(value)
            return
        parts = (made_of,) if isinstance(made_of, str) else made_of
        yield from (self.read(list(part) if isinstance(part, Iterator) else part) for part in parts)


def _names(code: CodeType) -> set[str]:
    inner = (part for part in code.co_consts if isinstance(part, CodeType))
    return set(code.co_names).union(*map(_names, inner))


def _bare(value: object) -> str:
    try:
        return ADDRESS.sub("", repr(value))
    except Exception:  # noqa: BLE001 - whatever a user's class raises
        return type(value).__qualname__
