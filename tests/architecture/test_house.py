"""The measures of the house: how wide, how long, how entangled; what exceeds them is listed with its reason.

Each measure is a function of source text or of a graph of imports, and is shown to see what it looks for. The
lists of exceptions may only shrink: an entry that is no longer needed fails.
"""

import ast
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse.csgraph import connected_components

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "negotiation"
MODULES = sorted(PACKAGE.rglob("*.py"))
KERNELS = [path for path in MODULES if "kernels" in path.parts]
# The floors of computation: every tolerance and limit there has a home. Above them a constant is a default.
COMPUTING = tuple(f"game_theory/{floor}" for floor in (
    "exact", "games", "strategies", "solutions", "checks", "solvers", "linear_programs.py"
))  # fmt: skip

WIDEST_FOLDER = 25
LONGEST_MODULE = 400
LONGEST_FUNCTION = 50
MOST_ARGUMENTS = 7

LONG_MODULES = {
    "disputes/setup.py:long": "every stored table depends on it: divide it when all are next made"
}
LONG_FUNCTIONS = {"truces/verdicts/verdict.py:verdict": "each of its fourteen options has a line"}
MANY_ARGUMENTS: dict[str, str] = {}
CONSTANTS: dict[str, str] = {}


def name(path):
    return path.relative_to(PACKAGE).as_posix()


def of_docstrings(tree):
    """Return the numbers of the lines that docstrings take."""
    lines = set()
    for node in ast.walk(tree):
        documented = isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        if documented and ast.get_docstring(node, clean=False) is not None:
            lines |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return lines


def lines_of_code(source):
    """Return the numbers of the lines that are code: neither blank, nor a comment, nor a docstring."""
    told = of_docstrings(ast.parse(source))
    return [
        number
        for number, line in enumerate(source.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#") and number not in told
    ]


def long_functions(source):
    """Return the functions with too many lines of code, those inside them counted along."""
    code = lines_of_code(source)
    return {
        node.name: length
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if (length := sum(node.lineno <= line <= node.end_lineno for line in code)) > LONGEST_FUNCTION
    }


def crowded_functions(source):
    """Return the functions that take more arguments than can be kept in mind."""
    return {
        node.name: count
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
        if (count := len([*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs])) > MOST_ARGUMENTS
    }


def positional(source):
    """Return what is taken out of a bundle by its position and indexed at once: `rows[3][r]`."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Subscript)
        if isinstance(node.value.slice, ast.Constant) and isinstance(node.value.slice.value, int)
    ]


def is_number(node):
    """Return whether an expression is arithmetic on numerals alone, such as `2.0**-40`."""
    allowed = (ast.Constant, ast.UnaryOp, ast.BinOp, ast.operator, ast.unaryop)
    return all(isinstance(part, allowed) for part in ast.walk(node)) and all(
        isinstance(part.value, (int, float)) and not isinstance(part.value, bool)
        for part in ast.walk(node)
        if isinstance(part, ast.Constant)
    )


def constants(source):
    """Return the numbers that a module names at its top: `NEAR = 1e-9`."""
    found = []
    for node in ast.parse(source).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) and node.value else targets
        if targets and is_number(node.value):
            found += [ast.unparse(t) for t in targets if re.fullmatch(r"_?[A-Z][A-Z\d_]*", ast.unparse(t))]
    return found


def module_of(path):
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source, modules):
    """Return the modules of the package that a source imports, wherever in it, also for types alone."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names} & modules
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (whole & modules) or ({node.module} & modules)
    return found


def circles(graph):
    """Return the groups of modules that import one another, by strongly connected components."""
    names = sorted({*graph, *(other for others in graph.values() for other in others)})
    matrix = np.array([[other in graph.get(name, ()) for other in names] for name in names])
    _, groups = connected_components(matrix, connection="strong")
    members = [[name for name, own in zip(names, groups, strict=True) if own == g] for g in {*groups}]
    return sorted(group for group in members if len(group) > 1)


def graph_of_the_package():
    names = {module_of(path): path for path in MODULES}
    return {
        module: imports(path.read_text(), set(names)) - {module}
        for module, path in names.items()
        if path.name != "__init__.py"
    }


def beyond(measure, modules, listed):
    """Return what a measure finds that is not listed, and what is listed and not found."""
    found = {f"{name(path)}:{each}" for path in modules for each in measure(path.read_text())}
    return sorted(found - listed.keys()), sorted(listed.keys() - found)


def test_no_folder_is_wide():
    width = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert {str(k): n for k, n in width.items() if n > WIDEST_FOLDER} == {}


@pytest.mark.long
def test_no_two_modules_import_each_other():
    assert circles(graph_of_the_package()) == []


@pytest.mark.long
def test_a_module_is_one_thought():
    def length(source):
        return ["long"] if len(lines_of_code(source)) > LONGEST_MODULE else []

    assert beyond(length, MODULES, LONG_MODULES) == ([], [])


@pytest.mark.long
def test_a_function_can_be_seen_at_once():
    assert beyond(long_functions, MODULES, LONG_FUNCTIONS) == ([], [])


def test_a_kernel_takes_few_arguments_and_bundles_the_rest():
    assert beyond(crowded_functions, KERNELS, MANY_ARGUMENTS) == ([], [])


def test_no_kernel_addresses_a_bundle_by_position():
    assert beyond(positional, KERNELS, {}) == ([], [])


@pytest.mark.long
def test_tolerances_and_limits_live_in_the_numerics():
    paths = [p for p in MODULES if name(p).startswith(COMPUTING) and p.name != "numerics.py"]
    assert beyond(constants, paths, CONSTANTS) == ([], [])


def test_the_tests_follow_the_tree():
    """A folder of unit tests is named for a folder of the package."""
    unit = ROOT / "tests" / "unit"
    folders = {path.parent.relative_to(unit) for path in unit.rglob("test_*.py")}
    assert [str(folder) for folder in folders if not (PACKAGE / folder).is_dir()] == []
