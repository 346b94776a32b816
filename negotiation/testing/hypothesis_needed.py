"""A clear error if Hypothesis is missing; only `negotiation.testing` needs it."""

from importlib.util import find_spec

from negotiation.errors import MissingPackage


def require_hypothesis() -> None:
    """Do nothing where Hypothesis is installed.

    Examples
    --------
    >>> require_hypothesis()
    """
    if find_spec("hypothesis") is None:
        raise MissingPackage(
            "negotiation.testing needs the package hypothesis, which is not installed; install it with "
            "`pip install hypothesis`, or from a checkout `pip install '.[dev]'`"
        )
