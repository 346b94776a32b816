"""The seventh round: forty faults in `truces/` and `lab/`, written by somebody who had read no test.

Their places were drawn at random among the lines of code of both folders, 13,153 of them in 191 files:
lines that are neither blank, a comment, part of a docstring or of an import, nor brackets and commas alone,
sorted by file (its path below `negotiation/`) and line. `random.Random(20251126)` drew one by `choice`
after another, until there were forty: 51 draws. A place belongs to the innermost function around it,
decorators included; outside all functions to the class, and outside all classes to the statement. Where
that had a fault already, of before or of this round, the place was passed over and the next one taken
(draws 4, 11, 12, 22, 27, 28, 32, 34, 43, 45 and 50; draw 32 for a fault of this round). None was passed
over for another reason. The fault of a place is a small change that a tired programmer makes at the line or
in the function around it; where the place is a class, it may be in a method of the class, or in a function
that makes it or uses its fields.

The suites are whole folders, the nearest first, and the doctests of the package; of `twins/` those for the
lab are one file. Nothing narrower was chosen. All faults were written before any was tried. They stand in the
order in which their places were drawn.
"""

from tests.faults.fault import Fault

ALL_TRUCES = (
    "unit/truces/", "../negotiation/truces/", "truces/", "twins/", "golden/", "contracts/", "properties/",
    "unit/report/", "unit/lab/", "end_to_end/",
)  # fmt: skip
ALL_LAB = (
    "unit/lab/", "../negotiation/lab/", "twins/test_lab.py", "contracts/", "properties/", "unit/report/",
    "unit/truces/", "end_to_end/", "reliability/",
)  # fmt: skip
CLAIMS = ("unit/truces/claims/", "../negotiation/truces/claims/", *ALL_TRUCES)
ESTIMATION = ("unit/truces/estimation/", "../negotiation/truces/estimation/", *ALL_TRUCES)
PREDICTION = ("unit/truces/prediction/", "../negotiation/truces/prediction/", *ALL_TRUCES)
RECORD = ("unit/truces/record/", "../negotiation/truces/record/", *ALL_TRUCES)
REPLAY = ("unit/truces/replay/", "../negotiation/truces/replay/", *ALL_TRUCES)
STUDIES = ("unit/truces/studies/", "../negotiation/truces/studies/", *ALL_TRUCES)
THEORIES = ("unit/truces/theories/", "../negotiation/truces/theories/", *ALL_TRUCES)
VERDICTS = ("unit/truces/verdicts/", "../negotiation/truces/verdicts/", *ALL_TRUCES)
STORING = ("unit/lab/storing/", *ALL_LAB)

