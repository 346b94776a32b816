"""The subcommands of `negotiation`: the options of each, declared once, and the function that does its work.

Options that several subcommands share are declared in `negotiation.report.commands.typed`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from negotiation.report.commands.typed import (
    AgreementArgument,
    AsOfOption,
    DisputeOption,
    DrawsOption,
    ExperimentsOption,
    OutOption,
    PlaceOption,
    ScenarioOption,
    SeedOption,
    SetOption,
    VerboseOption,
    agreements_begun,
    command,
    experiments_begun,
    kinds_begun,
    panel_app,
    scenarios_begun,
)

MAIN_SCENARIO = "us-china-2025"


@command(
    "replay:run_replay", "Replay truces through the solved game: verdict by leg, and why.", "replay busan"
)
class ReplayOptions:
    """Replay truces of the record through the solved game: verdict by leg, why, tables and figures."""

    truces: Annotated[
        list[str],
        Argument(
            metavar="TRUCE",
            help="Truces (or the beginning of a name); Geneva and Busan by default.",
            default_factory=list,
            show_default=False,
            autocompletion=agreements_begun,
        ),
    ]
    scenario: DisputeOption = None
    out: OutOption = Path("results")
    draws: DrawsOption = 256
    seed: SeedOption = 0
    predict: Annotated[bool, Option("--predict", help="Also scores, a look ahead, claims.")] = False
    full: Annotated[bool, Option("--full", help="Also over all draws; takes minutes.")] = False
    verbose: VerboseOption = False
    fresh: Annotated[bool, Option("--fresh", help="Compute cached parts again.")] = False
    as_of: AsOfOption = None
    settings: SetOption = None


@command(
    "verdict:run_verdict",
    "Say whether each leg of an agreement holds, and by how much.",
    "verdict busan --draws 64",
)
class VerdictOptions:
    """Say whether each leg of an agreement holds: without noise, with it, under each theory."""

    agreement: Annotated[
        str,
        Argument(metavar="AGREEMENT", help="Its file (.toml), or its name.", autocompletion=agreements_begun),
    ]
    scenario: DisputeOption = None
    draws: DrawsOption = 256
    seed: SeedOption = 0
    remedy: Annotated[
        str, Option("--remedy", help="Answer to a breach: for ever, for the term, as written.")
    ] = "for ever"
    noise: Annotated[bool, Option("--noise", help="With slips and misreading.")] = False
    counted: Annotated[
        str, Option("--counted", help="Draws in which keeping is not rational: left out, as broken.")
    ] = "left out"
    turns: Annotated[bool, Option("--turns", help="Also values at which verdicts change.")] = False
    anatomy: Annotated[bool, Option("--anatomy", help="Also effects of clauses, payments.")] = False
    revealed: Annotated[bool, Option("--revealed", help="Also where earlier choices pay.")] = False
    as_of: AsOfOption = None
    settings: SetOption = None
    verbose: VerboseOption = False


@command(
    "ask:run_ask", "Say what a move costs whom, what answers it, and which legs fall.", 'ask "USA tariff 60"'
)
class AskOptions:
    """Say what moves cost each side in dollars a year, what answers them, and which legs fall."""

    moves: Annotated[
        list[str], Argument(metavar="MOVE", help="Country, instrument, level or rate; repeatable.")
    ]
    scenario: PlaceOption = None
    calibration: Annotated[
        str | None, Option("--calibration", help="A calibration of the dispute, such as sourced.")
    ] = None
    on: Annotated[
        str | None, Option("--on", help="Day, such as 2025-04-02; the record's last day by default.")
    ] = None
    draws: Annotated[int, Option("--draws", min=0, help="Draws behind ranges and shares.")] = 64
    seed: SeedOption = 0
    settings: SetOption = None
    out: Annotated[Path | None, Option("--out", help="Folder for a picture.")] = None
    verbose: VerboseOption = False


@command(
    "side_by_side:run_compare",
    "Set two texts side by side, with their verdicts.",
    "compare busan my-draft.toml",
)
class CompareOptions:
    """Set two texts side by side: what each binds whom to, and whether its legs hold under each theory."""

    first: AgreementArgument
    second: AgreementArgument
    scenario: PlaceOption = None
    draws: Annotated[int, Option("--draws", min=0, help="Draws behind the shares.")] = 64
    seed: SeedOption = 0
    settings: SetOption = None


@command(
    "side_by_side:run_data",
    "Write what a dispute holds as CSV, with a dictionary.",
    "data us-china-2025 --out data",
)
class DataOptions:
    """Write what a dispute holds as CSV: truces, clauses, moves, parameters, choices, trade, a dictionary."""

    scenario: Annotated[str | None, Argument(metavar="SCENARIO", help="A dispute, or its folder.")] = None
    out: Annotated[Path, Option("--out", help="Folder for the files.")] = Path("data")
    calibration: Annotated[str | None, Option("--calibration", help="Name of a calibration.")] = None


@command(
    "design:run_design",
    "Say which text would hold on a day, and what it is worth.",
    "design us-china-2025 --on 2025-10-30",
)
class DesignOptions:
    """Say which text would hold on a day under each theory, and what it is worth to each side."""

    scenario: Annotated[str, Argument(metavar="SCENARIO", help="Name of a dispute, or its folder.")]
    on: Annotated[
        str | None, Option("--on", help="Day, such as 2025-10-30; the record's last day by default.")
    ] = None
    bind: Annotated[
        str | None, Option("--bind", help="Only these instruments, such as tariff,CHN purchases.")
    ] = None
    level: Annotated[
        list[str] | None,
        Option("--level", help="A level to try, such as 'USA tariff busan'; repeat the option."),
    ] = None
    theories: Annotated[str | None, Option("--theories", help="Only these: NAME,...")] = None
    robust: Annotated[float, Option("--robust", help="Share of draws that must hold.")] = 0.9
    clock: Annotated[
        list[int] | None,
        Option("--clock", help="A term in days to try; repeat the option. None by default."),
    ] = None
    linkage: Annotated[
        str | None, Option("--linkage", help="Kinds of linkage to try, such as within_issue,all_or_nothing.")
    ] = None
    consultation: Annotated[bool, Option("--consultation", help="Also try a channel of consultation.")] = (
        False
    )
    size: Annotated[str | None, Option("--size", help="Size of the game; core by default.")] = None
    draws: Annotated[int, Option("--draws", min=1, help="Draws of the search.")] = 16
    fresh: Annotated[int, Option("--fresh", min=1, help="Fresh draws behind every share.")] = 2048
    texts: Annotated[int, Option("--texts", min=1, help="Largest number of texts to evaluate.")] = 2000
    seed: SeedOption = 0
    revealed: Annotated[
        bool, Option("--revealed", help="Also where earlier choices pay: minutes for many theories.")
    ] = False


@command(
    "forecast:run_forecast",
    "Give the chance of each next move by month.",
    "forecast --country CHN --instrument tariff",
    one_thread=True,
)
class ForecastOptions:
    """Give the chance of each next move by month, from what was public on a day."""

    truce: Annotated[
        str | None,
        Argument(metavar="TRUCE", help="The text in force by default.", autocompletion=agreements_begun),
    ] = None
    as_of: Annotated[
        str | None, Option(help="Last known day, such as 2025-11-30; the record's last by default.")
    ] = None
    months: Annotated[int, Option(min=1, max=120, help="Number of whole months ahead.")] = 12
    scenario: DisputeOption = None
    by: Annotated[
        str | None,
        Option(help="A rule, pool, all (theories), or NAME,...; by default the one that scores best."),
    ] = None
    by_day: Annotated[
        str | None, Option("--by-day", help="Print one chance for each series, by this day, in words.")
    ] = None
    show: Annotated[Path | None, Option(help="Show this frozen forecast.")] = None
    posterior: Annotated[Path | None, Option(help="Parameter draws of theories.")] = None
    instrument: Annotated[str | None, Option(help="Only this instrument, such as tariff.")] = None
    country: Annotated[str | None, Option(help="Only this country, such as CHN.")] = None
    freeze: Annotated[Path | None, Option(help="Folder to store a copy in.")] = None
    questions: Annotated[Path | None, Option(help="Write the questions, without chances.")] = None
    verbose: VerboseOption = False


@command(
    "score:run_score",
    "Score a forecast on questions whose outcomes are known.",
    "score chances.csv --questions 2026-second",
)
class ScoreOptions:
    """Score a forecast and baselines: log and Brier scores, AUC, expected moves, gains with intervals.

    FILE is a frozen forecast, a table with the columns question and probability, or a forecast set in the
    format of ForecastBench. Questions are a set of the dispute, such as 2026-second, a table of questions
    with their outcomes, or `record` for the dispute's own record.
    """

    file: Annotated[
        Path | None,
        Argument(metavar="FILE", help="A frozen forecast, forecast set, or table; with --board, a folder."),
    ] = None
    board: Annotated[bool, Option("--board", help="All frozen forecasts, and what is resolved.")] = False
    questions: Annotated[str | None, Option(help="A set, a table (.csv), or record; default: all sets.")] = (
        None
    )
    scenario: DisputeOption = None
    verbose: VerboseOption = False


@command(
    "estimate:run_estimate",
    "Estimate a theory's parameters from the record.",
    "estimate --theory moment --particles 16 --islands 2",
)
class EstimateOptions:
    """Estimate a theory from the moves under agreements: its evidence, parameters and scores."""

    scenario: Annotated[
        str, Argument(metavar="SCENARIO", help="A dispute, or its folder.", autocompletion=scenarios_begun)
    ] = MAIN_SCENARIO
    theory: Annotated[str, Option(help="A theory in continuous time.")] = "each for itself"
    until: Annotated[
        str | None, Option(help="First day after the data; by default the day after the record.")
    ] = None
    since: Annotated[str | None, Option(help="Skip agreements signed before this day.")] = None
    size: Annotated[str | None, Option(help="Size of the games; core by default.")] = None
    instruments: Annotated[
        list[str] | None, Option(help="Names of instruments, in place of a size; repeat the option.")
    ] = None
    parameters: Annotated[list[str] | None, Option(help="Names to estimate; all by default.")] = None
    particles: Annotated[int, Option(min=1, help="A multiple of 8 per island.")] = 256
    islands: Annotated[int, Option(min=1, help="Independent samplers.")] = 4
    seed: SeedOption = 0
    workers: Annotated[int, Option(min=1, help="Processes that solve games.")] = 1
    kept: Annotated[Path | None, Option(help="File (.npz) to continue from, and to save particles in.")] = (
        None
    )
    priors: Annotated[Path | None, Option(help="Priors (.toml) in place of the ranges.")] = None
    learned: Annotated[Path | None, Option(help="File to write for a later --priors.")] = None


@command("solve:run_solve", "Find the Nash equilibria of a game and verify each of them.", "solve game.nfg")
class SolveOptions:
    """Find the Nash equilibria of a game and verify each of them.

    A .csv file has the second player's actions in its head, an action of the first player at the start of
    each row, and two payoffs in each cell, in quotes: "9, 10".
    """

    game: Annotated[
        Path | None,
        Argument(metavar="GAME", help="A game, .json, .nfg or .csv; a posture game if not given."),
    ] = None
    scenario: ScenarioOption = MAIN_SCENARIO
    size: Annotated[str, Option(help="Posture game: small, core or full.")] = "small"
    method: Annotated[str, Option(help="A solver's name, or auto.")] = "auto"
    exact: Annotated[bool, Option("--exact", help="Prove each in fractions; see --json.")] = False


@command(
    "solve:run_verify",
    "Check profiles from any source: exact margin, best deviation.",
    "verify game.nfg profile.csv",
)
class VerifyOptions:
    """Check in exact arithmetic whether profiles are Nash equilibria; status 1 if one is not.

    A profile is a table with the columns player, action, probability, and equilibrium if there are several;
    or rows of probabilities as Gambit prints them, with one profile or one player per row.
    """

    game: Annotated[Path, Argument(metavar="GAME", help="A game, .json, .nfg or .csv.")]
    profile: Annotated[
        Path, Argument(metavar="PROFILE", help="A table (.csv): player, action, probability; or numbers.")
    ]


@command("certify:run_certify", "Write certificates that anybody can check.", "certify game.nfg")
class CertifyOptions:
    """Write what is proven of a game, and the one file that decides it on Python alone; 1 if some is not.

    The certificates of a truce are of the strategies on which each theory's verdicts rest.
    """

    game: Annotated[
        str, Argument(metavar="FILE", help="A game, .json, .nfg or .csv; or the name of a truce.")
    ]
    strategy: Annotated[
        list[Path] | None, Option("--strategy", help="A strategy (.json); the solutions by default.")
    ] = None
    scenario: Annotated[
        str | None, Option("--scenario", help="Dispute of the truce, or the path of its folder.")
    ] = None
    out: Annotated[Path, Option("--out", help="Folder for what is written.")] = Path("certificates")
    overwrite: Annotated[bool, Option("--overwrite", help="Replace existing files.")] = False


@command("play:run_play", "Play a side of a truce, or run the bench of agents.", "play busan --as CHN")
class PlayOptions:
    """Play a side of a truce against a certified strategy, and see what you gave away."""

    agreement: Annotated[
        str | None, Argument(metavar="AGREEMENT", help="Name of a truce.", autocompletion=agreements_begun)
    ] = None
    side: Annotated[str | None, Option("--as", help="Side to play; the first country by default.")] = None
    theory: Annotated[str | None, Option(help="Theory of the other side; the text by default.")] = None
    rounds: Annotated[int, Option(min=1, help="Number of rounds.")] = 12
    seed: SeedOption = 0
    again: Annotated[Path | None, Option("--again", help="Show a saved play again.")] = None
    bench: Annotated[bool, Option("--bench", help="Run the bench; takes minutes.")] = False
    out: OutOption = Path("results/play")


@command("sweep:run_experiment", "Run an experiment, or the missing part of it.", "run claims --workers 2")
class RunOptions:
    """Run an experiment, or the missing part of it; write its table (CSV, Parquet) and figure."""

    slug: Annotated[
        str,
        Argument(
            metavar="EXPERIMENT",
            help="Its name, or the path of its file (.py).",
            autocompletion=experiments_begun,
        ),
    ]
    workers: Annotated[int, Option(min=1, help="Processes; 1 uses no pool.")] = 1
    executor: Annotated[str, Option(help="local or dask.")] = "local"
    scheduler: Annotated[
        str | None, Option(help="Address of a dask scheduler; a local cluster if not given.")
    ] = None
    limit: Annotated[int | None, Option(min=1, help="Compute at most this many cells.")] = None
    batch: Annotated[int | None, Option(min=1, help="Cells in a batch.")] = None
    resume: Annotated[bool, Option("--resume", help="Resume; fail if nothing is stored.")] = False
    retry_failed: Annotated[bool, Option("--retry-failed", help="Try failed cells again.")] = False
    wait: Annotated[float, Option(min=0, help="Seconds to wait for another run.")] = 0.0
    out: OutOption = Path("results")
    experiments: ExperimentsOption = Path("experiments")


@command(
    "sweep:show_results",
    "Show the stored results of an experiment, also while it runs.",
    "results claims",
)
class ResultsOptions:
    """Show the stored results of an experiment, also while a run is writing."""

    slug: Annotated[str, Argument(metavar="EXPERIMENT", help="Its name.", autocompletion=experiments_begun)]
    out: Annotated[Path, Option(help="Folder of stores.")] = Path("results")


@command("listing:run_list", "List the names that other commands accept.", "list theories")
class ListOptions:
    """Count the names that other commands accept, by kind; list one kind, or all."""

    kind: Annotated[
        str | None,
        Argument(
            metavar="KIND",
            help="scenarios, agreements, instruments, parameters, experiments, claims, theories, methods or "
            "all; how many there are if not given.",
            autocompletion=kinds_begun,
        ),
    ] = None
    experiments: ExperimentsOption = Path("experiments")


@command("new:run_new", "Write the folder of a new dispute here.", "new my-dispute-2024 --countries AAA,BBB")
class NewOptions:
    """Write the folder of a new dispute here: invented countries, to be replaced by your own."""

    name: Annotated[str, Argument(metavar="NAME", help="Name of the dispute and of its folder.")]
    countries: Annotated[str, Option(help="Codes of two countries or more, three capitals each.")] = "AAA,BBB"


@command("check:run_check", "List every fault of a dispute's folder.", "check my-dispute-2024")
class CheckOptions:
    """List every fault of a dispute's folder, with file and field; status 2 if there is one."""

    folder: Annotated[
        str,
        Argument(metavar="FOLDER", help="A dispute's folder, or its name.", autocompletion=scenarios_begun),
    ]


