"""Experiments at scale that cannot lose work: a question, a space, a measure, and a store.

Public: the names in `__init__.pyi`. Everything else may change. So may the form of a store, which `stored`
reads.

Names are loaded when they are first used, since a worker process needs neither the store nor the statistics.
"""

import lazy_loader  # type: ignore[import-untyped]

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
