"""Solution concepts and their algorithms, one a file; `verify.py` shares no code with any of them."""
