"""Skip reference counting in functions that neither create nor return an array.

Numba counts the references to each array that a function holds, also those within a named tuple each time
that one of its fields is read. Arrays that a function borrows from its caller live as long as the function
runs. So a function that borrows all its arrays needs no counting, and has less code to lower and optimise.
This module reads Numba's own form of a function, so it applies only to the versions named here. With any
other version references are counted, which is slower.
"""

# mypy: disallow-untyped-calls=False

from __future__ import annotations

from typing import Any

import llvmlite
import numba
from numba.core import ir, types
from numba.core.compiler_machinery import LoweringPass, register_pass

# Versions of Numba and llvmlite whose parts are as they are taken to be here.
KNOWN = (((0, 68), "0.50"),)

STATEMENTS = (ir.Jump, ir.Branch, ir.Return, ir.Del, ir.StaticRaise, ir.SetItem, ir.StaticSetItem)
# What yields arrays that the function holds already, whatever it is done to.
PARTS = {"cast", "build_tuple", "exhaust_iter"}


def are_known() -> bool:
    """Return whether the installed versions are among those that this module knows."""
    return (tuple(numba.version_info.short), llvmlite.__version__.rpartition(".")[0]) in KNOWN


@register_pass(mutates_CFG=False, analysis_only=False)
class CountNothing(LoweringPass):
    """Skip reference counting in a function that borrows all its arrays from its caller."""

    _name = "negotiation_count_nothing"

    def __init__(self) -> None:
        LoweringPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """Switch reference counting off for one function if it borrows all its arrays."""
        if state.targetctx.enable_nrt and is_lent_all(state):
            state.targetctx = state.targetctx.subtarget(enable_nrt=False)
        return False


def is_lent_all(state: Any) -> bool:
    """Return whether a function whose types are known neither creates nor returns an array."""
    models = state.targetctx.data_model_manager

    def counted(typ: Any) -> bool:
        """Return whether values of a type hold counted references."""
        return bool(models[typ].contains_nrt_meminfo())

    def is_of_arrays(typ: Any) -> bool:
        """Return whether a type counts nothing but arrays; a list, for example, is always counted."""
        if isinstance(typ, types.BaseTuple):
            return all(is_of_arrays(part) for part in parts_of(typ))
        return isinstance(typ, types.Array) or not counted(typ)

    def is_lent(statement: Any) -> bool:
        """Return whether a statement creates nothing that is counted."""
        if isinstance(statement, ir.Assign):
            return not counted(state.typemap[statement.target.name]) or holds(statement.value, state.typemap)
        if isinstance(statement, (ir.SetItem, ir.StaticSetItem)):
            return not counted(state.typemap[statement.value.name])
        return isinstance(statement, STATEMENTS)

    if state.func_ir.is_generator or counted(state.return_type):
        return False
    if not all(is_of_arrays(typ) for typ in state.typemap.values()):
        return False
    return all(is_lent(statement) for block in state.func_ir.blocks.values() for statement in block.body)


def holds(value: Any, typemap: Any) -> bool:
    """Return whether a value with references is part of another value that the function holds."""
    if isinstance(value, (ir.Var, ir.Arg)):
        return True
    if not isinstance(value, ir.Expr):
        return False
    if value.op == "call":
        return isinstance(typemap[value.func.name], types.NamedTupleClass)
    if value.op in {"getitem", "static_getitem", "getattr"}:
        within = typemap[value.value.name]
        if isinstance(within, types.BaseTuple):
            return True
        return isinstance(within, types.Array) and value.op != "getattr" and is_view(value, typemap)
    return value.op in PARTS


def is_view(value: Any, typemap: Any) -> bool:
    """Return whether indexing an array gives a view of it."""
    index = value.index if value.op == "getitem" else value.index_var
    if index is None:
        return isinstance(value.index, (int, slice))
    taken = typemap[index.name]
    parts = parts_of(taken) if isinstance(taken, types.BaseTuple) else (taken,)
    return all(isinstance(part, (types.Integer, types.SliceType)) for part in parts)


def parts_of(several: Any) -> tuple[Any, ...]:
    """Return the types of a tuple's parts."""
    return tuple(several)
