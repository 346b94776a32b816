"""The status of a result: whether it is complete."""

from typing import Literal, TypeAlias

# `complete`: everything was computed. `partial`: stopped at a limit, which is named. `failed`: no result.
Status: TypeAlias = Literal["complete", "partial", "failed"]
