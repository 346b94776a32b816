"""`doctor --compile` compiles what Python calls, all of it, and says so; once more it has nothing to do."""

import ast
import importlib
from pathlib import Path

import pytest

import negotiation
from negotiation.game_theory.compiling import Kernel, kept_in
from negotiation.report.commands.doctor import STEPS, compile_all
from negotiation.report.commands.output import Output

FOLDER = Path(negotiation.__file__).parent
SHARED = {
    "negotiation.game_theory.solvers.payoff_sets.common.polygons",
    "negotiation.game_theory.solvers.payoff_sets.common.stage",
}
OF_LARGE_GAMES = {"distance_between_near", "gmres"}
"""Kernels that small games do not need: those of long polygons, and of large systems in continuous time."""


def called_from_python():
    """Yield each kernel that a module imports which is none of kernels itself."""
    for path in sorted(FOLDER.rglob("*.py")):
        module = ".".join(("negotiation", *path.relative_to(FOLDER).with_suffix("").parts))
        if "kernels" in path.parts or module in SHARED:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.ImportFrom)
                and node.module
                and (".kernels." in node.module or node.module in SHARED)
            ):
                home = importlib.import_module(node.module)
                for name in node.names:
                    if isinstance(getattr(home, name.name), Kernel):
                        yield name.name, getattr(home, name.name)


@pytest.mark.long
def test_all_that_python_calls_is_compiled_and_only_once(capsys):
    compile_all(Output())
    assert f"cached in {kept_in()}" in capsys.readouterr().out.replace("\n", " ")
    kernels = dict(called_from_python())
    assert len(kernels) > len(STEPS)
    missing = {name for name, kernel in kernels.items() if not set(kernel.overloads) - kernel._parts}
    assert missing <= OF_LARGE_GAMES
    again = compile_all(Output())
    assert (again.programs, again.seconds) == (0, 0.0)
    assert "Nothing had to be compiled" in capsys.readouterr().out
