"""Figures of games and results, one module per kind, drawn on given or new axes (see `canvas.py`).

Nothing here is public: users call the `plot` method of a game or result. The functions here may change.
"""