SEVENTH_FAULTS = (
    Fault("a table of reliability does not say whose it is", "truces/prediction/reliability.py",
          'Table(f"reliability of {self.name}", (', 'Table("reliability", (', PREDICTION),
    Fault("a clause more takes the place of those that say the same", "truces/verdicts/agreements.py",
          "(clause.side, clause.instrument) == (side, instrument) and clause.level != level",
          "(clause.side, clause.instrument) == (side, instrument)", ALL_TRUCES),
    Fault("a phase names who departed twice", "truces/theories/common/in_time.py",
          "plain if node[1] is None or node[1] in plain else", "plain if node[1] is None else", THEORIES),
    Fault("a reading that nobody holds is let in", "truces/record/clauses.py",
          "prior: float = Field(gt=0, le=1,", "prior: float = Field(ge=0, le=1,", RECORD),
    Fault("a snapshot is called damaged before its writer has said anything", "lab/storing/stored.py",
          "if known and waited > AGAIN:", "if waited > AGAIN:", STORING),
    Fault("a chain of levels is walked against its direction", "truces/prediction/baselines/markov.py",
          "states.append(states[-1] @ every)", "states.append(every @ states[-1])", PREDICTION),
    Fault("a stake of the size of rounding deters", "truces/theories/common/grim_trigger.py",
          "if stake <= tolerance:", "if stake <= 0.0:", VERDICTS),
    Fault("each month's window begins with the first month", "truces/prediction/months.py",
          "return list(pairwise(days))", "return [(days[0], end) for end in days[1:]]", PREDICTION),
    Fault("at the central numbers a move reaches the next level only", "truces/estimation/theory_record.py",
          'Pace(reach="any")', "Pace()", ESTIMATION),
    Fault("where nothing is gained the margin is minus zero", "truces/verdicts/noise_departures.py",
          "return 0.0 - self.gain", "return -self.gain", VERDICTS),
    Fault("the least margin of a class of states is that of all classes",
          "truces/theories/common/certified.py",
          "kind = KEPT if state == KEPT else OVER if state == OVER else ANSWERING", "kind = KEPT",
          ("unit/truces/theories/test_classes.py",)),
    Fault("what a verdict turns on stands by how often the leg holds", "truces/theories/common/turning.py",
          "key=lambda turn: -turn.other", "key=lambda turn: -turn.share", THEORIES),
    Fault("even directions: a pair's shares are of the moves of all pairs",
          "truces/prediction/pools/candidates.py",
          "counts.sum(axis=1, keepdims=True)", "counts.sum(axis=0, keepdims=True)", PREDICTION),
    Fault("mirror: where a move is barred the sides change places", "truces/prediction/baselines/mirror.py",
          "state = _step(state, first, second)", "state = _step(state, second, first)", PREDICTION),
    Fault("rounds of talks that are asked for count in the draws alone", "truces/verdicts/verdict.py",
          "question(text, world, day.likely, size, rounds=rounds)", "question(text, world, day.likely, size)",
          ALL_TRUCES),
    Fault("with controls outside, payoffs of all states are those of the first",
          "truces/studies/negotiated_anew.py",
          "StageGame(stage.payoffs[np.ix_(*chosen)]", "StageGame(game.stages[0].payoffs[np.ix_(*chosen)]",
          STUDIES),
    Fault("what a truce prescribes in a state is what follows its end", "truces/verdicts/moving_states.py",
          "            kept[label],\n", "            over[label],\n", VERDICTS),
    Fault("a hidden file beside a record is told as a fault", "truces/record/faults.py",
          '(folder / RECORD).glob("[!.]*")', '(folder / RECORD).glob("*")', RECORD),
    Fault("legs that hold under no theory are left out of the table", "truces/verdicts/theory_verdicts.py",
          "(one.leg, one.holds, one.under) for one in self.legs)",
          "(one.leg, one.holds, one.under) for one in self.legs if one.under)", ALL_TRUCES),
    Fault("a coverage that needs no patience is shown as one for which none is enough",
          "truces/replay/replay.py",
          '"none" if c.critical.value is None else float(c.critical.value)',
          'float(c.critical.value) if c.critical.value else "none"', REPLAY),
    Fault("a moving world: profiles are read column by column", "truces/theories/common/in_states.py",
          "self.game.n_states, *self.game.stages[0].n_actions, self.game.n_states)",
          "\n            self.game.n_states, *self.game.stages[0].n_actions[::-1], self.game.n_states\n"
          "        ).swapaxes(1, 2)", THEORIES),
    Fault("while the clock runs all is bargained anew as without it", "truces/studies/negotiated_anew.py",
          "running = negotiation_equilibrium(game, negotiation_probability=0.0)",
          "running = negotiation_equilibrium(game, negotiation_probability=found.negotiation_probability)",
          STUDIES),
    Fault("the game for Markov equilibria has options that are not evened",
          "truces/theories/common/theory_game.py",
          "replace(self._pace, evened=True)", "self._pace", ALL_TRUCES),
    Fault("a worker with later versions of libraries is let in", "lab/worker.py",
          "if here[name] != version:", "if here[name] < version:", ALL_LAB),
    Fault("leverage: what is lasting and what is gained stand in one another's columns",
          "truces/studies/leverage.py",
          '                    for name in ("lasting", "gain")\n'
          "                    for side in (self.central, self.low, self.high)\n",
          "                    for side in (self.central, self.low, self.high)\n"
          '                    for name in ("lasting", "gain")\n', STUDIES),
    Fault("claims are measured at the same draws whatever the seed", "truces/claims/table.py",
          "sobol_draws(scenario, draws, rng), central_draw", "sobol_draws(scenario, draws), central_draw",
          CLAIMS),
    Fault("the weights of models are those before the last observation", "truces/estimation/posterior.py",
          "last = self.weights[:, -1]", "last = self.weights[:, -2]", ESTIMATION),
    Fault("a writer that would wait longer gives readers ten seconds", "lab/storing/lock.py",
          "patience = max(self.wait, READERS) if", "patience = READERS if", STORING),
    Fault("win-sets: payoffs without an agreement are headed by one country twice",
          "truces/studies/linkage.py",
          'f"no agreement, {second}, % GDP"', 'f"no agreement, {first}, % GDP"', STUDIES),
    Fault("a frozen chance may be larger than one", "lab/frozen_rows.py",
          "Field(ge=0, le=1, allow_inf_nan=False)", "Field(ge=0, allow_inf_nan=False)", ALL_LAB),
    Fault("the renewal of a leg counts as a move of the instrument of its name",
          "truces/prediction/forecast_rows.py",
          "moves = [row for row in self.rows if row.direction != RENEWED]", "moves = list(self.rows)",
          PREDICTION),
    Fault("what a claim fails by and what moves it change places", "truces/claims/table.py",
          "    fails_by: str\n    # The parameter whose ranks go most with the margin's; "
          "empty where the margin does not vary.\n"
          "    mover: str\n",
          "    mover: str\n    # The parameter whose ranks go most with the margin's; "
          "empty where the margin does not vary.\n"
          "    fails_by: str\n", CLAIMS),
    Fault("a mean over rows is the mean of its draws", "truces/prediction/cell_scores.py",
          "return float(sums.sum() / sizes.sum()),", "return float(means.mean()),", PREDICTION),
    Fault("who is writing is told with what to do about it", "lab/storing/stored.py",
          'str(error).partition(";")[0]', "str(error)", STORING),
    Fault("Geneva's tariff leg is measured as if it read nothing of the curb",
          "truces/claims/enforcement.py",
          '(("USA", "tariff"), ("CHN", "tariff"), ("CHN", "rare_earth_curb")),',
          '(("USA", "tariff"), ("CHN", "tariff")),', CLAIMS),
    Fault("ranges of no parameter are those of all", "lab/designs.py",
          "chosen = list(names) if names is not None else [n for n, q",
          "chosen = list(names) if names else [n for n, q", ALL_LAB),
    Fault("the prior of the precision is on a linear scale", "truces/estimation/theory_record.py",
          'precision.high, "log", precision.source or "assumption")',
          'precision.high, source=precision.source or "assumption")', ESTIMATION),
    Fault("claims about noise do not say that they read the discount factor", "truces/claims/noise.py",
          "PARAMETERS = (*TIME_PARAMETERS, *SLIPS)", 'PARAMETERS = ("reaction_lag_days", *SLIPS)', CLAIMS),
)  # fmt: skip

SEVENTH_MISSED: tuple[str, ...] = ()
"""Faults of the round that their suites did not find as they stood before it."""

SEVENTH_GONE = (
    "coverage of intervals: all known records count, in the order in which they came",
    "a horizon of one year is told in months",
)
"""No longer here: the tables that they changed have gone."""
