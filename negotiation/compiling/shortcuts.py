"""What Numba does in long ways while kernels are compiled, done in shorter ones.

Most of the time of a first use is Numba's own Python, and much of that is done over and over with one
outcome: the type of one call is found again each time that types are gone through, the same lifetimes are
computed after each pass, all options are written out to compare two sets of them. What stands here does
each once, or in fewer steps, to the same outcome. It touches parts of Numba that may change with its version,
so it holds for the versions that are named here; any other compiles in its own way, more slowly.
"""

# mypy: disallow-untyped-calls=False

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import llvmlite
import numba
from llvmlite.ir import values
from llvmlite.ir.types import VoidType
from numba.core import compiler_machinery as machinery
from numba.core import ir, targetconfig, transforms, types
from numba.core.postproc import PostProcessor, VariableLifetime

KNOWN = (((0, 68), "0.50"),)
"""Versions of Numba and llvmlite whose parts are as they are taken to be here."""

NO_TIMES = machinery.pass_timings(0.0, 0.0, 0.0)
FIND_LIFETIMES = PostProcessor.run


def are_known() -> bool:
    """Return whether the parts of the installed versions are known."""
    return (tuple(numba.version_info.short), llvmlite.__version__.rpartition(".")[0]) in KNOWN


@contextmanager
def short_ways() -> Iterator[None]:
    """Have Numba take them meanwhile, if its version is known.

    Whoever calls holds Numba's lock, so that nothing else is compiled meanwhile.
    """
    ways = [
        (types.Function, "get_call_type", remembered_types()),
        (targetconfig.TargetConfig, "__eq__", same_options),
        (targetconfig.TargetConfig, "__hash__", hash_of_options),
        (ir.Inst, "_rec_list_vars", variables_in),
        (machinery.PassManager, "_runPass", run_pass),
        (PostProcessor, "run", find_lifetimes),
        (values.Block, "descr", write_block),
        (values.NamedValue, "_to_string", written),
        (values.NamedValue, "_get_reference", reference),
    ]
    undone: list[tuple[Any, str, Any]] = []
    try:
        for owner, name, short in ways if are_known() else ():
            undone.append((owner, name, vars(owner).get(name)))
            setattr(owner, name, short)
        yield
    finally:
        for owner, name, before in reversed(undone):
            if before is None:
                delattr(owner, name)
            else:
                setattr(owner, name, before)


def remembered_types() -> Any:
    """Return what finds the type of a call to a function of Numba's own, once for each list of arguments."""
    found: dict[Any, Any] = {}
    slowly = types.Function.get_call_type

    def get_call_type(self: Any, context: Any, args: Any, kws: Any) -> Any:
        """Return the type of a call, as it was found before if it was."""
        key = self, context, tuple(args), tuple(kws.items()), targetconfig.ConfigStack.top_or_none()
        if key not in found:
            signature = slowly(self, context, args, kws)
            found[key] = signature, self.get_impl_key(signature)
        signature, self._impl_keys[signature.args] = found[key]
        return signature

    return get_call_type


def same_options(one: Any, other: Any) -> Any:
    """Return whether two sets of options are the same, without writing them out if what was set is."""
    if not isinstance(other, targetconfig.TargetConfig):
        return NotImplemented
    return one._values == other._values or one.values() == other.values()  # noqa: SLF001 - as Numba does


def hash_of_options(options: Any) -> int:
    """Return one number for all options of a kind, as Numba's own hash does: it is of their names."""
    return hash(type(options))


def variables_in(instruction: Any, value: Any) -> list[Any]:  # noqa: ARG001 - as Numba calls it
    """Return the variables in a part of an instruction, in order."""
    found: list[Any] = []
    gather((value,), found)
    return found


def gather(values: Any, found: list[Any]) -> None:
    """Add the variables in parts of an instruction to those found."""
    for value in values:
        kind = KINDS.get(type(value))
        if kind is None:
            kind = KINDS[type(value)] = kind_of(value)
        if kind == VARIABLE:
            found.append(value)
        elif kind == INSTRUCTION:
            found.extend(value.list_vars())
        elif kind == SEQUENCE:
            gather(value, found)
        elif kind == MAPPING:
            gather(value.values(), found)


VARIABLE, INSTRUCTION, SEQUENCE, MAPPING, OTHER = range(5)
KINDS: dict[type, int] = {}


def kind_of(value: Any) -> int:
    """Return what a part of an instruction is, by its class."""
    kinds = ((VARIABLE, ir.Var), (INSTRUCTION, ir.Inst), (SEQUENCE, (list, tuple)), (MAPPING, dict))
    return next((kind for kind, classes in kinds if isinstance(value, classes)), OTHER)


def run_pass(manager: Any, index: int, each: Any, state: Any) -> None:
    """Run one pass, without a record of its time and of what it was given, or a look at what it left."""
    each.analysis = manager._analysis  # noqa: SLF001 - as Numba does
    for step in (each.run_initialization, each.run_pass, each.run_finalizer):
        step(state)
    manager.exec_times[f"{index}_{each.name()}"] = NO_TIMES


def find_lifetimes(processor: Any, emit_dels: bool = False, extend_lifetimes: bool = False) -> None:
    """Find where variables are needed for the last time, if somebody asks for that before the next pass.

    Numba's own also finds with which variables each block begins, which generators alone need.
    """
    function = processor.func_ir
    if function.is_generator:
        FIND_LIFETIMES(processor, emit_dels, extend_lifetimes)
        return
    function.blocks = transforms.canonicalize_cfg(function.blocks)
    function.variable_lifetime, function.generator_info = VariableLifetime(function.blocks), None
    if emit_dels:
        processor._insert_var_dels(extend_lifetimes=extend_lifetimes)  # noqa: SLF001 - as Numba does


def write_block(block: Any, parts: list[str]) -> None:
    """Add the text of a block of instructions."""
    parts.append(f"{block._format_name()}:\n")  # noqa: SLF001 - as llvmlite does
    parts += ["  " + str(instruction) + "\n" for instruction in block.instructions]


def written(value: Any) -> str:
    """Return the text of an instruction, with the name of what it yields."""
    parts: list[str] = []
    value.descr(parts)
    text = "".join(parts).rstrip()
    return text if isinstance(value.type, VoidType) else f"{value.get_reference()} = {text}"


def reference(value: Any) -> str:
    """Return a name as it is written."""
    name = value.name
    if "\\" in name or '"' in name:
        name = name.replace("\\", "\\5c").replace('"', "\\22")
    return f'{value.name_prefix}"{name}"'


@contextmanager
def undisturbed() -> Iterator[None]:
    """Look for no garbage meanwhile: of what a compiler makes most lives on, and to look takes long.

    What was made counts as old afterwards, so that it is not looked through at once but with all that is old.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
