import ast
import os
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from tests.command import python

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "negotiation"
MODULES = sorted(PACKAGE.rglob("*.py"))
COMMAND = PACKAGE / "cli.py"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
HEAVY = ("numba", "pandas", "matplotlib", "flint")

A_MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:home|root|work|Users|mnt)/\w")


def name(path):
    return str(path.relative_to(ROOT))


# --- the import contracts -----------------------------------------------------------------------------------

CONTRACTS = {contract["id"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]}
COMPUTE_NOTHING = {
    "lazy_loader",
    "pydantic",
    "pandas",
    "pyarrow",
    "duckdb",
    "matplotlib",
    "typer",
    "rich",
    "platformdirs",
}
KERNELS = sorted(".".join(path.relative_to(ROOT).parts) for path in PACKAGE.rglob("kernels"))

# What breaks a contract: its id, a module, and a line that the module must not have.
BREACHES = [
    ("floors", "undeclared.py", '"""On no floor."""'),
    ("floors", "game_theory/games/stage.py", "import negotiation.disputes"),
    (
        "engine",
        "game_theory/solutions/verdict.py",
        "from negotiation.game_theory.checks.verify import verify",
    ),
    ("truces", "truces/theories/moment.py", "from negotiation.truces.verdicts.drawn import Drawn"),
    ("base", "base/status.py", "import negotiation.base.labelled"),
    ("oracles", "game_theory/strategies/automaton.py", "import pygambit"),
    ("checks", "game_theory/checks/automata.py", "def late():\n    import numba"),
    ("checks", "game_theory/checks/transfers.py", "from scipy.optimize import linprog"),
    ("checks", "game_theory/checks/polygons.py", "from negotiation.game_theory.exact.hulls import hull"),
    (
        "checks",
        "game_theory/checks/verify.py",
        "from negotiation.game_theory.solvers.stage.minmax import minmax",
    ),
    (
        "checks",
        "game_theory/solutions/bounded_set.py",
        "from negotiation.game_theory.linear_programs import SmallProgram",
    ),
    ("checks", "game_theory/strategies/state_chain.py", "import highspy"),
    *(
        (contract, "lab/run.py", f"import {protected}")
        for contract, told in CONTRACTS.items()
        if told["type"] == "protected"
        for protected in told["protected_modules"]
    ),
]


def lint(folder):
    """Return the exit status of the linter, and the contracts that it calls broken."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "1000"}
    code = "from importlinter.cli import lint_imports_command as lint; lint()"
    done = python("-c", code, "--no-cache", cwd=folder, env=environment)
    flat = " ".join(done.stdout.split())
    return done.returncode, {key for key, told in CONTRACTS.items() if f"{told['name']} BROKEN" in flat}, flat


@pytest.fixture(scope="module")
def breached(tmp_path_factory):
    """Lint a copy of the package in which every contract is broken."""
    pytest.importorskip("importlinter")
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, folder / "negotiation", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    for _, module, line in BREACHES:
        with (folder / "negotiation" / module).open("a") as source:
            source.write(f"\n{line}\n")
    return lint(folder)


def test_the_contracts_are_kept():
    pytest.importorskip("importlinter")
    status, broken, output = lint(ROOT)
    assert (status, broken) == (0, set()), output


@pytest.mark.long
def test_every_contract_can_be_broken(breached):
    assert breached[0] != 0
    assert breached[1] == set(CONTRACTS) == {contract for contract, _, _ in BREACHES}


def test_all_kernels_are_kept_to_their_family():
    kept = [module for told in CONTRACTS.values() for module in told.get("protected_modules", ())]
    assert sorted(module for module in kept if module.startswith("negotiation.")) == KERNELS


def test_every_library_that_computes_is_kept_from_the_checks():
    required = {re.match(r"[\w-]+", line).group().lower() for line in PROJECT["project"]["dependencies"]}
    modules = {name.removeprefix("python-") for name in required} - COMPUTE_NOTHING - {"numpy"}
    assert modules <= set(CONTRACTS["checks"]["forbidden_modules"])


# --- a solver calls a check, and takes nothing else out of one ----------------------------------------------


OF_THE_CHECKS = re.compile(r"(\.*|negotiation\.(?:game_theory\.)?)checks(\.|$)")
A_CHECK = re.compile(r"negotiation\.game_theory\.checks\.\w+\.verify\w*$")


def taken_from_checks(source):
    """Return what a module takes out of the checks other than functions that verify."""
    named = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            named += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            named += [f"{origin}.{alias.name}" for alias in node.names]
    return [full for full in named if OF_THE_CHECKS.match(full) and not A_CHECK.match(full)]


@pytest.mark.long
def test_nothing_but_verdicts_is_taken_from_the_checks():
    above = [path for path in MODULES if path.parent.name != "checks"]
    assert {name(path): taken for path in above if (taken := taken_from_checks(path.read_text()))} == {}


@pytest.mark.parametrize(
    "line",
    [
        "from negotiation.game_theory.checks.automata import reachable_pairs",
        "def late():\n    from negotiation.game_theory.checks.polygons import depth",
        "from negotiation import checks",
    ],
)
def test_a_helper_taken_out_of_a_check_would_be_found(line):
    assert taken_from_checks(line)


# --- sizes and habits ---------------------------------------------------------------------------------------


def prints(source):
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]


@pytest.mark.long
def test_only_the_command_prints():
    others = [path for path in MODULES if path != COMMAND]
    assert {name(path): lines for path in others if (lines := prints(path.read_text()))} == {}


def project_texts():
    folders = ("negotiation", "tests", "docs", "experiments", "benchmarks", "paper", ".ci")
    kinds = {".py", ".toml", ".csv", ".md", ".tex", ".txt", ".cff", ".json", ".yml", ""}
    at_the_root = [path for path in ROOT.iterdir() if not path.name.startswith(".")]
    for path in [*at_the_root, *(p for folder in folders for p in (ROOT / folder).rglob("*"))]:
        # Not the project's texts, but made from them: by Python, and by the site's gallery and reference.
        made = {"__pycache__", "_build"} & {*path.parts} or path.is_relative_to(ROOT / "docs" / "examples")
        if path.is_file() and path.suffix in kinds and not made:
            yield path


def test_no_file_names_a_place_on_one_machine():
    named = [name(path) for path in project_texts() if A_MACHINE_PATH.search(path.read_text())]
    assert named == []


# --- start-up -----------------------------------------------------------------------------------------------


def loaded_after(statement):
    """Return which heavy libraries a fresh process has loaded after a statement, and what it printed."""
    lines = [
        "import sys",
        statement,
        f"print('loaded:', *[m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)",
    ]
    done = python("-c", "\n".join(lines), check=True)
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
