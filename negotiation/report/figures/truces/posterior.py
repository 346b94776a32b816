"""The figure of a posterior: where in its range each parameter lies, before and after the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from negotiation.report.figures.canvas import BLUE, PAGE, SMALL, canvas, heading

if TYPE_CHECKING:
    from negotiation.truces.estimation.posterior import Posterior

PRIOR = "0.85"


def posterior_figure(posterior: Posterior, ax: Axes | None = None) -> Axes:
    """Draw a row for each parameter: its range in grey, and what is left of it.

    Parameters
    ----------
    posterior : Posterior
        Of a model.
    ax : matplotlib.axes.Axes, optional
        Where; axes of a new figure if not given.

    Returns
    -------
    matplotlib.axes.Axes
        The grey bar holds 90 percent of the prior; the line holds 90 percent of the posterior, its thick part
        half of it; the dot is the median. The numbers are the median and the line's ends, in the parameter's
        unit.
    """
    with canvas(ax, PAGE, 0.9 + 0.3 * len(posterior.priors)) as host:
        heading(host, f"{posterior.model}: prior and posterior", above=8)
        for y, prior in enumerate(posterior.priors):
            values = np.array([posterior.quantile(prior.name, q) for q in (0.05, 0.25, 0.5, 0.75, 0.95)])
            at = prior.share(values)
            host.barh(y, 0.9, 0.56, left=0.05, color=PRIOR, edgecolor="none")
            host.plot(at[[0, 4]], [y, y], color=BLUE, linewidth=1.2, solid_capstyle="butt")
            host.plot(at[[1, 3]], [y, y], color=BLUE, linewidth=4.0, solid_capstyle="butt")
            host.plot(at[2], y, "o", color="white", markeredgecolor=BLUE, markersize=4.5)
            words = f"{values[2]:.3g}  ({values[0]:.3g} to {values[4]:.3g})"
            host.text(1.02, y, words, va="center", ha="left", fontsize=SMALL)
        host.set_xlim(0, 1)
        host.set_ylim(len(posterior.priors) - 0.5, -0.5)
        host.set_yticks(
            range(len(posterior.priors)), [p.name.replace("_", " ") for p in posterior.priors], fontsize=SMALL
        )
        host.set_xticks([0, 0.5, 1], ["low", "middle", "high"], fontsize=SMALL)
        host.set_xlabel("place in the range of the prior", fontsize=SMALL)
    return host
