"""The base class of results, which are shown as labelled tables."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from negotiation.base.labelled.numbers import plain, scalars, tidied
from negotiation.base.labelled.table import Table

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

# Characters of a printed result, about two screens. Data frames and files are complete.
LONGEST_TEXT = 5_900

# Characters of a result at a prompt or in a list of results.
LONGEST_REPR = 2_400


def _reason(result: Tabular) -> str:
    """Return the reason for the status, for results without a reason of their own."""
    if getattr(result, "status", "") != "complete":
        return "not everything is proven; see the page on what complete means"
    method = getattr(result, "method", "")
    return f"nothing is left out{method and '; by ' + method}"


class Tabular(ABC):
    """Base class of results: they print as labelled tables, also in notebooks, and convert to data frames."""

    if TYPE_CHECKING:

        @property
        def reason(self) -> str:
            """The reason for the status; a result may define its own."""

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        # A dataclass would give itself a representation with every array in it.
        if "__repr__" not in cls.__dict__:
            cls.__repr__ = Tabular.__repr__  # type: ignore[method-assign]
        # Every result with a status has a reason. This class does not define it, since a dataclass would use
        # the definition as the default of a field with that name.
        declared = [
            name for kind in cls.__mro__ for name in (*vars(kind), *vars(kind).get("__annotations__", ()))
        ]
        if "status" in declared and "reason" not in declared:
            cls.reason = property(_reason)  # type: ignore[assignment]

    @abstractmethod
    def table(self) -> Table:
        """Return the result as a labelled table.

        Returns
        -------
        Table
            A title, labelled columns and rows.

        Examples
        --------
        >>> import negotiation as ng
        >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> print(ng.solve(stage).table())
        1 Nash equilibrium by vertex_enumeration: complete (every vertex of both
        best-reply polytopes was found and proven (2 and 2 bases); the game that strict
        dominance leaves, 1 by 1 of 2 by 2, is non-degenerate)
        equilibrium  0  1  payoff 0  payoff 1  regret
        0            D  D         3         3       0
        """

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows of `table` as a data frame.

        Returns
        -------
        pandas.DataFrame
            The columns and rows of the table.

        Examples
        --------
        >>> import negotiation as ng
        >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> ng.solve(stage).to_pandas().columns.tolist()
        ['equilibrium', '0', '1', 'payoff 0', 'payoff 1', 'regret']
        """
        return self.table().to_pandas()

    def _numbers(self) -> Table:
        """Return the table for `tidy` and `to_json`: the printed one, unless its texts contain numbers."""
        return self.table()

    def tidy(self) -> pd.DataFrame:
        """Return the numbers of the result as a long data frame with one row per number.

        Returns
        -------
        pandas.DataFrame
            Columns: player, state, action, quantity (what the number is), value, lower and upper (bounds of
            the value, if known), exact (p/q, if rational), the other labels of the table's row, and `row`,
            its position.

        Examples
        --------
        >>> import negotiation as ng
        >>> stage = ng.StageGame.from_matrices([[2, 0], [0, 1]], [[1, 0], [0, 2]], actions=("AB", "AB"))
        >>> rows = ng.solve(stage).tidy()
        >>> mixed = rows[(rows.quantity == "probability") & (rows.equilibrium == 1)]
        >>> mixed[["player", "action", "value"]].round(3).values.tolist()
        [['0', 'A', 0.667], ['0', 'B', 0.333], ['1', 'A', 0.333], ['1', 'B', 0.667]]
        """
        return tidied(self, self._numbers())

    def to_json(self) -> str:
        """Return the result as a JSON document.

        Returns
        -------
        str
            An object with `kind` (the class of the result), the texts and numbers among the result's fields,
            and `rows`, the rows of the table as objects. A mixed action is an object of probabilities, a
            fraction is "p/q", and infinite and missing values are null.

        Examples
        --------
        >>> import negotiation as ng
        >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> ng.verify(stage, ("D", "D")).to_json()[:63]
        '{"kind": "Verdict", "concept": "Nash equilibrium", "status": "c'
        """
        held = vars(self) if hasattr(self, "__dict__") else {}
        texts = {name: x for name, x in held.items() if isinstance(x, str) and not name.startswith("_")}
        document = {"kind": type(self).__name__, **texts, **scalars(self), "rows": self._numbers()}
        return json.dumps(plain(document))

    def to_latex(self) -> str:
        r"""Return the table of the result as a LaTeX tabular with booktabs rules.

        Returns
        -------
        str
            LaTeX for a document that loads the package booktabs.

        Examples
        --------
        >>> import negotiation as ng
        >>> stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=("CD", "CD"))
        >>> for line in ng.solve(stage).to_latex().splitlines()[-3:]:
        ...     print(line)
        0 & D & D & 3 & 3 & 0 \\
        \bottomrule
        \end{tabular}
        """
        return self.table().to_latex()

    def __str__(self) -> str:
        return shortened(self.table().text(), LONGEST_TEXT)

    def __repr__(self) -> str:
        status = getattr(self, "status", None)
        head = type(self).__name__ + (f" ({status})" if isinstance(status, str) else "")
        return shortened(f"{head}: {self.table().text(most_rows=8)}", LONGEST_REPR)

    def _repr_html_(self) -> str:
        """Return the table for a notebook."""
        return self.table()._repr_html_()

    def __rich__(self) -> RenderableType:
        return self.table().__rich__()


def shortened(text: str, most: int) -> str:
    r"""Return a text of at most about `most` characters, cut between lines, with the number of lines cut.

    Examples
    --------
    >>> print(shortened("one\ntwo\nthree", 12))
    one
    ... 2 lines more
    """
    if len(text) <= most:
        return text
    lines = text.split("\n")
    count = len(lines)
    while count > 1 and sum(len(line) + 1 for line in lines[:count]) + len(_more(lines, count)) > most:
        count -= 1
    return "\n".join([*(line[:most] for line in lines[:count]), _more(lines, count)])


def _more(lines: list[str], shown: int) -> str:
    return f"... {len(lines) - shown:,} lines more"
