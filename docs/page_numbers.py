"""Fill the numbers of the pages: `python docs/page_numbers.py`, after stored tables changed.

A number on a page stands between two comments that say where it comes from,

    <!--= claims busan_tariff_leg share .2f-->0.65<!--/-->

table, row, column and format, so that nobody types it; whole tables stand between `<!--= rows NAME-->` and
`<!--/-->`. The tables are the stored ones of the paper (`paper/data`), made by `python -m paper --full`,
beside `first_year`, made by `python docs/scores.py --write`, `estimates` and `answers` from
`docs/estimates/`, made by `python docs/estimates.py --write`, and what `interval_coverage.py` keeps. Nothing
is computed here but shares, extremes and differences.
`--check` writes nothing and names what differs.

Numbers that are typed after all, facts of texts and equations, are listed in `docs/typed_numbers.toml`.
`tests/paper/test_numbers_of_the_pages.py` holds pages, tables and list together.
"""

from __future__ import annotations

import argparse
import re
import runpy
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

import negotiation as ng
from negotiation.base.labelled.parquet import read_frame
from negotiation.report.commands.replay_screen import turns
from negotiation.truces.claims.leverage import YEAR_BEFORE
from negotiation.truces.prediction.questions import question_sets

HERE = Path(__file__).parent
ROOT = HERE.parent
DATA = ROOT / "paper" / "data"
SHOWN = ("Geneva", "Busan")
"""Truces whose legs pages show."""
DEPENDENCE = "state.rare_earth_dependence.full"
ANEW = 10
"""Number of the question that the claims about bargaining anew answer, worded after the first run (46)."""
REWORDED = "dependence_explains_2023"
"""The claim that was worded after the first run with the data that it is about (decision 38)."""
LITTLE = 0.005
"""Of a number with two digits what is shown as nothing."""
HORIZONS = ("half a month", "1 month", "3 months", "1 year", "4 years")
"""Those at which paths are tried at the central values, the shortest first."""

INLINE = re.compile(r"<!--= (\S+) (\S+) (\S+) ([^\s>-]+)-->(.*?)<!--/-->", re.DOTALL)
ROWS = re.compile(r"<!--= rows ([\w-]+)-->\n(.*?)<!--/-->", re.DOTALL)

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
NO_RESULTS = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"```.*?```",
        r"<!--= rows.*?<!--/-->",
        # Filled and held to their sources by the programs that the comments name.
        r"<!-- begin: .*?<!-- end[^>]*-->",
        r"<!-- (\w+): begin -->.*?<!-- \1: end -->",
        r"<!--= .*?-->.*?<!--/-->",
        r"`[^`]*`",
        r"\[\d{1,4}\]\([^)]*\)",
        r"\$\$.*?\$\$",
        r"\$[^$]*\$",
        r"\]\([^)]*\)",
        rf"\b\d{{1,2}} (?:and \d{{1,2}} )?(?:{MONTHS})(?: \d{{4}})?\b",
        r"\b(?:19|20)\d\d(?:-\d\d)?\b",
        r"\[?(?:decision|record) \d+",
    )
)
"""What of a page is looked past when typed numbers are looked for."""

Tables = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""Values by table, row and column."""


def pages() -> tuple[Path, ...]:
    """Return the pages that may have numbers to fill: the README, the start page and the explanations."""
    return (ROOT / "README.md", HERE / "index.md", *sorted((HERE / "explanation").glob("*.md")))


def place_of(name: str) -> str:
    """Return the place in an agreement's name."""
    return name.split("-")[2].capitalize()


def _key(words: str) -> str:
    return words.replace(", ", "_").replace(" ", "_")


def stored() -> dict[str, dict[str, dict[str, Any]]]:
    """Return the paper's stored tables that pages read, by table and row."""
    by = {
        "claims": ["claim"],
        "lives": ["place", "event", "linkage", "leg", "remedy"],
        "tariff_rates": ["country", "rate"],
        "theory_sets": ["theory", "of"],
        "theory_counts": ["rule"],
        "pace": ["what"],
        "remedies": ["stake"],
        "expected_moves": ["day", "theory"],
        "record_scores": ["form", "predictor", "of"],
        "spell_scores": ["form", "predictor"],
        "spell_numbers": ["form", "predictor"],
        "evidence_given": ["record", "number", "theory"],
        "evidence_range": ["variant", "record", "number", "theory"],
        "evidence_answers": ["question", "pace", "theory"],
        "recovery": ["moves", "truth", "chosen"],
        "recovery_told": ["of", "moves"],
        "recovery_coverage": ["theory", "parameter", "interval"],
    }
    found = {name: _rows(read_frame(DATA / f"{name}.parquet"), index) for name, index in by.items()}
    for row in found["claims"].values():
        row["fails"] = 1.0 - row["share"]
    found["payoff_sets"] = payoff_sets()
    read = read_frame(DATA / "readings.parquet").query("sense == 'subjective'")
    found["readings"] = _rows(read.rename(columns={"true regret": "regret"}), ["sense", "side", "reading"])
    outcomes = pd.Series([row["outcome"] for row in found["claims"].values()])
    hold = int(outcomes.isin(["holds", "holds in most"]).sum())
    first = sum(row["number"] != ANEW and name != REWORDED for name, row in found["claims"].items())
    noise = read_frame(DATA / "noise_margins.parquet").query("linkage == 'all_or_nothing'")
    found["counts"] = {
        "noise_breaks": {"busan": noise.loc[noise["margin"] < 0, "chance"].min()},
        "claims": {"all": len(outcomes), "hold": hold, "fail": len(outcomes) - hold, "first": first},
    }
    pools = read_frame(DATA / "pools.parquet").fillna({"against": "best"})
    found["evidence_setup"] = evidence_setup(read_frame(DATA / "evidence_given.parquet"))
    found |= designed_texts()
    found["pools"] = _rows(pools, ["predictor", "lead", "against"])
    found["theories_apart"] = theories_apart()
    found["first_year"] = _rows(pd.read_csv(HERE / "first_year.csv"), ["coding", "predictor"])
    asked = question_sets(ng.load_scenario("us-china-2025"))
    found["first_year_counts"] = {
        name.partition("-")[2]: {"moves": sum(row.came for row in one.rows)} for name, one in asked.items()
    }
    parts = read_frame(DATA / "theory_parts.parquet").query("leg == 'all'")
    found["theory_parts"] = _rows(parts, ["form", "part"])
    return {
        **found,
        **replays(),
        **bargained_anew(),
        **paths_held(),
        **beside_the_truces(),
        **pooling(),
        **choices_revealed(),
        **panel_of_truces(),
        **what_leads(),
    }


def what_leads() -> dict[str, dict[str, dict[str, Any]]]:
    """Return the leading verdicts by setting, and what Busan is worth by which payoffs are replaced."""
    rows, replaced = (read_frame(DATA / f"{name}.parquet") for name in ("headline", "payoffs_replaced"))
    gdp = read_frame(DATA / "calibration.parquet").set_index("name")["value"]["USA.gdp"]
    # The control leg is the USA's to break, in percent of a GDP in billions of dollars a year.
    replaced["millions"] = replaced["control_margin"].abs() * 10 * gdp
    return {
        "replaced": _rows(replaced, ["truce", "theory", "replaced"]),
        "headline": _rows(rows, ["place", "leg", "theory", "setting"]),
        "stakes": _rows(read_frame(DATA / "payoffs_stakes.parquet"), ["replaced", "lives"]),
        "why": _rows(read_frame(DATA / "payoffs_why.parquet"), ["replaced", "claim"]),
    }