@command("explore:run_explore", "Put an agreement under sliders in a browser.", "explore --print")
class ExploreOptions:
    """Write a page with the agreement under sliders, which a browser opens from disk, and open it."""

    agreement: Annotated[
        str | None,
        Argument(
            metavar="[AGREEMENT]",
            help="Its file (.toml), or its name; the text in force if none is named.",
            autocompletion=agreements_begun,
        ),
    ] = None
    out: Annotated[Path, Option("--out", help="Folder of the page.")] = Path("explorer")
    browser: Annotated[bool, Option("--browser/--no-browser", help="Whether to open the page.")] = True
    only_print: Annotated[
        bool, Option("--print", help="Print the answers at the first position of sliders, and exit.")
    ] = False


@command("doctor:run_doctor", "Show versions and threads; compile everything now.", "doctor --compile")
class DoctorOptions:
    """Show versions, threads, and which optional parts are installed; or compile all kernels."""

    compile_kernels: Annotated[
        bool, Option("--compile", help="Compile all kernels now, for this machine: a minute or so, once.")
    ] = False


Folder = Annotated[
    Path, Argument(metavar="FOLDER", help="truces.csv, instruments.csv, sides.csv, trade.csv.")
]


@command(
    "panel:run_check",
    "List every fault of a folder of truces, and its rates by leg.",
    "panel check my-truces",
    panel_app,
)
class PanelCheckOptions:
    """List every fault of a folder of truces, or its rates of first harsher steps by leg if there is none."""

    folder: Folder


@command(
    "panel:run_predict",
    "Write the chances that parts of truces are kept.",
    "panel predict my-truces --out chances.csv",
    panel_app,
)
class PanelPredictOptions:
    """Write the chance that each leg of each truce, covered and left out, is kept for 90, 365 and 1095 days.

    The outcomes of the folder are not read; models are fitted to the 72 truces of the package. This takes a
    minute.
    """

    folder: Folder
    out: Annotated[Path, Option("--out", help="CSV file to write.")] = Path("predictions.csv")


@command(
    "panel:run_score",
    "Score a file of chances against what became of the truces.",
    "panel score my-truces chances.csv",
    panel_app,
)
class PanelScoreOptions:
    """Score a file of chances against the outcomes of a folder, by horizon and model."""

    folder: Folder
    file: Annotated[Path, Argument(metavar="FILE", help="A file that `panel predict` wrote.")]
    verbose: VerboseOption = False
