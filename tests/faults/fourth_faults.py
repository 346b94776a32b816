"""Forty faults in `truces/` and `lab/`, drawn from the modules by somebody who had read no test.

Written before any of them was tried. The suites are those of the module and of its users, as they were then;
two faults stand where their lines had been moved meanwhile.
"""

from tests.faults.fault import Fault

SPACES = ("twins/test_lab.py", "unit/lab/test_space.py")
RUNS = (
    "twins/test_lab.py",
    "unit/lab/test_run.py",
    "unit/lab/test_frames.py",
    "unit/lab/test_provenance.py",
    "properties/test_sweep_tables.py",
)
STORES = ("twins/test_lab.py", "unit/lab/storing", "unit/lab/test_run.py")
INDICES = (
    "twins/test_lab.py",
    "unit/lab/test_sensitivity.py",
    "unit/lab/test_shares_and_indices.py",
    "unit/lab/test_claim_indices.py",
    "unit/report/test_claim_figures.py",
)
HASHES = ("twins/test_lab.py", "unit/lab/test_fingerprint.py", "unit/lab/test_inputs.py")
FROZEN = ("twins/test_lab.py", "unit/lab/test_frozen_rows.py", "unit/lab/test_frozen_forecast.py")
PREDICTION = ("twins/test_prediction.py", "unit/truces/prediction", "properties/test_prediction.py")
VERDICTS = (
    "unit/truces/verdicts",
    "properties/test_one_predicate.py",
)
CLAIMS = (
    "unit/truces/claims",
    "unit/report/test_claim_figures.py",
    "properties/test_claims.py",
)
COMPILING = ("unit/truces/compiling",)
RECORD = ("twins/test_record.py", "unit/truces/record", "twins/test_prediction.py")
REPLAY = ("unit/truces/replay",)
STUDIES = (
    "unit/truces/studies",
    "unit/truces/test_columns.py",
    "unit/report/test_claim_figures.py",
)