def replays() -> dict[str, dict[str, dict[str, Any]]]:
    """Return what the replays of all truces of 2025 say, by table and row."""
    margins = read_frame(DATA / "leg_margins.parquet").rename(columns={"player": "by"})
    margins["departure"] = margins["departure"].str.replace("_", " ")
    theories = read_frame(DATA / "theory_verdicts.parquet")
    theories["departure"] = theories["departure"].str.replace("_", " ")
    gdp = read_frame(DATA / "calibration.parquet").set_index("name")["value"]
    # Of percent of a GDP in billions of dollars a year.
    theories["millions"] = theories["margin"].abs() * 10 * (theories["player"] + ".gdp").map(gdp)
    place = ["place", "leg"]
    linkage = read_frame(DATA / "linkage.parquet").rename(
        columns={f"margin {where}, % GDP": where for where in ("kept", "answering", "over")}
    )
    coverage = read_frame(DATA / "coverage.parquet").query("place == 'Busan'")
    coverage["threshold"] = coverage["critical discount factor"].astype(float)
    return {
        "verdicts": _rows(read_frame(DATA / "verdicts.parquet"), place),
        "theory_verdicts": _rows(theories, ["place", "theory", "leg"]),
        "noise_margins": _rows(margins, [*place, "states"]),
        "linkage": _rows(linkage, ["place", "linkage"]),
        "coverage": _rows(coverage, ["place", "coverage"]),
    }


def beside_the_truces() -> dict[str, dict[str, dict[str, Any]]]:
    """Return what pages say of parameters, win-sets, ownership and clocks."""
    scenario = ng.load_scenario("us-china-2025")
    renewal = read_frame(DATA / "clocks_in_turn.parquet").set_index("renewal").sort_index()
    together, apart = (
        renewal.index[renewal[f"{how}_margin"] >= 0.0].min() for how in ("together", "in_turn")
    )
    years = {"2023": scenario.as_of(YEAR_BEFORE), "2025": scenario}
    return {
        "parameters": _rows(read_frame(DATA / "calibration.parquet"), ["name"]),
        "dependence": {year: {"share": one.parameters[DEPENDENCE]} for year, one in years.items()},
        "win_sets": ratified(),
        "ownership": ownership(),
        "in_turn": {
            "honest": {
                "together": together, "in_turn": apart, "offset_days": renewal.loc[apart, "offset_days"],
            }
        },
    }  # fmt: skip


def ratified() -> dict[str, dict[str, Any]]:
    """Return up to which weight of the hawks calm is ratified in the core game, by what is without it."""
    calm = read_frame(DATA / "win_sets.parquet").query("size == 'core' and calm_usa")
    most = calm.groupby("against")["weight"].max()
    return {_key(against): {"calm_up_to": weight} for against, weight in most.items()}


def ownership() -> dict[str, dict[str, Any]]:
    """Return what the ownership rule covers in one generated graph, and what restructuring undoes."""
    keys = ["threshold", "graph"]
    links = read_frame(DATA / "entity_coverage.parquet").set_index(keys)["links_to_examine"]
    rows = read_frame(DATA / "shells.parquet").join(links.rename("links"), on=keys)
    rows["each"] = rows["freed"] / rows["restructured"]
    rows["percent"] = (100 * rows["threshold"]).round().astype(int)
    return _rows(rows[rows["graph"] == 0], ["percent"])


def pooling() -> dict[str, dict[str, dict[str, Any]]]:
    """Return what disputes teach each other, and counts of what was written down before (decision 53)."""
    alone, gains = (read_frame(DATA / f"pooling_{name}.parquet") for name in ("alone", "gains"))
    by = gains.pivot_table(values="gain", index=["theory", "held_out"], columns=["shared", "taught_by"])
    precision = by["precision", "others"]
    expected = {"cases": len(by), "precision_within": int(precision.between(-0.5, 1.0).sum())}
    return {"pooling_alone": _rows(alone, ["theory", "dispute"]), "pooling_expected": {"all": expected}}


def panel_of_truces() -> dict[str, dict[str, dict[str, Any]]]:
    """Return rates of first harsher steps, and scores of what keeps a part of a truce."""
    keys = {
        "panel_rates": ["rows", "leg", "text"],
        "panel_survival": ["rows", "by", "group"],
        "panel_answers": ["rows", "leg", "text"],
        "panel_answer_test": ["rows", "coding", "beside", "what"],
        "panel_kappa": ["one", "other"],
        "panel_scores": ["left_out", "days", "model"],
        "panel_gaps": ["of", "days", "model"],
        "panel_ratios": ["rows", "of"],
        "panel_unseen": ["following", "days", "model"],
        "panel_truces": ["signed", "truce"],
        "panel_share_means": ["rows", "leg", "covered", "theory"],
        "panel_full_calibration": ["truce", "leg", "theory"],
        "panel_power": ["theory"],
        "panel_theory_scores": ["rows", "left_out", "days", "theory"],
        "panel_theory_max": ["theory"],
    }
    found = {
        name: _rows(read_frame(DATA / f"{name}.parquet").rename(columns=_key), index)
        for name, index in keys.items()
    }
    (greatest,) = found["panel_theory_max"].values()
    sizes = read_frame(DATA / "panel_sizes.parquet").iloc[0].to_dict()
    pairs = found["panel_full_calibration"].values()
    # They agree where a leg holds in more than half of the draws of both, or of neither.
    alike = sum((row["card"] > 0.5) == (row["full"] > 0.5) for row in pairs)
    said = {"alike": alike, "pairs": len(pairs), **greatest}
    model = {"headline": {"shape": ng.panel().keeping().shape}, "theories": said}
    return {**found, "panel_model": model, "panel_sizes": {"all": sizes}}


def designed_texts() -> dict[str, dict[str, dict[str, Any]]]:
    """Return what was found of texts that were searched for, and of three on record with their clauses."""
    keys = {
        "design_texts": ["day", "text", "theory"],
        "design_days": ["day"],
        "design_clauses": ["truce", "kind", "clause", "theory"],
        "design_terms": ["days", "theory"],
        "design_panel": ["theory"],
        "design_chip": ["level", "theory"],
    }
    found = {name: _rows(read_frame(DATA / f"{name}.parquet"), index) for name, index in keys.items()}
    for (day, theory), own in read_frame(DATA / "design_texts.parquet").groupby(["day", "theory"]):
        top = own.sort_values("share").iloc[-1]
        row = {"most": top["share"], "lower": top["lower"]}
        found.setdefault("design_theories", {})[_key(f"{day}/{theory}")] = row
    chip = read_frame(DATA / "design_clauses.parquet").query("truce == '2025-05-geneva' and kind == 'added'")
    for clause, own in chip[chip["clause"].str.contains("chip_control")].groupby("clause"):
        row = {"usa": own["usa"].iloc[0], "chn": own["chn"].iloc[0]}
        found.setdefault("design_clause_on_chips", {})[_key(clause)] = row
    return found


def choices_revealed() -> dict[str, dict[str, dict[str, Any]]]:
    """Return what choices say of payoffs, by table and row."""
    read = {
        name: read_frame(DATA / f"revealed_{name}.parquet")
        for name in ("choices", "control", "next", "bounds")
    }
    read["bounds"] = read["bounds"].rename(columns=lambda name: name.replace(" ", "_"))
    read["control"]["draws"] = read["control"]["draws"].str.replace(" ", "_")
    read["next"]["by"] = read["next"]["by"].str.replace(" ", "_")
    verdicts = read_frame(DATA / "revealed_verdicts.parquet").query("error == 0.1")
    dropped = read["choices"].query("dropped")["id"]
    return {
        "revealed_bounds": _rows(read["bounds"], ["payoff"]),
        "revealed_choices": _rows(read["choices"], ["id"]),
        "revealed_control": _rows(read["control"], ["draws"]),
        "revealed_next": _rows(read["next"], ["by"]),
        "revealed_verdicts": _rows(verdicts, ["truce", "leg"]),
        "revealed_setup": {
            "draws": {"count": int(read["choices"]["draws"].iloc[0])},
            "hard": {"dropped": ", ".join(dropped)},
        },
    }


