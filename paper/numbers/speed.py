"""Numbers of how fast the solvers are beside their peers."""

from paper.machinery.numbers import reads, significant

TIMED = 0.75
"""The same of ratios of times, which belong to one machine: within a factor of four."""


@reads("solver_speed")
def speed_numbers(data):
    """Return ratios of the peers' times to ours."""
    frame = data["solver_speed"]
    peer = frame["peer"].str.partition(",")[0]
    ratios = frame.assign(peer=peer).set_index(["workload", "peer"])
    small = ratios.loc[("Nash, random 3x3", "quantecon")]
    cournot = ratios.loc[("payoff set, Cournot", "quantecon")]
    return {
        "SpeedSmallLow": significant(small["least"], tolerance=TIMED),
        "SpeedSmallHigh": significant(small["most"], tolerance=TIMED),
        "SpeedNashpy": significant(ratios.loc[("Nash, random 3x3", "nashpy"), "least"], tolerance=TIMED),
        "SpeedCournotLow": significant(cournot["least"], tolerance=TIMED),
        "SpeedCournotHigh": significant(cournot["most"], tolerance=TIMED),
        "SpeedUniform": significant(
            ratios.loc[("payoff set, uniform 36x72", "quantecon"), "least"], tolerance=TIMED
        ),
    }
