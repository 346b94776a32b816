"""Labelled tables: how every result prints, is shown in a notebook, and becomes a data frame.

Public: `Table`, and the methods that results inherit from `Tabular`. Everything else may change.
"""

from negotiation.base.labelled.cells import Mixture, format_cell, is_number, spreadsheet_text
from negotiation.base.labelled.table import Table
from negotiation.base.labelled.tabular import Tabular

__all__ = ["Mixture", "Table", "Tabular", "format_cell", "is_number", "spreadsheet_text"]
