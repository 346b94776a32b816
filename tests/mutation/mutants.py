"""Draw slips in the code from cosmic-ray's operators, and name each so that the name outlives moves."""

import ast
import random
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import parso
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.plugins import get_operator, operator_names

# One slip that a person could make for each sign. Left out are strings, decorators, classes of exceptions,
# and what no slip resembles and nearly every test finds, such as a product in place of a difference.
SIGNS = "Add_Sub Sub_Add Mul_Div Div_Mul Pow_Mul FloorDiv_Mul Mod_FloorDiv BitAnd_BitOr BitOr_BitAnd"
BOUNDS = (
    "Lt_LtE LtE_Lt Gt_GtE GtE_Gt Eq_NotEq NotEq_Eq Is_IsNot IsNot_Is Delete_USub Delete_Not Delete_Invert"
)
WORDS = "NumberReplacer ZeroIterationForLoop AddNot WithFalse WithTrue WithOr WithAnd WithContinue WithBreak"
ENDS = (*(f"_{pair}" for pair in (SIGNS + " " + BOUNDS).split()), *WORDS.split())
OPERATORS = {name[len("core/") :]: get_operator(name)() for name in operator_names() if name.endswith(ENDS)}
# What changes no answer: types, decorators, imports, and the sentences of errors.
UNTOUCHED = {"tfpdef", "annassign", "decorator", "fstring", "raise_stmt", "import_from"}
CHANGEABLE = (ast.BinOp, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant, ast.For, ast.If, ast.IfExp)


class Mutant(NamedTuple):
    """One change: an operator at one of its places in a file, counted in the file and in the function."""

    file: str
    function: str
    operator: str
    within: int
    occurrence: int
    line: int

    @property
    def name(self) -> str:
        """The file, the function, the operator, and which of the places in that function."""
        return f"{self.file}::{self.function} {self.operator} {self.within}"

    def applied(self, text: str) -> str:
        """Return the text of the file with the change."""
        return MutationVisitor.mutate_code(text, OPERATORS[self.operator], self.occurrence)


@lru_cache(maxsize=64)
def mutants_of(root: Path, file: str) -> list[Mutant]:
    """Return every mutant of a file."""
    counts: Counter[tuple[str, ...]] = Counter()
    mutants, waiting = [], [(parso.parse((root / file).read_text(encoding="utf-8")), (), False)]
    while waiting:
        node, scope, untouched = waiting.pop()
        untouched = untouched or node.type in UNTOUCHED
        for name, operator in OPERATORS.items():
            for (line, _), _ in operator.mutation_positions(node):
                function = ".".join(scope) or "<module>"
                if not untouched:
                    place = counts[function, name], counts[(name,)]
                    mutants.append(Mutant(file, function, name, *place, line))
                    counts[function, name] += 1
                counts[(name,)] += 1
        inner = (*scope, node.name.value) if node.type in ("funcdef", "classdef") else scope
        for child in reversed(getattr(node, "children", ())):
            # What a function returns, and the star before names that are no positions.
            is_type = child is getattr(node, "annotation", None)
            is_star = node.type == "parameters" and child.type == "operator"
            waiting.append((child, inner, untouched or is_type or is_star))
    return mutants


def drawn(root: Path, folders: list[str], count: int, seed: int) -> list[Mutant]:
    """Return a sample: files as often as they have places to change, and a place of each at random."""
    generator = random.Random(seed)  # noqa: S311 - a sample, no secret
    files = sorted(path for folder in folders for path in (root / folder).rglob("*.py"))
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    places = [sum(isinstance(node, CHANGEABLE) for node in ast.walk(tree)) for tree in trees]
    sample: dict[Mutant, None] = {}
    while len(sample) < count:
        (path,) = generator.choices(files, places)
        if mutants := mutants_of(root, path.relative_to(root).as_posix()):
            sample[generator.choice(mutants)] = None
    return list(sample)


def named(root: Path, name: str) -> Mutant | None:
    """Return the mutant of a name: in its file, or in the one file that has its function now."""
    file, _, rest = name.partition("::")
    files = [file] if (root / file).exists() else []
    if not files:
        word = f" {rest.split()[0].rpartition('.')[2]}("
        paths = (root / "negotiation").rglob("*.py")
        files = [path.relative_to(root).as_posix() for path in paths if word in path.read_text("utf-8")]
    matches = [m for file in files for m in mutants_of(root, file) if m.name.endswith(f"::{rest}")]
    return matches[0] if len(matches) == 1 else None
