"""Kernels are compiled once with all that they call, and somebody who waits for it is told, once."""

import gc
import os
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba.core import codegen, compiler, types

from negotiation.game_theory.compiling import (
    NOTICE,
    LoweredPart,
    Notice,
    Options,
    Whole,
    njit,
    undisturbed,
    variables_in,
)
from tests.command import python

PROGRAM = """
import numpy as np
from numba.core import event
from negotiation.game_theory.compiling import njit

@njit(cache=True, nogil=True)
def filled(n, x):
    made = np.empty(n)
    for k in range(n):
        made[k] = x
    return made

@njit(cache=True, nogil=True)
def middle(n, x):
    return filled(n, x)[0] + np.zeros(n)[0]

@njit(cache=True, nogil=True)
def outer(n, x):
    return middle(n, x) + filled(n, 2.0 * x).sum() + np.empty(n).size

class Seen(event.Listener):
    names = []
    def on_start(self, event):
        self.names.append(event.data["dispatcher"].py_func.__name__)
    def on_end(self, event):
        pass

if __name__ == "__main__":
    event.register("numba:compile", Seen())
    found = outer(3, 0.5)
    print(found, *sorted({"filled", "middle", "outer"} & set(Seen.names)))
"""


def kernels():
    @njit(nogil=True)
    def filled(n, x):
        made = np.empty(n)
        for k in range(n):
            made[k] = x
        return made

    @njit(nogil=True)
    def middle(n, x):
        return filled(n, x)[0] + np.zeros(n)[0]

    @njit(nogil=True)
    def outer(n, x):
        return middle(n, x) + filled(n, 2.0 * x).sum() + np.empty(n).size

    return filled, middle, outer


def run(program, **environment):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment}
    return python(str(program), env=environment, check=True)


def libraries(kernel):
    return [found.library for found in kernel.overloads.values()]


def test_what_a_kernel_calls_is_lowered_once_and_optimised_within_it(monkeypatch):
    optimised = []
    for kind in (codegen.JITCodeLibrary, Whole):

        def counted(library, plain=kind._optimize_final_module):
            optimised.append(library.name)
            plain(library)

        monkeypatch.setattr(kind, "_optimize_final_module", counted)
    filled, middle, outer = kernels()
    assert outer(3, 0.5) == 0.5 + 3.0 + 3
    assert [type(library) for kernel in (filled, middle) for library in libraries(kernel)] == [
        LoweredPart,
        LoweredPart,
    ]
    assert [type(library) for library in libraries(outer)] == [Whole]
    # Neither is what stands behind np.zeros and the sum a program of its own; Numba's memory is, once.
    names = {name.rpartition(".")[2] for name in optimised}
    assert names - {"nrt", "_call_allocator"} == {"outer"}
    assert len(optimised) == len(names)


@given(*[st.dictionaries(st.sampled_from(["nrt", "boundscheck", "fastmath"]), st.booleans())] * 2)
def test_options_are_equal_where_those_of_numba_are(mine, theirs):
    read = []
    for of in (Options, compiler.Flags):
        both = of(), of()
        for options, given_values in zip(both, (mine, theirs), strict=True):
            for name, value in given_values.items():
                setattr(options, name, value)
        read.append(both)
    (own, other), (plain, plain_other) = read
    assert (own == other) is (plain == plain_other)
    assert (own == plain_other) is (plain == plain_other)
    assert own != "options"


def test_numba_types_calls_as_before_once_a_kernel_is_compiled():
    before = types.BaseFunction.get_call_type

    @njit()
    def wrong(x):
        return x + "a" if x > 0 else len(x)

    with pytest.raises(Exception, match="No implementation of function"):
        wrong(1)
    assert types.BaseFunction.get_call_type is before


def test_a_part_that_python_calls_becomes_a_program_of_its_own():
    filled, middle, outer = kernels()
    outer(3, 0.5)
    assert filled(2, 1.5).tolist() == [1.5, 1.5]
    assert middle(2, 1.5) == 1.5
    assert [type(library) for library in libraries(filled)] == [Whole]
    assert filled.nopython_signatures == [filled.overloads[key].signature for key in filled.overloads]
    # And a kernel that is compiled now links that program.
    _, _, again = kernels()
    assert outer(4, 0.5) == again(4, 0.5) == 0.5 + 4.0 + 4


