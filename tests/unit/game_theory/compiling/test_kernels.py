"""Kernels are compiled once with all that they call, and somebody who waits for it is told, once."""

import os
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest
from numba.core import codegen
from numba.core.target_extension import jit_registry, target_registry

from negotiation.game_theory import compiling
from negotiation.game_theory.compiling import NOTICE, Notice, Part, Whole, njit

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
    return subprocess.run(
        [sys.executable, str(program)], env=environment, capture_output=True, text=True, check=True
    )


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
    assert [type(library) for kernel in (filled, middle) for library in libraries(kernel)] == [Part, Part]
    assert [type(library) for library in libraries(outer)] == [Whole]
    # Neither is what stands behind np.zeros and the sum a program of its own; Numba's memory is, once.
    names = {name.rpartition(".")[2] for name in optimised}
    assert names - {"nrt", "_call_allocator"} == {"outer"}
    assert len(optimised) == len(names)


def test_numba_makes_programs_of_its_own_functions_again_when_compilation_is_over():
    target = target_registry["cpu"]
    before = jit_registry[target]
    kernels()[0](3, 0.5)
    assert jit_registry[target] is before

    @numba.njit
    def plain(n):
        return np.empty(n).size + np.zeros((n, n)).sum()

    assert plain(3) == 3.0


@pytest.mark.long
def test_what_numba_compiles_in_a_kernel_on_its_own_links_all_of_a_part():
    @njit()
    def ordered(values):
        return values[np.argsort(values)] + np.sort(values)[0] + np.full(len(values), 1.0)

    @njit()
    def outer(values):
        kept = np.zeros((2, len(values)))
        kept[0, :], kept[1, 1:] = ordered(values), ordered(values)[1:]
        return np.linalg.solve(np.eye(len(values)), kept[0]) + kept[1]

    assert outer(np.array([2.0, 1.0, 3.0])).tolist() == [3.0, 8.0, 10.0]


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


def test_an_error_in_a_part_is_raised_where_it_was():
    @njit()
    def inner(x):
        if x < 0:
            raise ValueError("below zero")
        return x

    @njit()
    def outer(x):
        return inner(x) + 1

    assert outer(1) == 2
    with pytest.raises(ValueError, match="below zero"):
        outer(-1)


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


def test_time_between_programs_is_no_compilation(monkeypatch, caplog):
    clock = iter([0.0, 0.0, 1.0, 1000.0, 1000.0, 1001.5, 2000.0, 2000.0, 2001.0])
    monkeypatch.setattr("negotiation.game_theory.compiling.time.monotonic", lambda: next(clock))
    notice = Notice(patience=2.0)
    for programs, said in enumerate([0, 0, 1], 1):
        notice.on_start(None)
        assert len(caplog.messages) == said
        notice.on_end(None)
        assert notice.programs == programs


def test_nothing_is_logged_where_nobody_reads_it(monkeypatch, caplog):
    monkeypatch.setattr(compiling, "is_read", lambda logger: logger is not compiling.LOGGER)
    compiled(Notice(patience=0.0))
    assert caplog.messages == []


def test_kernels_are_made_by_the_one_decorator():
    folder = Path(compiling.__file__).parents[1]
    found = [path for path in folder.rglob("*.py") if "from numba import njit" in path.read_text()]
    assert found == [], (
        "import njit from negotiation.game_theory.compiling: what a kernel calls is compiled once then"
    )
