"""What every result says of itself: whether it is all that was asked."""

from typing import Literal, TypeAlias

# `complete`: all that was asked. `partial`: stopped at a limit, which is named. `failed`: no result.
Status: TypeAlias = Literal["complete", "partial", "failed"]
