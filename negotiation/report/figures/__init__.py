"""Figures of results: one module a kind of result, all drawn on axes that `canvas.py` makes or takes."""