@pytest.mark.long
def test_a_second_process_compiles_nothing(tmp_path):
    file = tmp_path / "program.py"
    file.write_text(PROGRAM)

    def said():
        return run(file, NUMBA_CACHE_DIR=str(tmp_path / "kept")).stdout.split()

    assert said() == ["6.5", "filled", "middle", "outer"]
    assert said() == ["6.5"]
    kept = {name.name.split(".")[1].split("-")[0] for name in (tmp_path / "kept").rglob("*.nbc")}
    assert kept == {"outer"}


@pytest.mark.long
def test_a_change_in_what_a_kernel_calls_or_names_has_it_compiled_anew(tmp_path):
    # Two more modules of the package, and numbers that come in two steps.
    (tmp_path / "program.py").write_text(
        f"import negotiation\nnegotiation.__path__.append({str(tmp_path)!r})\n"
        "from negotiation.outer_kernel import outer\nprint(outer(1.0))"
    )
    kernel = "from negotiation.game_theory.compiling import njit\n%s\n\n@njit(cache=True)\ndef %s"
    outer = kernel % ("from negotiation.inner_kernel import inner", "outer(x):\n    return inner(x)\n")
    inner = kernel % ("from negotiation.given_number import GIVEN", "inner(x):\n    return x + GIVEN\n")

    def said(text, number):
        for name, content in (("outer", outer), ("inner", text)):
            (tmp_path / f"{name}_kernel.py").write_text(content)
        (tmp_path / "given_number.py").write_text(f"GIVEN = {number}\n")
        done = run(tmp_path / "program.py", NUMBA_CACHE_DIR=str(tmp_path / "kept"))
        return float(done.stdout)

    assert said(inner, "10.0") == 11.0
    assert said(inner.replace("x +", "2 * x +"), "10.0") == 12.0
    assert said(inner.replace("x +", "2 * x +"), "20.0") == 22.0


@pytest.mark.long
def test_a_kept_kernel_whose_types_were_renamed_is_compiled_again(tmp_path):
    (tmp_path / "program.py").write_text("from kernel import bounds, width\nprint(width(bounds))")
    kernel = """
from typing import NamedTuple
from negotiation.game_theory.compiling import njit

class Pair(NamedTuple):
    low: float
    high: float

@njit(cache=True)
def width(pair):
    return pair.high - pair.low

bounds = Pair(1.0, 3.0)
"""
    for name in ("Pair", "Range"):
        (tmp_path / "kernel.py").write_text(kernel.replace("Pair", name))
        done = run(tmp_path / "program.py", NUMBA_CACHE_DIR=str(tmp_path / "kept"))
        assert done.stdout.split() == ["2.0"], done.stderr


@pytest.mark.long
def test_where_nothing_can_be_kept_all_is_computed_and_said_once(tmp_path):
    # No folder beside the program, nor one of the user's or of the environment.
    (tmp_path / "__pycache__").write_text("no folder")
    (tmp_path / "program.py").write_text("import logging\nlogging.basicConfig()\n" + PROGRAM)
    done = run(tmp_path / "program.py", XDG_CACHE_HOME=os.devnull, NUMBA_CACHE_DIR="")
    assert done.stdout.split() == ["6.5", "filled", "middle", "outer"]
    assert done.stderr.count("NUMBA_CACHE_DIR") == 1


def compiled(notice, times=4):
    for _ in range(times):
        notice.on_start(None)
        notice.on_start(None)
        notice.on_end(None)
        notice.on_end(None)


def test_long_compilation_is_told_once_and_short_is_not(caplog):
    patient, impatient = Notice(patience=1e9), Notice(patience=0.0)
    for notice in (patient, impatient):
        compiled(notice)
    assert caplog.messages == [NOTICE]
    assert (impatient.programs, patient.programs) == (4, 4)


def nested(a, b, c=1):
    parts = (a, b[1:c], (a, max(a, b, c)), [{a: b}])
    return sum(parts, start=c) if a else sorted(b, key=len)


def test_an_instruction_has_the_variables_that_numba_finds():
    blocks = compiler.run_frontend(nested).blocks.values()
    instructions = [each for block in blocks for each in block.body]
    found = [variables_in(each, vars(each)) for each in instructions]
    assert found == [each._rec_list_vars(vars(each)) for each in instructions]
    assert max(map(len, found)) > 3


def test_what_is_compiled_is_old_for_the_collection_of_garbage():
    gc.unfreeze()  # frozen when the tests begin
    try:
        with undisturbed():
            made = [[]]
        assert any(each is made for each in gc.get_objects(generation=2))
    finally:
        gc.freeze()
