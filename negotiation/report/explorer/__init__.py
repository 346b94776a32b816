"""The explorer: an agreement under sliders, in a browser."""
