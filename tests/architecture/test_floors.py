import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "negotiation"
MODULES = sorted(PACKAGE.rglob("*.py"))
COMMAND = PACKAGE / "cli.py"
CHECKS = sorted((PACKAGE / "checks").glob("[a-z]*.py"))
HEAVY = ("numba", "pandas", "matplotlib")

OF_THE_CHECKS = re.compile(
    r"negotiation\.(errors|numeric|status|labelled|games(\.\w+)*|strategies(\.\w+)*|solutions(\.\w+)*|checks(\.\w+)*)$"
)
A_MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:home|root|work|Users|mnt)/\w")


def name(path):
    return str(path.relative_to(ROOT))


# --- the import contracts -----------------------------------------------------------------------------------


def lint(folder):
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as lint; lint()",
            "--no-cache",
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path):
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, tmp_path / "negotiation", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_floors_hold():
    pytest.importorskip("importlinter")
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_an_undeclared_module_breaks_the_contract(copy):
    pytest.importorskip("importlinter")
    (copy / "negotiation" / "undeclared.py").write_text('"""On no floor."""\n')
    done = lint(copy)
    assert done.returncode != 0
    assert "negotiation.undeclared" in done.stdout


def test_an_upward_import_breaks_the_contract(copy):
    pytest.importorskip("importlinter")
    with (copy / "negotiation" / "games" / "stage.py").open("a") as stage:
        stage.write("\nimport negotiation.world\n")
    done = lint(copy)
    assert done.returncode != 0
    assert "negotiation.games is not allowed to import negotiation.world" in done.stdout.replace("\n", " ")


def test_an_oracle_in_the_package_breaks_the_contract(copy):
    pytest.importorskip("importlinter")
    with (copy / "negotiation" / "strategies" / "automaton.py").open("a") as module:
        module.write("\nimport pygambit\n")
    done = lint(copy)
    assert done.returncode != 0
    assert "pygambit" in done.stdout


# --- the checks share no code with the solvers --------------------------------------------------------------


def imported(source):
    """Return the full names of what a module imports, at its top or inside a function."""
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            # `from negotiation.solvers import solve` names a module: the package alone says too little.
            whole = origin in ("negotiation", "negotiation.solvers") or node.level
            names |= {f"{origin}.{alias.name}" for alias in node.names} if whole else {origin}
    return names


def foreign(source):
    """Return what a check must not import: solvers, kernels, other floors, numerical libraries."""
    return sorted(
        found
        for found in imported(source)
        if not OF_THE_CHECKS.match(found)
        and found.partition(".")[0] not in {*sys.stdlib_module_names, "numpy"}
    )


@pytest.mark.parametrize("path", CHECKS, ids=name)
def test_a_check_imports_no_solver_and_no_kernel(path):
    assert foreign(path.read_text()) == []


def test_the_checks_are_found():
    assert {"verify.py", "automata.py", "self_generation.py"} <= {path.name for path in CHECKS}


@pytest.mark.parametrize(
    "line",
    [
        "from negotiation.solvers.stage.minmax import minmax",
        "from negotiation.solvers.payoff_sets.equilibrium_payoffs import equilibrium_payoffs",
        "from negotiation.solvers.payoff_sets.common.exact_generation import within_hull",
        "from negotiation.solvers import minmax",
        "from negotiation.solvers.nash.kernels import anything",
        "from negotiation import solve",
        "from . import minmax",
        "from .minmax import minmax",
        "import negotiation.exact.polynomials as p",
        "import negotiation",
        "from negotiation.world import load_scenario",
        "def late():\n    import numba",
        "from scipy.optimize import linprog",
        "import importlib.util, nashpy",
    ],
)
def test_a_check_that_borrowed_from_a_solver_would_be_found(line):
    assert foreign(line)


# --- sizes and habits ---------------------------------------------------------------------------------------


def prints(source):
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


@pytest.mark.parametrize("path", [path for path in MODULES if path != COMMAND], ids=name)
def test_only_the_command_prints(path):
    assert prints(path.read_text()) == []


def test_a_print_would_be_found():
    assert prints("def f():\n    print(1)\n") == [2]
    assert prints('"""\n>>> print(1)\n"""\nconsole.print(1)\n') == []


def project_texts():
    folders = ("negotiation", "tests", "docs", "experiments", "benchmarks", "paper", ".ci")
    kinds = {".py", ".toml", ".csv", ".md", ".tex", ".txt", ".cff", ".json", ".yml", ""}
    at_the_root = [path for path in ROOT.iterdir() if not path.name.startswith(".")]
    for path in [*at_the_root, *(p for folder in folders for p in (ROOT / folder).rglob("*"))]:
        if path.is_file() and path.suffix in kinds and "__pycache__" not in path.parts:
            yield path


def test_no_file_names_a_place_on_one_machine():
    named = [name(path) for path in project_texts() if A_MACHINE_PATH.search(path.read_text())]
    assert named == []


@pytest.mark.parametrize(
    ("text", "found"),
    [("/" + "home/someone/data", True), ('"' + "/" + "work/x", True), ("https://home/work/x", False)],
)
def test_a_machine_path_would_be_found(text, found):
    assert bool(A_MACHINE_PATH.search(text)) is found


# --- start-up -----------------------------------------------------------------------------------------------


def loaded_after(statement):
    """Return which heavy libraries a fresh process has loaded after a statement, and what it printed."""
    lines = [
        "import sys",
        statement,
        f"print('loaded:', *[m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)",
    ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True
    )
    return done.stderr.strip().splitlines()[-1].split()[1:], done.stdout


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_after("import negotiation")[0] == []


def test_help_loads_nothing_heavy():
    statement = """
from negotiation.cli import main
sys.argv = ["negotiation", "--help"]
try:
    main()
except SystemExit as end:
    assert not end.code
"""
    loaded, shown = loaded_after(statement)
    assert loaded == []
    assert "replay" in shown


def test_what_is_loaded_would_be_seen():
    assert loaded_after("import pandas")[0] == ["pandas"]
