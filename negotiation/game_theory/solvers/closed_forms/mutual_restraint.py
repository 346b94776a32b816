"""When two sides leave their weapons unused: the least patience, in closed form.

Each of two players has one weapon. Using it gives its user a gain (negative: a cost) and does the other a
harm; payoffs add. Restraint of both for ever is a subgame-perfect path iff the common discount factor reaches
the larger of two thresholds, with g_i the gain to player i from using its own weapon and h_i the harm that it
suffers from the other's:

    g_i > 0:                g_i / h_i             i is tempted, and must fear the other's weapon;
    g_i <= 0 and g_j > 0:   -g_i / (h_i - g_i)    i must be willing to punish at a cost;
    g_1, g_2 <= 0:          0                     nobody is tempted.

With one tempted player the punishment by a player who would rather not is upheld as in Abreu (1988): whoever
does not punish faces the other's weapon for ever. Cost: a few operations a case; works on whole arrays.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from negotiation.base.numeric import FloatArray
from negotiation.errors import InvalidGame


def restraint_thresholds(gains: npt.ArrayLike, harms: npt.ArrayLike) -> FloatArray:
    """Return each player's least discount factor for restraint on both sides, shape (..., 2).

    Shapes: `gains` (..., 2), `harms` (..., 2); returns (..., 2).

    Examples
    --------
    The first player gains 0.03 and fears 0.4; the second pays 0.02 to punish and fears 0.1.

    >>> restraint_thresholds([0.03, -0.02], [0.4, 0.1]).round(6).tolist()
    [0.075, 0.166667]
    """
    gain, harm = np.broadcast_arrays(np.asarray(gains, dtype=np.float64), np.asarray(harms, dtype=np.float64))
    if gain.ndim < 1 or gain.shape[-1] != 2:
        raise InvalidGame(f"gains and harms of two players are needed, shape (..., 2); got {gain.shape}")
    if not np.isfinite(gain).all() or not np.isfinite(harm).all() or (harm < 0).any():
        raise InvalidGame("gains and harms must be finite, and a harm must not be negative")
    tempted = gain > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        fear = np.where(gain < harm, gain / harm, np.inf)
        will = np.where(harm > 0, -gain / (harm - gain), np.inf)
    will = np.where(gain == 0, 0.0, will)
    thresholds: FloatArray = np.where(tempted, fear, np.where(tempted[..., ::-1], will, 0.0))
    return thresholds