def revealed_choice_rows(tables: Tables) -> list[str]:
    """Return each choice, how often it pays, and what it was worth."""
    rows = [
        (key, row["day"], spaced(row["choice"]), row["class"], shown(row["share"], ".2f"),
         shown(row["worth"], ".2f"), shown(row["concession"], ".2f"))
        for key, row in tables["revealed_choices"].items()
    ]  # fmt: skip
    return markdown(("id", "date", "choice", "class", "pays, share of draws", "worth", "concession"), rows)


def revealed_verdict_rows(tables: Tables) -> list[str]:
    """Return the verdicts over all draws and over those that agree with earlier choices."""
    rows = [
        (*key.split("/"), shown(row["prior"], ".2f"), shown(row["consistent"], ".2f"),
         f"{row['least']:.2f} to {row['most']:.2f}", shown(row["effective"], ",.0f"), row["restated"],
         shown(row["in_sample"], ".2f"))
        for key, row in tables["revealed_verdicts"].items()
    ]  # fmt: skip
    heads = (
        "truce",
        "leg",
        "all draws",
        "consistent",
        "without one episode",
        "effective draws",
        "restated",
        "in sample",
    )
    return markdown(heads, rows)


def bargained_anew() -> dict[str, dict[str, dict[str, Any]]]:
    """Return what each side negotiates more, by table, change and chance."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in read_frame(DATA / "anew.parquet").itertuples():
        place = found.setdefault(row.table, {}).setdefault(f"{row.what}/{row.chance:g}", {})
        place |= {row.side: row.more, f"{row.side}_gains": row.gains}
        place |= {"unsettled": 1.0 - row.settled, "draws": row.draws, "chance": row.chance}
    return found


def _by_lag(name: str, keys: list[str]) -> dict[str, dict[str, Any]]:
    """Return the rows of a table of the map of restraint by lag, in whole days, and other keys."""
    frame = read_frame(DATA / f"{name}.parquet")
    return _rows(frame.assign(lag=frame["lag"].map("{:g}".format)), keys)


def paths_held() -> dict[str, dict[str, dict[str, Any]]]:
    """Return in which draws paths are held, the shortest horizon at the centre, and verdicts in motion."""
    rows = read_frame(DATA / "restraint.parquet").set_index(["path", "game", "stocks", "horizon"])
    shares: dict[str, dict[str, Any]] = {}
    for (path, game, stocks, horizon), row in rows[rows["draws"] > 0].iterrows():
        place = shares.setdefault(f"{path}/{game}/{stocks}", {"draws": row["draws"]})
        place[_key(horizon)] = row["share"]
    horizons = {
        "/".join(place): {"from": next((one for one in HORIZONS if held[(*place, one)]), "never")}
        for held in [rows["centre"]]
        for place in dict.fromkeys(key[:3] for key in held.index)
    }
    moving = read_frame(DATA / "moving_verdicts.parquet")
    return {
        "restraint": shares,
        "restraint_map": _by_lag("restraint_map", ["lag", "day"]),
        "restraint_horizons": _by_lag("restraint_horizons", ["lag"]),
        "restraint_in_game": read_frame(DATA / "restraint_in_game.parquet").set_index("size").T.to_dict(),
        "horizons": horizons,
        "moving": _rows(moving, ["truce", "moving", "leg", "theory"]),
    }


def evidence_setup(given: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Return extremes over theories of the evidence with signings given."""
    at = given.set_index(["record", "number", "theory"]).sort_index()
    gains = at["over_random"]
    later = [gains["ten months", f"both {pace}"].max() for pace in ("by spell", "at one rate")]
    return {
        "all": {
            "times_most": gains["both", "times at one rate"].max(), "later_most": max(later),
            "error_most": at.loc[("both", ["both by spell", "both at one rate"]), "error"].max(),
        }
    }  # fmt: skip


def theories_apart() -> dict[str, dict[str, float]]:
    """Return how far theories lie apart, by form of scoring and by pace, the record's or the central one."""
    scores, found = read_frame(DATA / "record_scores.parquet").query("of == 'all'"), {}
    for form, own in scores.groupby("form"):
        for pace, ending in (("record", ""), ("central", ", central pace")):
            rows = own[own["predictor"].isin([one.name + ending for one in ng.theories()])]
            found[f"{_key(form)}/{pace}"] = {
                "spread": rows["log"].max() - rows["log"].min(),
            }
    return found


def payoff_sets() -> dict[str, dict[str, Any]]:
    """Return each side's worst and best equilibrium payoff, by what is in the game and in the bargain."""
    keys = ["curb", "controls"]
    best = read_frame(DATA / "payoff_sets.parquet").groupby(keys)[["usa", "chn"]].max()
    joined = read_frame(DATA / "set_summary.parquet").join(best.add_prefix("best_"), on=keys)
    joined["curb"] = joined["curb"].map({True: "with the curb", False: "without the curb"})
    joined["controls"] = joined["controls"].map({True: "controls in", False: "controls out"})
    return _rows(joined, keys)


def _rows(frame: pd.DataFrame, index: list[str]) -> dict[str, dict[str, Any]]:
    keys = frame[index].astype(str).agg("/".join, axis=1).map(_key)
    return dict(zip(keys, frame.to_dict("records"), strict=True))


def all_tables() -> dict[str, Any]:
    """Return every table that a page may name."""
    found = stored()
    for name in ("estimates", "interval_coverage"):
        found |= runpy.run_path(str(HERE / f"{name}.py"))["tables"]()
    return found


def shown(value: Any, form: str) -> str:
    """Return a value as a page has it, by a format of Python, `pc` (percent without its sign) or `text`."""
    # A share of nothing is not a number.
    if value is None or value != value:
        return "none"
    if form == "text" or isinstance(value, str):
        return str(value)
    if form == "pc":
        return f"{100 * value:.0f}"
    text = format(value, form)
    # A nought has no sign.
    if not text.strip("-0.%"):
        return text.removeprefix("-")
    # A page has 0.00002 where Python writes 2e-05.
    return f"{float(text):.10f}".rstrip("0") if "e-" in text else text


