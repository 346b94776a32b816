"""Hashes of what a number depends on, for all code that stores numbers and checks whether they still hold.

Code counts by its syntax tree without docstrings and other bare texts, so that a better sentence or another
layout makes no stored number stale. Everything that runs counts, assertions included, and the texts of raised
errors unless a caller leaves them out. All other files count by their bytes. The lab's runs, stored replays,
the paper's tables and stored particles all use these.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

# Hexadecimal digits of a short hash: 128 bits.
ID_LENGTH = 32

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
    """Empties texts, with the values that are written into them."""

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.Constant:
        return ast.copy_location(ast.Constant(""), node)

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.Constant("") if isinstance(node.value, str) else node


def tree_text(source: str, *, messages: bool = True) -> str:
    r"""Return a text that is the same for sources that differ in comments, layout and bare texts only.

    Without `messages` they may differ in the texts of `raise` statements too.

    Examples
    --------
    >>> tree_text("x = 1  # one") == tree_text("x=1\n'''What x is.'''") != tree_text("x = 2")
    True
    >>> few, many = "raise ValueError('few')", "raise ValueError(f'{n} are too many')"
    >>> tree_text(few) != tree_text(many), tree_text(few, messages=False) == tree_text(many, messages=False)
    (True, True)
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and not messages:
            _Mute().visit(node)
        # A lambda and a conditional expression have a `body` too, which is no list.
        for part in ("body", "orelse", "finalbody"):
            statements = getattr(node, part, None)
            if isinstance(statements, list):
                setattr(node, part, [one for one in statements if not _is_bare_text(one)])
    return ast.dump(tree)


def _is_bare_text(statement: ast.AST) -> bool:
    """Whether a statement is a bare text: a docstring, or a text below a constant or a field."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def code_bytes(path: Path, *, messages: bool = True) -> bytes:
    """Return what counts of a file: the tree of a program, the bytes of any other file."""
    content = path.read_bytes()
    return tree_text(content.decode(), messages=messages).encode() if path.suffix == ".py" else content


def files_hash(paths: Iterable[Path], root: Path, counted: Callable[[Path], bytes] = code_bytes) -> str:
    """Return the hash of files, from their paths below a folder and what counts of each.

    The trees of the whole package take four seconds, its bytes (`Path.read_bytes`) a twentieth of one.
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
    """Return the version of a distribution, or that it is not installed.

    Examples
    --------
    >>> installed_version("no-such-distribution")
    'not installed'
    """
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