FOURTH_FAULTS = (
    Fault(
        "draws without ranges take those of the main scenario whatever scenario is given",
        "lab/designs.py",
        "ranges=ranges or parameter_ranges(scenario=scenario)",
        "ranges=ranges or parameter_ranges()",
        SPACES,
    ),
    Fault(
        "the summary counts values that are no numbers",
        "lab/result.py",
        "if value is not None and value == value]",
        "if value is not None]",
        RUNS,
    ),
    Fault(
        "a measure named as an axis takes the axis's column",
        "lab/frames.py",
        "while key in columns or key in RESERVED:",
        "while key in RESERVED:",
        RUNS,
    ),
    Fault(
        "a failed cell that is tried again still counts as reused",
        "lab/pending.py",
        "if retry:  # what is reused",
        "if not retry:  # what is reused",
        RUNS,
    ),
    Fault(
        "the provenance sorts the axes",
        "lab/provenance.py",
        '"axes": list(experiment.space.names),',
        '"axes": sorted(experiment.space.names),',
        RUNS,
    ),
    Fault(
        "the first order's interval is that of the total",
        "lab/sensitivity.py",
        "                float(self.first_interval[k]),\n",
        "                float(self.total_interval[k]),\n",
        INDICES,
    ),
    Fault(
        "draws that are missing are not told of in a share",
        "lab/shares.py",
        "lost = len(sweep.experiment.space) * sweep.experiment.replications - len(there)",
        "lost = len(sweep) - len(there)",
        INDICES,
    ),
    Fault(
        "the heat map of the claims shows first-order indices",
        "lab/claim_indices.py",
        "for name, value in zip(one.names, one.total.tolist(), strict=True):\n"
        "                if name in names:",
        "for name, value in zip(one.names, one.first.tolist(), strict=True):\n"
        "                if name in names:",
        INDICES,
    ),
    Fault(
        "with a scenario the game is left out of the calibration's hash",
        "lab/fingerprint.py",
        "return digest(canonical([world, game]))",
        "return digest(canonical([world or game]))",
        HASHES,
    ),
    Fault(
        "values of environment variables are left out of the inputs' hash",
        "lab/inputs.py",
        "canonical([files, {name: os.environ.get(name) for name in environment}])",
        "canonical([files, list(environment)])",
        HASHES,
    ),
    Fault(
        "stored cells outside the last space are shown",
        "lab/storing/stored.py",
        '"AND place >= 0 ORDER BY place"',
        '"ORDER BY place"',
        STORES,
    ),
    Fault(
        "a frozen probability outside its band is accepted",
        "lab/frozen_rows.py",
        "if not self.low <= self.probability <= self.high:",
        "if not self.low <= self.high:",
        FROZEN,
    ),
    Fault(
        "the record's hash leaves the agreements out",
        "lab/frozen_forecast.py",
        'if path.suffix in (".csv", ".toml"):',
        'if path.suffix == ".csv":',
        FROZEN,
    ),
    Fault(
        "a move on the week's own monday counts as provocation of the week",
        "truces/prediction/rates.py",
        "at = bisect_left(days, day) - 1",
        "at = bisect_left(days, day + timedelta(days=1)) - 1",
        PREDICTION,
    ),
    Fault(
        "a forecast's probability is looked up without the direction",
        "truces/prediction/forecast_rows.py",
        "if (row.month, row.actor, row.instrument, row.direction) == (month, actor, instrument, direction):",
        "if (row.month, row.actor, row.instrument) == (month, actor, instrument):",
        PREDICTION,
    ),
    Fault(
        "threats count as moves that came",
        "truces/prediction/forecast_scores.py",
        'if move.instrument is None or move.direction == "hold" or move.status != "applied":',
        'if move.instrument is None or move.direction == "hold":',
        PREDICTION,
    ),
    Fault(
        "the brier column is the same for all legs",
        "truces/prediction/scores.py",
        'self.mean(name, leg=leg, rule="brier")',
        'self.mean(name, rule="brier")',
        PREDICTION,
    ),
    Fault(
        "the closest departure is the one with the largest temptation",
        "truces/theories/common/legs.py",
        "best = members[own.value",
        "best = members[own.gain",
        (*VERDICTS, "unit/truces/theories/test_legs.py"),
    ),
    Fault(
        "an agreement that has run out is not over",
        "truces/verdicts/lifetime.py",
        "        if state == ENDED:\n            broken.append(state)\n            continue\n",
        "        if state == ENDED:\n            continue\n",
        VERDICTS,
    ),
    Fault(
        "recorded moves are counted from the day after a period begins",
        "truces/verdicts/mismatch.py",
        "not (start <= row.day < end and",
        "not (start < row.day <= end and",
        ("unit/truces/compiling/test_readings.py", *VERDICTS),
    ),
    Fault(
        "shares of draws take the patience of the first draw",
        "truces/verdicts/verdict.py",
        "delta=sample.deltas[part]",
        "delta=np.repeat(sample.deltas[:1], len(part))",
        VERDICTS,
    ),
    Fault(
        "the least worth over states is the greatest",
        "truces/verdicts/moving_states.py",
        "tuple(min(column) for column in zip(*worths, strict=True))",
        "tuple(max(column) for column in zip(*worths, strict=True))",
        VERDICTS,
    ),
    Fault(
        "a claim's interval counts draws to which it does not apply",
        "truces/claims/table.py",
        "counts = binomtest(int(holds.sum()), int(applies.sum()))",
        "counts = binomtest(int(holds.sum()), len(margins))",
        CLAIMS,
    ),
    Fault(
        "the harm of a curb is weighted by the chance that stocks are full",
        "truces/claims/coverage.py",
        'chances[day, "curb_dependence"][:, step] * chances[day, "stocks"][:, 0]',
        'chances[day, "curb_dependence"][:, step] * chances[day, "stocks"][:, 2]',
        CLAIMS,
    ),
    Fault(
        "china's channel is measured by the usa's stake",
        "truces/claims/noise.py",
        "- WORTH * stakes)",
        "- WORTH * stakes[:, :1])",
        CLAIMS,
    ),
    Fault(
        "later amendments count as papers in force at a signing",
        "truces/record/agreement_text.py",
        "[paper for paper in others if paper.amends == base.id and paper.signed < agreement.signed]",
        "[paper for paper in others if paper.amends == base.id]",
        COMPILING,
    ),
    Fault(
        "the clock's end is that of the first paper to run out",
        "truces/record/renewals.py",
        "return max(ends, default=None)",
        "return min(ends, default=None)",
        RECORD,
    ),
    Fault(
        "a change on the last day is left out of the timeline",
        "truces/record/timeline.py",
        "if start < day <= end):",
        "if start < day < end):",
        RECORD,
    ),
    Fault(
        "a row dated to a month is known from its first day",
        "truces/record/past.py",
        "step for step in steps if step.day < as_of",
        "step for step in steps if step.move.announced.earliest < as_of",
        RECORD,
    ),
    Fault(
        "a day's state moves by the use of that day itself",
        "truces/record/state_trajectory.py",
        "moves[name][int(using[k - 1])])",
        "moves[name][int(using[k])])",
        RECORD,
    ),
    Fault(
        "the week that ends a placebo's window is not scored",
        "truces/replay/placebos.py",
        "end = agreement.window_end + timedelta(days=6 - agreement.window_end.weekday())",
        "end = agreement.window_end",
        REPLAY,
    ),
    Fault(
        "a move's dollars are reckoned by the other side's economy",
        "truces/replay/move_analysis.py",
        "scenario.usd_bn(move.actor, own)",
        "scenario.usd_bn(scenario.other(move.actor), own)",
        REPLAY,
    ),
    Fault(
        "what was moved first ranks behind itself",
        "truces/replay/first_named.py",
        "1 + int((shares > own + PROBABILITY_TOLERANCE).sum())",
        "1 + int((shares >= own - PROBABILITY_TOLERANCE).sum())",
        REPLAY,
    ),
    Fault(
        "truces stand at the levels of the day of their signing",
        "truces/studies/payoff_sets.py",
        "day: date = min(text.in_force, record_ends(scenario))",
        "day: date = min(text.signed, record_ends(scenario))",
        STUDIES,
    ),
)
