"""What the theories say of Geneva and Busan beside what was expected before the run.

`theories_expected.toml` was written before anything was computed and stays as it was written. What came
out otherwise stands in `theories_failed.toml`, which `python -m tests.truces.theories_of_the_truces --write`
makes anew, with the tables of docs/explanation/theories.md.
"""

import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import negotiation as ng
from negotiation.truces.record.agreement_text import agreements_of
from negotiation.truces.record.timeline import level_changes, record_begins
from negotiation.truces.verdicts.drawn import BREAKS, HOLDS
from negotiation.truces.verdicts.legs import record_steps

HERE = Path(__file__).parent
EXPECTED = tomllib.loads((HERE / "theories_expected.toml").read_text(encoding="utf-8"))
FAILED = HERE / "theories_failed.toml"
PAGE = HERE.parents[1] / "docs" / "explanation" / "theories.md"
TRUCES = ("2025-05-geneva", "2025-10-busan")
DRAWS = 64
AS_OF = "2025-11-30"
"""The day of the replays, as of which the expectations were written."""
RULES = {
    "tariffs hold, the rest moves": (1.0, 0.0),
    "everything holds": (1.0, 1.0),
    "everything moves": (0.0, 0.0),
    "a coin": (0.5, 0.5),
}
"""Rules that solve nothing: the chances with which each says that a tariff leg and another leg hold."""
BEGIN, END = "<!-- {}: begin -->", "<!-- {}: end -->"


def outcome(expected, row):
    """Return one expectation with what was found, and what failed of it.

    It is of the central values: where a theory keeps the path there by nothing, it says neither.
    """
    failed = []
    if not row.rational or row.holds != expected["holds"]:
        failed.append("verdict")
    if row.share is None or not expected["low"] <= row.share <= expected["high"]:
        failed.append("share")
    return {**expected, "found": row.word, "share": row.share, "failed": failed}


def outcomes(verdicts):
    """Return every expectation of a verdict with what was found."""
    return [
        outcome(one, verdicts[one["truce"]].find(one["leg"], one["theory"])) for one in EXPECTED["verdict"]
    ]


def core_outcomes(draws=DRAWS):
    """Return the expectations of the core game under shadow linkage, stocks held where they are."""
    found = []
    for one in EXPECTED["core"]:
        state = ng.State(stocks=one["stocks"])
        asked = {"theories": ["shadow linkage"], "size": "core", "as_of": AS_OF}
        said = ng.verdict(one["truce"], state=state, draws=draws, **asked)
        found.append(outcome(one, said.find("control", "shadow linkage")))
    return found


def verdicts_of(draws=DRAWS):
    """Return the verdicts on the agreements of the dispute, both truces among them."""
    scenario = ng.load_scenario("us-china-2025")
    names = (text.id for text in agreements_of(scenario) if text.signed > record_begins(scenario))
    return {name: ng.verdict(name, scenario, draws=draws) for name in names}


def key(one):
    """Return what an expectation is of."""
    return (one.get("theory", "core"), one["truce"], str(one.get("leg", one.get("stocks"))))


def failures(found):
    """Return the failed expectations as they are written down: what they are of, and what failed."""
    return {key(one): one["failed"] for one in found if one["failed"]}


def listed():
    """Return the failed expectations on file."""
    rows = tomllib.loads(FAILED.read_text(encoding="utf-8")).get("failed", [])
    return {(row["theory"], row["truce"], row["of"]): row["what"] for row in rows}


def failed_text(found):
    """Return the file of the failed expectations."""
    lines = ["# Expectations of theories_expected.toml that came out otherwise. Made by", "#"]
    lines[1] += " python -m tests.truces.theories_of_the_truces --write"
    for one in found:
        if one["failed"]:
            theory, truce, of = key(one)
            lines += [
                "",
                "[[failed]]",
                f'theory = "{theory}"',
                f'truce = "{truce}"',
                f'of = "{of}"',
                f"what = {list(one['failed'])!r}".replace("'", '"'),
                f"expected = {str(one['holds']).lower()}",
                f'found = "{one["found"]}"',
                f'share = "{shown(one["share"])}"',
            ]
    return "\n".join(lines) + "\n"


def table(rows, head):
    """Return rows as a table of a page."""
    return "\n".join(
        ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
        + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    )


def shown(share):
    """Return a share as the page has it."""
    return "none" if share is None else f"{share:.2f}"


def verdict_table(verdicts):
    """Return the verdicts by leg and theory, each with its margin and its share."""
    theories = list(dict.fromkeys(row.theory for row in verdicts[TRUCES[0]]))
    rows = [
        (name, leg, *(said(verdicts[name].find(leg, theory)) for theory in theories))
        for name in TRUCES
        for leg in dict.fromkeys(row.leg for row in verdicts[name])
    ]
    return table(rows, ("truce", "leg", *theories))


def said(row):
    """Return a verdict as the page has it, with its share by both conventions where they differ."""
    margin = f" {row.margin:+.2g}" if row.word in (HOLDS, BREAKS, "open") else ""
    shares = dict.fromkeys((shown(row.share), shown(as_broken(row))))
    return f"{row.word}{margin} ({'; '.join(shares)})"


def as_broken(row):
    """Return the share of all draws in which a leg holds: where keeping is not rational it is broken."""
    return float(replace(row.drawn, counted="as broken").share())


