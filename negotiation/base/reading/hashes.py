"""Hashes of what a number depends on, for all code that stores numbers and checks whether they still hold.

Python code is hashed as its syntax tree without docstrings and other bare texts, so that changes of wording
or layout make no stored number stale. All code that runs counts, also assertions. Callers that store only
numbers can also leave out the names of local variables and the texts of raised errors. Any other file is
hashed as bytes. The lab's runs, stored replays, the paper's tables and stored particles use these hashes.
"""

from __future__ import annotations

import ast
import builtins
import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

# Hexadecimal digits of a short hash: 128 bits.
ID_LENGTH = 32

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(content: object) -> str:
    """Return the canonical JSON text of some content: sorted keys, floats by their shortest exact digits.

    Examples
    --------
    >>> canonical({"b": 0.1, "a": 1})
    '{"a":1,"b":0.1}'
    """
    return _ENCODER.encode(content)


def full_hash(content: str | bytes) -> str:
    """Return the SHA-256 of a text or of bytes, in hexadecimal digits."""
    return sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def digest(content: str | bytes) -> str:
    """Return the hash of a text or of bytes, in `ID_LENGTH` hexadecimal digits."""
    return full_hash(content)[:ID_LENGTH]


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    return full_hash(path.read_bytes())


class _Mute(ast.NodeTransformer):
    """Replaces texts, including f-strings with their values, by empty texts."""

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.Constant:
        """Return an empty text."""
        return ast.copy_location(ast.Constant(""), node)

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        """Return an empty text in place of a text, and any other constant as it is."""
        return ast.Constant("") if isinstance(node.value, str) else node


def tree_text(source: str, *, numbers_only: bool = False) -> str:
    r"""Return a text that is the same for sources that differ only in comments, layout and bare texts.

    With `numbers_only`, they may also differ in the texts of `raise` statements and in the names of local
    variables, which change no number.

    Examples
    --------
    >>> tree_text("x = 1  # one") == tree_text("x=1\n'''What x is.'''") != tree_text("x = 2")
    True
    >>> few, many = "raise ValueError('few')", "raise ValueError(f'{n} are too many')"
    >>> [tree_text(few, numbers_only=only) == tree_text(many, numbers_only=only) for only in (False, True)]
    [False, True]
    """
    tree = ast.parse(source)
    if numbers_only:
        _number_locals(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and numbers_only:
            _Mute().visit(node)
        # A lambda and a conditional expression have a `body` too, which is no list.
        for part in ("body", "orelse", "finalbody"):
            statements = getattr(node, part, None)
            if isinstance(statements, list):
                setattr(node, part, [statement for statement in statements if not _is_bare_text(statement)])
    return ast.dump(tree)


def _number_locals(tree: ast.Module) -> None:
    """Name the local variables of each function by the order in which they occur.

    Parameters keep their names, since callers use them. So do variables whose name is also that of a builtin,
    or is used in the module or a nested class, or is bound by a definition, an import or an `except` clause.
    """
    outside = [*_outside_functions(tree)]
    shared = {*dir(builtins), *_bound(outside)}
    for function in (node for node in outside if isinstance(node, FUNCTIONS)):
        inside = [*ast.walk(function)]
        nested = [part for node in inside if isinstance(node, ast.ClassDef) for part in ast.walk(node)]
        variables = {
            node.id for node in inside if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
        }
        variables -= (
            shared | _bound(nested) | _bound(node for node in inside if not isinstance(node, ast.Name))
        )
        number: dict[str, int] = {}
        for node in inside:
            if isinstance(node, ast.Name) and node.id in variables:
                node.id = str(number.setdefault(node.id, len(number)))


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a tree, with the functions but without what they contain."""
    for part in ast.iter_child_nodes(node):
        yield part
        if not isinstance(part, FUNCTIONS):
            yield from _outside_functions(part)


def _bound(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the names that nodes of a tree use as variables, or bind in another way than by assignment."""
    bound = set()
    for node in nodes:
        names = getattr(node, "names", ())
        candidates = (getattr(node, field, None) for field in ("id", "name", "rest", "asname"))
        bound |= {name.partition(".")[0] for name in (*names, *candidates) if isinstance(name, str)}
        bound |= {node.arg} if isinstance(node, ast.arg) else set()
    return bound


def _is_bare_text(statement: ast.AST) -> bool:
    """Return whether a statement is a bare text: a docstring, or a text below a constant or a field."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def code_bytes(path: Path, *, numbers_only: bool = False) -> bytes:
    """Return what counts of a file: the syntax tree of Python code, the bytes of any other file."""
    content = path.read_bytes()
    return (
        tree_text(content.decode(), numbers_only=numbers_only).encode() if path.suffix == ".py" else content
    )


def files_hash(paths: Iterable[Path], root: Path, counted: Callable[[Path], bytes] = code_bytes) -> str:
    """Return the hash of files: of their paths relative to `root`, and of what `counted` returns for each.

    For the whole package, the default takes about four seconds and `Path.read_bytes` less than 0.1 seconds.
    """
    total = sha256()
    for path in paths:
        content = counted(path)
        # With its length, so that no two lists of contents run together to the same bytes.
        total.update(f"{path.relative_to(root).as_posix()}:{len(content)}:".encode())
        total.update(content)
    return total.hexdigest()[:ID_LENGTH]


@lru_cache(maxsize=1024)
def installed_version(name: str) -> str:
    """Return the version of a distribution, or "not installed".

    Examples
    --------
    >>> installed_version("no-such-distribution")
    'not installed'
    """
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
