"""What is done in a shorter way while kernels are compiled comes to what Numba does, and is undone after."""

import gc
from collections import namedtuple

import numpy as np
import pytest
from llvmlite import ir as llvm
from numba.core import compiler, ir, targetconfig, types
from numba.core.compiler_machinery import PassManager
from numba.core.postproc import PostProcessor

from negotiation.compiling import njit, shortcuts
from negotiation.compiling.shortcuts import are_known, find_lifetimes, short_ways, undisturbed, variables_in

Pair = namedtuple("Pair", "left right")


def mixed(values, n):
    """A bit of all: loops, branches, tuples, slices, NumPy's functions and an error."""
    if n < 0:
        raise ValueError("below zero")
    pair = Pair(np.zeros(n), values[1:])
    total = 0.0
    for k in range(n):
        if k % 2:
            continue
        pair.left[k] = values[k] ** 2
        total += max(pair.left[k], abs(pair.right[0]), 0.5)
    return total, pair.left


def numba_own():
    """Return what is exchanged meanwhile, as it is now."""
    places = (
        (types.Function, "get_call_type"),
        (targetconfig.TargetConfig, "__eq__"),
        (targetconfig.TargetConfig, "__hash__"),
        (ir.Inst, "_rec_list_vars"),
        (PassManager, "_runPass"),
        (PostProcessor, "run"),
        (llvm.Block, "descr"),
        (llvm.values.NamedValue, "_to_string"),
        (llvm.values.NamedValue, "_get_reference"),
    )
    return [getattr(owner, name) for owner, name in places]


def test_the_installed_version_is_known():
    assert are_known(), "look whether each part is as negotiation/compiling takes it to be"


def test_numba_is_as_it_was_after_a_compilation_and_after_one_that_failed():
    before = numba_own()
    assert njit()(mixed)(np.arange(1.0, 5.0), 3)[0] == 1.0 + 0.0 + 11.0 - 1.0
    with pytest.raises(Exception, match="No implementation"):
        njit()(lambda x: x + "no number")(1.0)
    assert numba_own() == before
    with short_ways():
        assert all(now != then for now, then in zip(numba_own(), before, strict=True))
    assert numba_own() == before
    assert "get_call_type" not in vars(types.Function)


def test_of_another_version_nothing_is_touched_and_the_answers_are_the_same(monkeypatch):
    values = np.random.default_rng(0).normal(size=9)
    short = njit()(mixed)(values, 7)
    monkeypatch.setattr(shortcuts, "KNOWN", ())
    before = numba_own()
    with short_ways():
        assert numba_own() == before
    plain = njit()(mixed)(values, 7)
    assert plain[0] == short[0]
    assert plain[1].tobytes() == short[1].tobytes()


def test_variables_are_found_as_numba_finds_them():
    function = compiler.run_frontend(mixed)
    statements = [each for block in function.blocks.values() for each in block.body]
    assert len(statements) > 40
    for each in statements:
        assert variables_in(each, each.__dict__) == each._rec_list_vars(each.__dict__)


def test_variables_end_where_numba_has_them_end():
    def ends(run):
        function = compiler.run_frontend(mixed)
        run(PostProcessor(function), emit_dels=True)
        kept = {label: [str(each) for each in block.body] for label, block in function.blocks.items()}
        return kept, function.variable_lifetime.livemap

    assert ends(find_lifetimes) == ends(PostProcessor.run)
    assert any("del" in each for lines in ends(find_lifetimes)[0].values() for each in lines)


def test_options_are_the_same_if_all_of_them_are():
    one, other, third = compiler.Flags(), compiler.Flags(), compiler.Flags()
    other.nrt = compiler.Flags().nrt  # set to what it is in any case
    third.nrt = not other.nrt
    with short_ways():
        assert one == other
        assert hash(one) == hash(other)
        assert one != third
        assert one != "options"


def test_a_type_is_found_once_for_each_list_of_arguments(monkeypatch):
    asked = []
    slowly = types.Function.get_call_type

    def counted(self, context, args, kws):
        asked.append((self, tuple(args), tuple(kws.items())))
        return slowly(self, context, args, kws)

    monkeypatch.setattr(types.Function, "get_call_type", counted, raising=False)
    njit()(mixed)(np.arange(1.0, 5.0), 3)
    assert len(asked) > 5
    assert max(asked.count(each) for each in asked) == 1
    # Not so without the shortcut.
    asked.clear()
    monkeypatch.setattr(shortcuts, "KNOWN", ())
    njit()(mixed)(np.arange(1.0, 5.0), 3)
    assert max(asked.count(each) for each in asked) > 1


def test_a_program_is_written_as_llvmlite_writes_it():
    def written():
        program = llvm.Module("program")
        kind = llvm.FunctionType(llvm.IntType(64), [llvm.IntType(64), llvm.DoubleType()])
        function = llvm.Function(program, kind, 'odd "name"')
        builder = llvm.IRBuilder(function.append_basic_block("first block"))
        twice = builder.add(function.args[0], llvm.Constant(llvm.IntType(64), 2), name="a\\b")
        place = builder.alloca(llvm.IntType(64))
        builder.store(twice, place)
        with builder.if_then(builder.icmp_signed("<", twice, function.args[0])):
            builder.comment("a remark")
            builder.call(function, function.args)
        builder.ret(builder.load(place))
        return str(program)

    plain = written()
    with short_ways():
        assert written() == plain
    assert '%"a\\5cb"' in plain


def test_what_was_made_meanwhile_is_not_looked_through_at_once():
    looked = []
    note = lambda phase, info: looked.append(info["generation"]) if phase == "start" else None  # noqa: E731
    gc.collect()
    gc.callbacks.append(note)
    try:
        with undisturbed():
            kept = [[] for _ in range(100_000)]
        more = [[] for _ in range(100)]
    finally:
        gc.callbacks.remove(note)
    assert len(kept) + len(more) == 100_100
    assert looked == []
    assert gc.isenabled()


def test_what_somebody_keeps_from_being_looked_through_stays_so():
    gc.freeze()
    try:
        kept = gc.get_freeze_count()
        with undisturbed():
            pass
        assert gc.get_freeze_count() == kept > 0
    finally:
        gc.unfreeze()