def expectation_table(found):
    """Return each expectation that failed beside what was found."""
    rows = [
        (
            *key(one), HOLDS if one["holds"] else BREAKS, f"{one['low']:.2f} to {one['high']:.2f}",
            one["found"], shown(one["share"]), " and ".join(one["failed"]),
        )
        for one in found
        if one["failed"]
    ]  # fmt: skip
    return table(rows, ("theory", "truce", "leg or stocks", "expected", "band", "found", "share", "failed"))


def legs_of_the_record(verdicts):
    """Return by agreement what theories say of its legs, each with the first step that moved it on."""
    scenario = ng.load_scenario("us-china-2025")
    changes, found = level_changes(scenario), {}
    for name, one in verdicts.items():
        for row in one:
            steps = record_steps(scenario, ng.truce(name), changes, row.leg)
            found.setdefault(name, []).append((row, steps[0] if steps else None))
    return found


def names(row):
    """Return what a theory names first if a leg breaks: by most draws, or without draws by the departure."""
    return next(iter((*(row.drawn.named() if row.drawn else {}), *row.breaking)), "")


def score_rows(legs):
    """Return of how many legs each theory and rule is right, and how many first steps it names.

    Legs that a theory leaves open, and centres at which keeping is not rational, are left out. So are draws
    of the latter kind from the first share; in the second they count as broken.
    """
    legs, rows = [leg for of_one in legs.values() for leg in of_one], []
    for theory in dict.fromkeys(row.theory for row, _ in legs):
        own = [(row, first) for row, first in legs if row.theory == theory]
        decided = [(row, first) for row, first in own if row.word in (HOLDS, BREAKS)]
        right = [(row, first) for row, first in decided if row.holds == (first is None)]
        breaks = [(row, f"{first.country} {first.instrument}") for row, first in right if first is not None]
        of_draws = [
            row.share if first is None else 1 - row.share for row, first in own if row.share is not None
        ]
        over_draws = sum(of_draws) / len(of_draws) if of_draws else None
        broken = [as_broken(row) if first is None else 1 - as_broken(row) for row, first in own]
        named = sum(names(row) == first for row, first in breaks)
        shares = (over_draws, sum(broken) / len(broken))
        rows.append((theory, len(right), len(decided), *shares, named, len(breaks)))
    every = [(row.leg, first) for row, first in legs if row.theory == legs[0][0].theory]
    for rule, (tariff, rest) in RULES.items():
        chances = [(tariff if leg == "tariff" else rest, first) for leg, first in every]
        right = sum(chance if first is None else 1 - chance for chance, first in chances)
        rows.append((rule, right, len(every), right / len(every), right / len(every), "", ""))
    return rows


def walk():
    """Return the margin of Busan's tariff leg from what the default supposes to the text's own remedy.

    One row for each step: what is supposed, the margin in millions of dollars a year, and in percent of GDP.
    """
    about = {"theories": ["moment"]}
    asked = lambda **more: ng.verdict("2025-10-busan", **about, **more)["tariff"]  # noqa: E731
    first = asked()
    term, written = asked(remedy="for the term"), asked(remedy="as written")
    noisy = asked(remedy="as written", noise=True)
    steps = (
        ("a breach is answered for ever (the default)", first, first.margin),
        (
            "the same, compared with keeping everything instead of the best alternative",
            first,
            first.any_harsher,
        ),
        ("the term is counted, so little is left to lose in its last period", term, term.margin),
        ("an answer lasts 42 days, as written", written, written.margin),
        ("agencies slip and clauses are misread", noisy, noisy.margin),
    )
    # The side whose departure is closest differs, and with it what a percent of GDP is in dollars.
    return [(words, 1e3 * leg.money * margin, margin) for words, leg, margin in steps]


def walk_table():
    """Return the same as a table."""
    rows = [(words, f"{millions:,.0f}", f"{margin:.3g}") for words, millions, margin in walk()]
    return table(rows, ("what is supposed", "margin, USD million a year", "margin, percent of GDP"))


def score_table(verdicts):
    """Return how often theories and the record say the same of a leg, beside rules that solve nothing."""
    rows = [
        (rule, f"{right:g}", decided, shown(left_out), shown(broken), *named)
        for rule, right, decided, left_out, broken, *named in score_rows(legs_of_the_record(verdicts))
    ]
    head = (
        "theory or rule", "correct", "decided", "correct, share of draws, not rational left out",
        "counted as broken", "first step named", "breaks predicted",
    )  # fmt: skip
    return table(rows, head)


def with_table(text, name, rows):
    """Return a page with one table replaced, between its marks."""
    begin, end = BEGIN.format(name), END.format(name)
    head, rest = text.split(begin)
    return f"{head}{begin}\n{rows}\n{end}{rest.split(end)[1]}"


def write():
    """Compute everything, and write the list and the tables of the page."""
    verdicts = verdicts_of()
    found = [*outcomes(verdicts), *core_outcomes()]
    FAILED.write_text(failed_text(found), encoding="utf-8")
    text = PAGE.read_text(encoding="utf-8")
    for name, rows in (
        ("walk", walk_table()),
        ("verdicts", verdict_table(verdicts)),
        ("expectations", expectation_table(found)),
        ("scores", score_table(verdicts)),
    ):
        text = with_table(text, name, rows)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__" and "--write" in sys.argv:
    write()
