"""Economic statecraft as games that are solved, certified and set beside the record."""

__version__ = "0.1.0"