def filled(text: str, tables: Tables) -> str:
    """Return a page with its numbers and tables as they are now; a comment that names nothing ends it."""

    def number(match: re.Match[str]) -> str:
        table, row, column, form, _ = match.groups()
        try:
            value = tables[table][row][column]
        except KeyError as missing:
            raise SystemExit(f"a page asks for {table} {row} {column}: no {missing}") from missing
        return f"<!--= {table} {row} {column} {form}-->{shown(value, form)}<!--/-->"

    def rows(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in BLOCKS:
            raise SystemExit(f"a page asks for the rows {name}; there are {', '.join(BLOCKS)}")
        lines = "\n".join(BLOCKS[name](tables))
        return f"<!--= rows {name}-->\n\n{lines}\n\n<!--/-->"

    return INLINE.sub(number, ROWS.sub(rows, text))


def typed(text: str) -> list[str]:
    """Return the numbers of a page that no comment fills, code, equations, links and days left out."""
    for pattern in NO_RESULTS:
        text = pattern.sub(" ", text)
    return re.findall(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?!\w)", text)


@cache
def levels_named() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern of the levels that people write otherwise than their labels, and what they write."""
    world = ng.load_scenario("us-china-2025").with_past_levels()
    held = (side for one in world.instruments.values() for side in one.levels.values())
    names = {level.label: level.name for side in held for level in side if level.title}
    return re.compile(rf"(: |\bto |\bnot )({'|'.join(names)})(?!\w)"), names


def spaced(words: str) -> str:
    """Return names of instruments and levels as people write them."""
    pattern, names = levels_named()
    return pattern.sub(lambda after: after[1] + names[after[2]], words).replace("_", " ")


def recorded(words: str) -> str:
    """Return what the record says of a leg, with the actor of a first step before its day."""
    return re.sub(r"moved on (\S+) by (\w+)", r"harsher step by \2 on \1", spaced(words))


def clauses(words: str) -> str:
    """Return the clauses of a text, `USA tariff january, CHN purchases buys`, as people write them."""
    names = ng.load_scenario("us-china-2025").names
    parts = (clause.split() for clause in words.split(", "))
    return "; ".join(f"{who} {names[f'{instrument}={level}']}" for who, instrument, level in parts)


def markdown(header: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Return a table of markdown, as lines."""
    head = list(header)
    lines = [head, ["---"] * len(head), *(list(row) for row in rows)]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def verdict_rows(tables: Tables) -> list[str]:
    """Return Geneva and Busan by leg: what the game says, in which share of draws, and the record."""
    found = [
        (
            row["place"], row["leg"], spaced(row["covered"]) or "nothing", spaced(row["model"]),
            shown(row["margin"], ".2g"), shown(row["share"], ".2f"), recorded(turns(row["record"])),
            {True: "yes", False: "no"}.get(row["agree"], "open"),
        )
        for row in tables["verdicts"].values()
        if row["place"] in SHOWN
    ]  # fmt: skip
    header = (
        "truce", "leg", "covered", "verdict of the text alone", "margin, % GDP", "holds, share of draws",
        "record", "agree",
    )  # fmt: skip
    return markdown(header, found)


def short_verdict_rows(tables: Tables) -> list[str]:
    """Return the same in narrow columns, with the last truce's first year: the table of the README."""
    year = ng.aftermath("2025-10-busan")
    later = {
        leg: f"{step.row.day}, level {'broken' if year.broken[leg] else 'kept'}"
        for leg, step in year.moved_on.items()
        if step
    }
    found = [
        (
            row["place"], row["leg"], "yes" if row["covered"] else "no",
            spaced(row["model"]).split(":")[0].split(",")[0], shown(row["share"], ".2f"),
            recorded(turns(row["record"])).removesuffix(" (threatened)").split(";")[0],
            later.get(row["leg"], "none") if row["place"] == SHOWN[-1] else "",
        )
        for row in tables["verdicts"].values()
        if row["place"] in SHOWN
    ]  # fmt: skip
    header = (
        "truce", "leg", "in the text", "verdict of the text alone", "share", "record of 2025",
        f"harsher step by {year.until}",
    )  # fmt: skip
    return markdown(header, found)


def life_rows(tables: Tables) -> list[str]:
    """Return how long the legs of Geneva and Busan last if nobody breaks them."""
    asked = (
        ("Geneva", "tariff, the only one covered", "any", "Geneva/broken_off/all_or_nothing/any/as_it_is"),
        ("Busan", "tariff", "issue by issue", "Busan/broken_off/within_issue/tariff/as_it_is"),
        ("Busan", "control", "issue by issue", "Busan/broken_off/within_issue/control/as_it_is"),
        ("Busan", "other", "issue by issue", "Busan/broken_off/within_issue/other/as_it_is"),
        ("Busan", "every leg", "all or nothing", "Busan/broken_off/all_or_nothing/any/as_it_is"),
    )
    found = []
    for place, leg, linkage, key in asked:
        row = tables["lives"][key]
        found.append(
            (
                place, leg, linkage, f"{row['hazard']:.3f}", f"{row['mean_days']:,.0f}",
                f"{row['median_days']:,.0f}", f"{row['after_90']:.2f}", f"{row['after_365']:.2g}",
            )
        )  # fmt: skip
    header = (
        "truce", "leg", "linkage", "chance in a period", "mean", "median", "unbroken after 90 days",
        "after 365",
    )  # fmt: skip
    return markdown(header, found)


def claim_rows(tables: Tables) -> list[str]:
    """Return every claim: what it is at the centre, its share of draws, and what it fails by."""
    found = [
        (
            str(row["number"]),
            f"`{claim}`",
            {True: "holds", False: "fails"}.get(row["central"], "does not apply"),
            f"{row['share']:.3f} ({row['low']:.3f} to {row['high']:.3f})",
            str(row["fails_by"]),
            f"`{row['mover']}` {row['correlation']:.2f}" if row["mover"] else "none",
        )
        for claim, row in tables["claims"].items()
    ]
    header = (
        "no.", "claim", "centre", "share of draws (95% interval)", "fails by",
        "moved most by, rank correlation",
    )  # fmt: skip
    return markdown(header, found)


WORDS = {
    "controls": "controls in the bargain",
    "dependence": "full dependence on the curb",
    "use_stocks_full": "a period's use of the curb, stocks full",
    "use_stocks_gone": "the same, stocks gone",
    "clock": "a one-year clock",
    "authority": "tariff authority in force",
    "precedent": "a precedent for trading controls",
}
"""What changes what is negotiated, as the page says it."""


def anew_rows(tables: Tables) -> list[str]:
    """Return by how much each thing changes what is negotiated, by side and chance of bargaining anew."""
    chances = ("0", "0.04", "0.15", "1")
    found = [
        (words, side, *(_change(tables["anew"][f"{name}/{chance}"], side) for chance in chances))
        for name, words in WORDS.items()
        for side in ("USA", "CHN")
    ]
    return markdown(("chance a period", "", *chances), found)


def anew_all_rows(tables: Tables) -> list[str]:
    """Return the same with all levels, over draws where they were drawn and at the central values."""
    found = []
    for name, words in WORDS.items():
        drawn, centre = tables["anew_all"].get(f"{name}/0.15"), tables["anew_centre"][f"{name}/0.15"]
        over = [_change(drawn, side) if drawn else "not drawn" for side in ("USA", "CHN")]
        found.append((words, *over, *(shown(centre[side], ".2f") for side in ("USA", "CHN"))))
    header = ("", "USA, over draws", "China, over draws", "USA, at the centre", "China, at the centre")
    return markdown(header, found)


def _change(row: Mapping[str, Any], side: str) -> str:
    # Adding 0 makes a rounded -0.0 a 0.0.
    return f"{round(row[side], 2) + 0.0:.2f} ({row[f'{side}_gains']:.2f})"


PATHS = {
    "busan": "Busan",
    "geneva_flowing": "Geneva, flowing",
    "geneva_played": "Geneva, as played",
    "calm": "all calm",
}
"""Paths of the table `restraint`, as pages call them."""


def horizon_rows(tables: Tables) -> list[str]:
    """Return the shortest horizon from which on each path is held at the central values."""
    columns = ("still/full", "still/gone", "moving/full", "learned/full")
    found = [
        (name, *(tables["horizons"][f"{path}/{one}"]["from"] for one in columns))
        for path, name in PATHS.items()
    ]
    header = ("path", "stocks still, full or half", "stocks still, gone", "stocks moving", "harm learned")
    return markdown(header, found)


def restraint_rows(tables: Tables) -> list[str]:
    """Return the shares of draws in which each path is held, at both horizons."""
    columns = ("still/full", "still/gone", "moving/full", "moving/gone", "learned/full", "learned/gone")
    found = []
    for path, name in PATHS.items():
        rows = [tables["restraint"][f"{path}/{one}"] for one in columns]
        found.append((name, *(f"{row['3_months']:.2f}, {row['1_year']:.2f}" for row in rows)))
    header = (
        "path", "still, full", "still, gone", "moving, full at first", "moving, gone at first",
        "learned, full at first", "learned, gone at first",
    )  # fmt: skip
    return markdown(header, found)


def map_rows(tables: Tables) -> list[str]:
    """Return days of the record on the map of restraint; of 2026 those on which the clock changed."""
    held, rows, clock = tables["restraint_map"], [], None
    for key in [key for key in held if key.startswith("0/")]:
        row, day = held[key], key.removeprefix("0/")
        if day < "2026" or row["clock"] != clock:
            cover = f"{row['cover']:.0f} ({row['cover_low']:.0f} to {row['cover_high']:.0f})"
            shares = (f"{held[f'{lag}/{day}']['share_at_clock']:.2f}" for lag in (3, 7, 14, 0))
            rows.append((day, cover, f"{row['clock']:.0f}", *shares))
        clock = row["clock"]
    header = ("day", "cover, days", "clock, days", "3 days", "7 days", "14 days", "short periods")
    return markdown(header, rows)


def moving_rows(tables: Tables) -> list[str]:
    """Return what theories say of both truces in a world that moves."""
    found = []
    for key, row in tables["moving"].items():
        truce, kind, leg, theory = key.split("/")
        if kind == "stocks":
            learned = tables["moving"][f"{truce}/learned/{leg}/{theory}"]
            shares = ["" if pd.isna(one["share"]) else f" {one['share']:.2f}" for one in (row, learned)]
            cells = [one["word"] + share for one, share in zip((row, learned), shares, strict=True)]
            margin = "none" if pd.isna(row["margin"]) else f"{row['margin']:+.2g}"
            departure = row["departure"].replace("_", " ") or "none"
            found.append((place_of(truce), leg, row["theory"], cells[0], margin, departure, cells[1]))
    header = (
        "truce", "leg", "theory", "stocks moving", "margin, % GDP", "closest departure", "harm learned",
    )  # fmt: skip
    return markdown(header, found)


def first_year_rows(_: Tables) -> list[str]:
    """Return what became of the instruments that moved after Busan, by level and by step."""
    rows = (
        (f"{who} {spaced(name)}", level, str(up), str(down), first)
        for _, who, name, level, up, down, first in ng.aftermath("2025-10-busan").table().rows
        if up + down
    )
    return markdown(("instrument", "by level", "steps up", "down", "first step up"), rows)


PANEL_ROWS = ("all", "known_at_signing", "to_20_January_2025")
YEAR = 365
"""Horizon of the headline, in days; shorter ones are in the stored table."""


def panel_rate_rows(tables: Tables) -> list[str]:
    """Return steps a year by leg, bound and left out, and the pooled rate."""
    rows = []
    for leg in ("all", "tariff", "trade", "other", "control"):
        for text in ("bound", "left_out"):
            one = tables["panel_rates"][f"all/{leg}/{text}"]
            counts = f"{one['steps_a_year']:.2f} ({one['first_steps']} of {one['parts']})"
            pooled = "" if leg == "all" else f"{one['pooled']:.2f} ({_between(one, 'low', 'high')})"
            rows.append((leg, spaced(text), counts, pooled))
    return markdown(("leg", "text", "steps a year", "partly pooled rate"), rows)


def _between(row: dict[str, Any], low: str, high: str) -> str:
    return "" if pd.isna(row[low]) else f"{row[low]:.2f} to {row[high]:.2f}"


def panel_survival_rows(tables: Tables) -> list[str]:
    """Return shares kept and hazard ratios by group: coverage in each set of rows, known or not."""
    rows = []
    wanted = [
        *((of, "coverage") for of in PANEL_ROWS),
        ("all", "known"),
    ]
    for of, by in wanted:
        for row in tables["panel_survival"].values():
            if (_key(row["rows"]), row["by"]) == (of, by) and (by, row["group"]) != ("known", "bound"):
                year, last = (f"{row[f'{days}_days']:.2f}" for days in (365, 1095))
                year += f" ({_between(row, 'low', 'high')})"
                last += f" ({_between(row, 'least', 'most')})"
                ratio = f"{row['hazard_ratio']:.2f} ({_between(row, 'ratio_low', 'ratio_high')})"
                ratio = ratio if _between(row, "ratio_low", "ratio_high") else "1"
                counts = f"{row['steps']} of {row['parts']}"
                rows.append((row["rows"], row["group"], counts, year, last, ratio))
    header = ("rows", "group", "steps", "365 days", "1095 days (bounds)", "hazard ratio")
    return markdown(header, rows)


def panel_answer_rows(tables: Tables) -> list[str]:
    """Return how often first steps were answered, where and how soon, in all rows."""
    rows = []
    for row in tables["panel_answers"].values():
        if row["rows"] == "all":
            share = f"{row['share']:.2f} ({_between(row, 'low', 'high')})"
            days = "" if pd.isna(row["median_days"]) else f"{row['median_days']:.0f}"
            counts = (str(row[name]) for name in ("steps", "answered"))
            places = (str(row[name]) for name in ("in_kind", "elsewhere"))
            rows.append((row["leg"], row["text"], *counts, share, *places, days))
    header = ("leg", "text", "steps", "answered", "share", "in kind", "elsewhere", "median days")
    return markdown(header, rows)


def panel_kind_rows(tables: Tables) -> list[str]:
    """Return hazard ratios of an answer in kind, of coverage without one, and of their product."""
    rows = []
    found = [row for row in tables["panel_answer_test"].values() if row["what"] == "product"]
    for row in found:
        place = (row["rows"], row["coding"])
        # With legs, of all rows and of the coding whose product tells something; the rule in every way.
        told = row["rows"] == "all" or place == ("known at signing", "second_reader")
        if place == ("all", "rule") or (told and row["beside"] == "legs"):
            key = "/".join(_key(row[name]) for name in ("rows", "coding", "beside"))
            cells = []
            for what in ("answer_where_left_out", "coverage_without_answer", "product"):
                one = tables["panel_answer_test"][f"{key}/{what}"]
                cells.append(f"{one['ratio']:.2f} ({_between(one, 'low', 'high')})")
            counts = f"{row['answerable']} of {row['parts']}"
            # Only these truces are coded.
            of = "first 47" if row["rows"] == "all" else row["rows"]
            rows.append((of, row["coding"], row["beside"], counts, *cells))
    ratios = ("answer where left out", "coverage without answer", "product")
    header = ("rows", "coding", "beside", "can be answered", *ratios)
    return markdown(header, rows)


def panel_share_rows(tables: Tables) -> list[str]:
    """Return mean shares of draws in which parts with sourced trade are kept, by text, for each theory."""
    found = tables["panel_share_means"]
    theories = dict.fromkeys(row["theory"] for row in found.values())
    rows = []
    for covered, name in (("True", "bound"), ("False", "left out")):
        own = [found["/".join(map(_key, ("sourced", "all", covered, theory)))] for theory in theories]
        rows.append((f"{name}, {own[0]['parts']} parts", *(f"{one['share']:.2f}" for one in own)))
    return markdown(("text", *theories), rows)


def panel_theory_rows(tables: Tables) -> list[str]:
    """Return by theory the power of its test, its coefficient, and its gains over coverage by leg."""
    found, rows = tables["panel_theory_scores"], []
    for theory, power in ((row["theory"], row) for row in tables["panel_power"].values()):
        seen = (f"{power[name]:.2f}" for name in ("with_coverage", "with_cell", "power_1", "power_half"))
        keys = [("all", "dispute", "365"), ("all", "dispute", "1095"), ("sourced", "dispute", "365")]
        own = [found["/".join((*key, _key(theory)))] for key in keys]
        gains = (f"{one['gain']:.3f} ({one['low']:.3f} to {one['high']:.3f})" for one in own)
        cells = (f"{max(0.0, own[0]['gamma']):.2f}", *gains)
        rows.append((theory, *seen, *(cell.replace("-0.000", "0.000") for cell in cells)))
    heads = ("with coverage", "with leg and coverage", "power, one unit", "power, half a unit", "gamma")
    return markdown(("theory", *heads, "365 days", "1095 days", "365, sourced trade"), rows)


def panel_score_rows(tables: Tables) -> list[str]:
    """Return scores of the models by horizon, leaving a dispute out."""
    rows = []
    for key, row in tables["panel_scores"].items():
        if key.startswith("dispute/") and row["days"] >= YEAR:
            gain = (
                f"{row['gain']:.3f} ({row['low']:.3f} to {row['high']:.3f})"
                if row["model"] != "one rate"
                else ""
            )
            kept = f"{row['days']}: {row['kept']:.3f}, {row['rows']}"
            rows.append((kept, row["model"], f"{row['said']:.3f}", f"{row['log']:.3f}", gain))
    return markdown(("days: share kept, rows", "model", "forecast", "log score", "gain over one rate"), rows)


PANEL_SETS = ("all", "first_47", "kept_back")


def panel_ratio_rows(tables: Tables) -> list[str]:
    """Return hazard ratios within truces by set, and over all truces, by kind of truce and part."""
    found, rows = tables["panel_ratios"], []
    for row in (row for row in found.values() if row["rows"] == "all"):
        own = [found[f"{of}/{_key(row['of'])}"] for of in PANEL_SETS]
        cells = [_ratio(one, "within", "within_low", "within_high") for one in own]
        counts = f"{row['steps']} of {row['parts']}"
        rows.append((row["of"], str(row["truces"]), counts, *cells, _ratio(own[0], "ratio", "low", "high")))
    sets = ("72, within truces", "first 47", "25 kept back", "72, over all truces")
    return markdown(("parts", "truces", "steps", *sets), rows)


def _ratio(row: dict[str, Any], middle: str, low: str, high: str) -> str:
    return "" if pd.isna(row[low]) else f"{row[middle]:.2f} ({row[low]:.2f} to {row[high]:.2f})"


def panel_unseen_rows(tables: Tables) -> list[str]:
    """Return what the frozen chances of each model without theories gained on the truces kept back."""
    rows = []
    for row in tables["panel_unseen"].values():
        if row["model"] in ("coverage", "coverage by leg", "card") and row["days"] in (0, YEAR):
            days = str(row["days"] or "all three")
            gain = f"{row['gain']:.3f}"
            ends = (f"{row[f'{of}_low']:.3f} to {row[f'{of}_high']:.3f}" for of in ("truces", "disputes"))
            rows.append((row["following"], days, str(row["cells"]), row["model"], gain, *ends))
    return markdown(("followed", "days", "cells", "model", "gain", "over truces", "over disputes"), rows)


def panel_truce_rows(tables: Tables) -> list[str]:
    """Return all truces of the panel, with first harsher steps of what is bound and left out."""
    rows = []
    for row in tables["panel_truces"].values():
        counts = (f"{row[f'{text}_steps']} of {row[text]}" for text in ("bound", "left_out"))
        kept_back = "yes" if row["set"] == "kept back" else ""
        rows.append((*(row[name] for name in ("signed", "truce", "dispute", "form")), kept_back, *counts))
    return markdown(("signed", "truce", "dispute", "form", "kept back", "bound", "left out"), rows)


FORECASTS = (
    "coin", "two pace", "self exciting", "each for itself", "moment", "custom in kind", "shadow linkage",
    "renegotiation", "theories by series", "all pooled", "frozen 1", "frozen 2",
    "baselines pooled by pair", "shrunk and law", "constant rate by spell", "theories by spell",
    "mean in log odds", "moves at random by spell",
)  # fmt: skip
"""Predictors whose gains over `shrunk` are shown; all are in `docs/scores.csv` and `docs/first_year.csv`."""


def forecast_rows(tables: Tables) -> list[str]:
    """Return gains over the constant rate by month: eight years, and Busan's first under both codings."""
    spells, record, year = tables["spell_scores"], tables["record_scores"], tables["first_year"]
    rows = []
    for name in FORECASTS:
        key = _key(name)
        first, second = (
            year.get(f"{coding}/{key}") or spells[f"2026-{coding}/{key}"] for coding in ("first", "second")
        )
        eight = spells.get(f"2018_to_2025/{key}") or record.get(f"months/{key}/all")
        gains = (f"{one['gain']:.3f} ({_ends(one)})" if one else "" for one in (eight, first, second))
        auc = f"{second['auc']:.2f}" if "auc" in second else ""
        rows.append(
            (name, *(cell.replace("-0.000", "0.000") for cell in gains), auc, f"{second['expected']:.0f}")
        )
    heads = ("2018 to 2025", "first coding", "second coding", "AUC, second", "moves expected")
    return markdown(("predictor", *heads), rows)


def _ends(row: Mapping[str, Any]) -> str:
    return f"{row.get('low', row.get('low_months')):.3f} to {row.get('high', row.get('high_months')):.3f}"


PACES = (("by spell", "by spell"), ("at one rate", "one rate"))
"""Ends of the names of numbers of evidence, and what heads their columns."""


def evidence_of(tables: Tables, record: str) -> dict[str, dict[str, Any]]:
    """Return the numbers of evidence on a record, by theory and number."""
    found: dict[str, dict[str, Any]] = {}
    for row in tables["evidence_given"].values():
        if row["record"] == record:
            found.setdefault(row["theory"], {})[row["number"]] = row
    return found


def _rounded(nats: float) -> str:
    return f"{round(nats, 1) + 0.0:.1f}"  # no negative zero


def evidence_rows(tables: Tables) -> list[str]:
    """Return nats over moves at random by number, and weights to one digit with their range."""
    alone, rows = ("marks", "times by spell", "times at one rate"), []
    for theory, own in evidence_of(tables, "both").items():
        cells = [_rounded(own[name]["over_random"]) for name in alone]
        for row in (own[f"both {pace}"] for pace, _ in PACES):
            nats = f"{_rounded(row['over_random'])} ({row['low']:.1f} to {row['high']:.1f})"
            weight = f"{row['weight']:.1f} ({row['least']:.1f} to {row['most']:.1f})"
            cells += [nats, weight, f"{row['effective']:.0f}"]
        rows.append((theory, *cells))
    heads = (f"{head}, {pace}" for _, pace in PACES for head in ("all", "weight", "draws"))
    return markdown(("theory", *alone, *heads), rows)


def evidence_answer_rows(tables: Tables) -> list[str]:
    """Return chances by theory, by level, and their average by step: by spell, then at one rate."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in tables["evidence_answers"].values():
        cells = found.setdefault(row["question"], {})
        cells.setdefault(row["theory"], []).append(f"{row['level']:.2f}")
        if row["theory"] == "average":
            step = "" if pd.isna(row["step"]) else f"{row['step']:.2f}"
            cells.setdefault("average, by step", []).append(step)
    rows = [(asked, *(" / ".join(filter(None, two)) for two in of.values())) for asked, of in found.items()]
    return markdown(("question", *next(iter(found.values()))), rows)


def _with_interval(row: Mapping[str, Any]) -> str:
    return f"{row['share']:.2f} ({row['low']:.2f} to {row['high']:.2f})"


def recovery_rows(tables: Tables) -> list[str]:
    """Return by model for how many of its drawn records each was chosen, and the share that is right."""
    found = tables["recovery"]
    names, counts = (list(dict.fromkeys(row[of] for row in found.values())) for of in ("truth", "moves"))
    rows = []
    for truth in names:
        chosen = {name: [found[_key(f"{n}/{truth}/{name}")] for n in counts] for name in names}
        cells = (", ".join(str(row["count"]) for row in own) for own in chosen.values())
        rows.append((truth, *cells, *map(_with_interval, chosen[truth])))
    return markdown(("drawn under", *names, *(f"right, {n} moves" for n in counts)), rows)


def recovery_coverage_rows(tables: Tables) -> list[str]:
    """Return by parameter how often either interval holds the truth."""
    rows: dict[tuple[str, str], list[str]] = {}
    for row in tables["recovery_coverage"].values():
        cell = _with_interval(row) + ("" if row["passes"] else ", fails")
        rows.setdefault((row["theory"], row["parameter"]), []).append(cell)
    heads = ("theory", "parameter", "by standard errors", "by the profile")
    return markdown(heads, [(*of, *cells) for of, cells in rows.items()])


def design_frontier_rows(tables: Tables) -> list[str]:
    """Return, by day, the most robust and the most valuable of the frontier, and binding nothing."""
    rows: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for row in tables["design_texts"].values():
        rows.setdefault((row["day"], row["text"]), []).append(row)
    found = []
    for day in tables["design_days"]:
        own = [rows[place] for place in rows if place[0] == day]
        edge = [one for one in own if one[0]["edge"]]
        best = [max(edge, key=lambda one, of=of: min(row[of] for row in one)) for of in ("share", "worth")]
        for one in [*(one for one in own if not one[0]["clauses"]), *best]:
            least = min(one, key=lambda row: row["share"])
            gains = (shown(min(row[side] for row in one), ".2f") for side in ("usa", "chn"))
            share = f"{least['share']:.2f} ({least['lower']:.2f})"
            words = clauses(least["words"]) if least["clauses"] else "nothing bound"
            found.append((day, words, share, *gains))
    return markdown(("day", "text", "holds", "USA", "China"), dict.fromkeys(found))


def design_truce_rows(tables: Tables) -> list[str]:
    """Return, by theory, in which share of draws three texts hold, and the most of any text of a day."""
    whole = {
        (row["truce"], row["theory"]): row
        for row in tables["design_clauses"].values()
        if row["kind"] == "whole"
    }
    truces = tuple(dict.fromkeys(truce for truce, _ in whole))
    found = []
    for theory in dict.fromkeys(theory for _, theory in whole):
        own = (whole[truce, theory] for truce in truces)
        cells = [f"{row['share']:.2f} ({row['low']:.2f}-{row['high']:.2f})" for row in own]
        best = [tables["design_theories"][_key(f"{day}/{theory}")] for day in tables["design_days"]]
        found.append((theory, *cells, *(f"{row['most']:.2f} ({row['lower']:.2f})" for row in best)))
    places = (place_of(truce) for truce in truces)
    days = (f"best of {day}" for day in tables["design_days"])
    return markdown(("theory", *places, *days), found)


def design_panel_rows(tables: Tables) -> list[str]:
    """Return, by theory under which some truce of the panel is robust, how many are and their hazard."""
    found = [
        (row["theory"], str(row["robust"]), f"{row['ratio']:.1f} ({row['low']:.1f}-{row['high']:.1f})")
        for row in tables["design_panel"].values()
        if row["robust"]
    ]
    return markdown(("theory", "robust", "hazard"), found)


def design_clause_rows(tables: Tables) -> list[str]:
    """Return, for the clauses of three texts, what each is worth and what taking it out changes most."""
    rows: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in tables["design_clauses"].values():
        if row["kind"] == "without" and place_of(row["truce"]) in SHOWN:
            rows.setdefault((row["truce"], row["clause"]), []).append(row)
    found = []
    for (truce, clause), own in rows.items():
        low, high = (pick(own, key=lambda row: row["change"]) for pick in (min, max))
        cells = [
            f"{row['change']:+.2f}, {row['theory']}" if sign * row["change"] > LITTLE else "0"
            for sign, row in ((-1, low), (1, high))
        ]
        gains = (shown(low[side] if abs(low[side]) > LITTLE else 0.0, ".2f") for side in ("usa", "chn"))
        found.append((place_of(truce), clauses(clause), *cells, *gains))
    return markdown(("text", "without the clause", "lowers most", "raises most", "USA", "China"), found)


TRADE_SETTINGS = ("linear", "s = 0", "rule", "s = 1")
AGREEING = 0.8
"""Share of draws that have to agree with the central values for a word other than open."""
TRADE_MOVED = 0.05
"""By so much a share moves for a row to be shown."""


def trade_verdict_rows(_: Tables) -> list[str]:
    """Return what is said of the tariff leg under each setting, and of others where words differ."""
    found = read_frame(DATA / "trade_verdicts.parquet")
    rows = []
    for (place, leg, theory), own in found.groupby(["place", "leg", "theory"], sort=False):
        under = own.set_index("setting")
        if leg == "tariff" or under["word"].nunique() > 1:
            cells = map(_both_ways, under.loc[list(TRADE_SETTINGS)].to_dict("records"))
            rows.append((place, leg, theory, *cells))
    return markdown(("truce", "leg", "theory", *TRADE_SETTINGS), rows)


def _both_ways(row: Mapping[str, Any]) -> str:
    """Return a verdict with its share where draws are left out and, if it differs, counted as broken."""
    # Without a draw in which keeping is rational there is no first share, and none holds.
    broken = 0.0 if row["irrational"] == 1.0 else row["share"] * (1.0 - row["irrational"])
    shares = dict.fromkeys((shown(row["share"], ".2f"), f"{broken:.2f}"))
    return f"{row['word']}, {' / '.join(shares)}"


def headline_rows(_: Tables) -> list[str]:
    """Return both conventions by setting and theory, and what choices leave of the text alone."""
    found, rows = read_frame(DATA / "headline.parquet"), []
    for (place, leg, theory), own in found.groupby(["place", "leg", "theory"], sort=False):
        if leg == "other":
            continue
        under = own.set_index("setting").loc[list(TRADE_SETTINGS)]
        cells = [f"{row['word']}, {_both(row['share'], row['counted'])}" for _, row in under.iterrows()]
        rows.append((place, leg, theory, *cells))
        if under["consistent"].notna().all():
            cells = [f"{row['consistent']:.2f} ({row['effective']:.0f})" for _, row in under.iterrows()]
            rows.append((place, leg, f"{theory}, by choices", *cells))
    return markdown(("truce", "leg", "theory", "central", *TRADE_SETTINGS[1:]), rows)


def _both(share: float, counted: float) -> str:
    """Return a share under both conventions, or once if they agree."""
    return " / ".join(dict.fromkeys((f"{share:.2f}", f"{counted:.2f}")))


def right_rows(tables: Tables) -> list[str]:
    """Return by theory how often all legs come out as in the record, under both conventions."""
    found, rows = tables["theory_sets"], []
    for theory in dict.fromkeys(row["theory"] for row in found.values()):
        own = [found[_key(f"{theory}/{of}")] for of in (*SHOWN, " and ".join(SHOWN))]
        cells = [_both(row["share"], row["share"] * (1.0 - row["irrational"])) for row in own]
        rows.append((theory, *cells, ", ".join(dict.fromkeys(str(row["draws"]) for row in own))))
    return markdown(("theory", *SHOWN, "both", "draws in which keeping is rational"), rows)


def trade_claim_rows(_: Tables) -> list[str]:
    """Return the claims whose share is another in a world of trade."""
    found = read_frame(DATA / "trade_claims.parquet").pivot(index="claim", columns="setting", values="share")
    found = found[list(TRADE_SETTINGS)]
    moved = found[(found.max(axis=1) - found.min(axis=1)) > TRADE_MOVED]
    rows = [(f"`{claim}`", *(f"{share:.2f}" for share in row)) for claim, row in moved.iterrows()]
    return markdown(("claim", *TRADE_SETTINGS), rows)


def trade_step_rows(_: Tables) -> list[str]:
    """Return what the steps to the peak do to every region after a year, by the rule."""
    found = read_frame(DATA / "trade_steps.parquet").query(
        "setting == 'rule' and start == 'geneva' and end == 'peak' and days == '365'"
    )
    wide = found.pivot(index="region", columns="side", values=["percent", "usd_bn"])
    order = list(dict.fromkeys(found["region"]))
    rows = [
        (
            region,
            *(
                f"{wide.loc[region, ('percent', s)]:+.2f} ({wide.loc[region, ('usd_bn', s)]:+.0f})"
                for s in ("USA", "CHN")
            ),
        )
        for region in order
    ]
    return markdown(("region", "US step, 51.1 to 126.5", "Chinese step, 32.6 to 147.6"), rows)


def trade_weight_rows(_: Tables) -> list[str]:
    """Return the least weights that turn verdicts on tariffs."""
    found = read_frame(DATA / "trade_weights.parquet")
    rows = []
    for (place, theory, interest), own in found.groupby(["place", "theory", "interest"], sort=False):
        under = own.set_index("setting")["weight"]
        cells = ("none" if pd.isna(under[one]) else f"{under[one]:.2f}" for one in TRADE_SETTINGS)
        rows.append((place, theory, interest, *cells))
    return markdown(("truce", "theory", "weight on", *TRADE_SETTINGS), rows)


PAYOFF_GROUPS = ("rare-earth curb", "minerals ban", "controls and visas", "state", "all")
"""Groups of payoffs that the answers to "why 2025" read."""
TURNED = 0.05
"""Shares of draws that move by less are shown as the same."""
DIFFER = 5.0
"""Payoffs of the two calibrations that differ by less, in billions of dollars a year, are not on the page."""


def payoff_origin_rows(_: Tables) -> list[str]:
    """Return what levels are worth to either side in both calibrations where these differ."""
    names = ng.load_scenario("us-china-2025").names
    found = read_frame(DATA / "payoffs_origins.parquet")
    keys = ["holder", "instrument", "level", "side"]
    before = found.query("replaced == 'central'").set_index(keys)["usd_bn"]
    rows = []
    for row in found.query("replaced == 'all'").itertuples():
        was = before[row.holder, row.instrument, row.level, row.side]
        if abs(row.usd_bn - was) >= DIFFER:
            words = f"{row.holder} {names[f'{row.instrument}={row.level}']}"
            rows.append((words, row.side, f"{was:.3g}", f"{row.usd_bn:.3g}", row.standing))
    return markdown(("level", "for", "central", "sourced", "from"), rows)


def payoff_count_rows(_: Tables) -> list[str]:
    """Return how many payoffs have which standing, in both calibrations."""
    found = read_frame(DATA / "payoffs_origins.parquet")
    kinds = ("sourced", "reposted", "bounded", "assumed")
    rows = []
    for name, words in (("central", "`central`"), ("all", "`sourced`")):
        own = found[found["replaced"] == name]["standing"].value_counts()
        rows.append((words, *(str(int(own.get(kind, 0))) for kind in kinds)))
    return markdown(("calibration", *kinds), rows)


def payoff_why_rows(_: Tables) -> list[str]:
    """Return the claims about 2025 and 2023 under each replacement, and what Busan is worth to the USA."""
    why = read_frame(DATA / "payoffs_why.parquet")
    stakes = read_frame(DATA / "payoffs_stakes.parquet").set_index(["replaced", "lives"])["usd_bn"]
    columns = ("central", *PAYOFF_GROUPS)
    shares = why.pivot(index="claim", columns="replaced", values="share")
    rows = [
        (f"`{claim}`", *(f"{shares.loc[claim, name]:.2f}" for name in columns))
        for claim in dict.fromkeys(why["claim"])
    ]
    for lives, words in ((True, "with"), (False, "without")):
        cells = (f"{stakes[name, lives]:.0f}" for name in columns)
        rows.append((f"US stake in Busan, USD bn a year, {words} the overdose benefit", *cells))
    return markdown(("", *columns), rows)


def payoff_verdict_rows(_: Tables) -> list[str]:
    """Return legs that some replacement moves: before, after all, and the groups that move it alone."""
    found = read_frame(DATA / "payoffs_replaced.parquet")
    rows = []
    for (truce, theory), own in found.groupby(["truce", "theory"], sort=False):
        under = own.set_index("replaced")
        if len(under) == len(("central", "all")):  # one group at a time is asked by quick theories alone
            continue
        for leg in ("tariff", "control", "other"):
            cells = {
                name: (bool(row[f"{leg}_margin"] >= 0), bool(row[f"{leg}_rational"]), row[f"{leg}_share"])
                for name, row in under.iterrows()
            }
            held, rational, share = cells["central"]
            moved = [
                name
                for name, cell in cells.items()
                if cell[:2] != (held, rational) or abs(cell[2] - share) > TURNED
            ]
            if moved:
                before, after = (_leg_words(cells[name]) for name in ("central", "all"))
                alone = ", ".join(name for name in moved if name != "all")
                rows.append((place_of(truce), leg, theory, before, after, alone or "none alone"))
    return markdown(("truce", "leg", "theory", "central", "sourced", "moved by"), rows)


def _leg_words(cell: tuple[bool, bool, float]) -> str:
    """Return whether a leg holds at the centre, and its share of draws."""
    held, rational, share = cell
    agree = share if held else 1.0 - share
    word = ("holds" if held else "breaks") if agree >= AGREEING else "open"
    return f"{word if rational else 'not rational'}, {share:.2f}"


def payoff_claim_rows(_: Tables) -> list[str]:
    """Return the claims whose share of draws moves when all payoffs are replaced."""
    found = read_frame(DATA / "payoffs_claims.parquet").pivot(
        index="claim", columns="replaced", values="share"
    )
    moved = found[(found["all"] - found["central"]).abs() > TURNED]
    rows = [(f"`{claim}`", f"{row['central']:.2f}", f"{row['all']:.2f}") for claim, row in moved.iterrows()]
    return markdown(("claim", "central", "sourced"), rows)


BLOCKS: dict[str, Callable[[Tables], list[str]]] = {
    "verdicts": verdict_rows,
    "verdicts-in-short": short_verdict_rows,
    "lives": life_rows,
    "claims": claim_rows,
    "anew": anew_rows,
    "anew-all": anew_all_rows,
    "horizons": horizon_rows,
    "restraint": restraint_rows,
    "restraint-map": map_rows,
    "moving": moving_rows,
    "panel-rates": panel_rate_rows,
    "panel-survival": panel_survival_rows,
    "panel-answers": panel_answer_rows,
    "panel-kind": panel_kind_rows,
    "panel-shares": panel_share_rows,
    "panel-theories": panel_theory_rows,
    "panel-scores": panel_score_rows,
    "panel-ratios": panel_ratio_rows,
    "panel-unseen": panel_unseen_rows,
    "panel-truces": panel_truce_rows,
    "first-year": first_year_rows,
    "forecasts": forecast_rows,
    "evidence": evidence_rows,
    "evidence-answers": evidence_answer_rows,
    "recovery": recovery_rows,
    "recovery-coverage": recovery_coverage_rows,
    "design-frontier": design_frontier_rows,
    "design-truces": design_truce_rows,
    "design-panel": design_panel_rows,
    "design-clauses": design_clause_rows,
    "revealed-choices": revealed_choice_rows,
    "revealed-verdicts": revealed_verdict_rows,
    "headline": headline_rows,
    "theories-right": right_rows,
    "trade-verdicts": trade_verdict_rows,
    "trade-claims": trade_claim_rows,
    "trade-steps": trade_step_rows,
    "trade-weights": trade_weight_rows,
    "payoffs-origins": payoff_origin_rows,
    "payoffs-counts": payoff_count_rows,
    "payoffs-why": payoff_why_rows,
    "payoffs-verdicts": payoff_verdict_rows,
    "payoffs-claims": payoff_claim_rows,
}


def main(arguments: list[str] | None = None) -> int:
    """Fill the pages, or say which differ."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true", help="write nothing; name the pages that differ")
    options = parser.parse_args(arguments)
    differ, tables = [], all_tables()
    for page in pages():
        text = page.read_text(encoding="utf-8")
        new = filled(text, tables)
        if new != text:
            differ.append(page)
            if not options.check:
                page.write_text(new, encoding="utf-8")
    for page in differ:
        sys.stdout.write(f"{page.relative_to(ROOT)}: {'differs' if options.check else 'written'}\n")
    return int(options.check and bool(differ))


if __name__ == "__main__":
    raise SystemExit(main())
