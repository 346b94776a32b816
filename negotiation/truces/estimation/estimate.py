"""The entry point of estimation: a theory, a dispute, and the day until which its record is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from negotiation.disputes import Scenario, load_scenario
from negotiation.disputes.menus import Size
from negotiation.truces.estimation.fitting import Sampler, fit
from negotiation.truces.estimation.posterior import Posterior
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.estimation.theory_record import theory_record
from negotiation.truces.record.agreement_text import Dispute


def estimate(
    scenario: Dispute,
    theory: str,
    *,
    until: date | str,
    since: date | str | None = None,
    size: Size | None = None,
    instruments: Sequence[str] | None = None,
    parameters: Sequence[str] | None = None,
    priors: Iterable[Prior] = (),
    sampler: Sampler | None = None,
    **options: object,
) -> Posterior:
    """Estimate a theory and the parameters of its game from the moves under agreements.

    Every move between levels in the game, and the quiet time at the end of an agreement, is predicted from
    earlier moves. The priors are uniform on the ranges of the calibration, for the precision in logarithms.
    The rate of chances to move and the cost of a move have no source and get wide priors. The game of each
    agreement is solved for each particle: some 40,000 times for 512 particles and fifty parameters (decision
    record 57).

    Parameters
    ----------
    scenario : Scenario, str or Path
        The dispute, its name, or its folder.
    theory : str
        Name of a theory that has a game in continuous time; see `theories()`.
    until : date or str
        The first day after the data, also as text such as "2025-10-01".
    since : date or str, optional
        Agreements signed before this day are left out; none by default.
    size : str, optional
        Size of the games; "core" if neither it nor `instruments` is given.
    instruments : sequence of str, optional
        Names of instruments, in place of a size. All their levels are in the game.
    parameters : sequence of str, optional
        Names of the estimated parameters; by default the pace, the precision and all parameters on which
        payoffs in the game depend.
    priors : iterable of Prior, optional
        Priors in place of the ranges of the calibration, by name. `Posterior.as_priors` makes them from the
        posterior of another dispute.
    sampler : Sampler, optional
        Options of the sampler; see `Sampler`. By default `Sampler()`.
    **options
        Fields of the sampler, such as `particles=1024`.

    Returns
    -------
    Posterior
        Draws with weights, the evidence, and scores along the record.

    Raises
    ------
    UnknownTheory, UnknownScenario, UnknownInstrument, UnknownParameter
        If a name is not known.
    InvalidOptions
        If `instruments` or `parameters` are not names.
    InvalidDate
        If `until` or `since` is not a day.
    InvalidGame
        If no agreement was signed in that time, the theory has no game in continuous time, or the dispute has
        no game of this size.
    InvalidNumber
        If a number of the sampler is out of its range, the particles cannot be divided over the islands, or
        an observation is impossible at every particle.
    InvalidFile
        If the dispute has no record, or the sampler's file `kept` belongs to another run or cannot be read.
    TypeError
        If `options` has a name that is not a field of `Sampler`.

    References
    ----------
    Chopin (2002), Biometrika 89. Dau and Chopin (2022), Journal of the Royal Statistical Society B 84.

    Examples
    --------
    >>> from datetime import date
    >>> pace = ("pace.move_rate", "logit.precision")
    >>> posterior = estimate(
    ...     "us-china-2025", "each for itself", until=date(2025, 10, 1), since=date(2025, 5, 1),
    ...     instruments=["tariff"], parameters=pace,
    ...     sampler=Sampler(particles=16, islands=1),
    ... )
    >>> posterior.observations
    ('2025-05-12 USA tariff geneva', '2025-05-12 CHN tariff geneva', '2025-10-01 quiet since')
    """
    world = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    record = theory_record(
        world, theory, until=until, since=since, size=size, instruments=instruments, parameters=parameters,
        priors=priors,
    )  # fmt: skip
    return fit(record, sampler, **options)  # type: ignore[arg-type]
