"""The subcommands of `negotiation`: the options of each, declared once, and the function that does its work.

Options that several subcommands share are declared in `negotiation.report.commands.typed`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from negotiation.report.commands.typed import (
    ALL,
    KINDS,
    AgreementArgument,
    AsOfOption,
    CalibrationOption,
    DisputeOption,
    DrawsOption,
    ExperimentsOption,
    OutOption,
    ScenarioArgument,
    ScenarioOption,
    SeedOption,
    SetOption,
    VerboseOption,
    agreements,
    command,
    experiments,
    panel_app,
    scenarios,
)

MAIN_SCENARIO = "us-china-2025"


@command(
    "replay:run_replay", "Compare the record of truces with the solved game, leg by leg.", "replay busan"
)
class ReplayOptions:
    """Compare the record of truces with the solved game, leg by leg, and write tables and figures."""

    truces: Annotated[
        list[str],
        Argument(
            metavar="TRUCE",
            help="Names of truces, or their beginnings; by default Geneva and Busan.",
            default_factory=list,
            show_default=False,
            autocompletion=agreements,
        ),
    ]
    scenario: DisputeOption = None
    out: OutOption = Path("results")
    draws: DrawsOption = 256
    seed: SeedOption = 0
    predict: Annotated[bool, Option("--predict", help="Also print scores, a look ahead and claims.")] = False
    full: Annotated[bool, Option("--full", help="Also compute parts over all draws; takes minutes.")] = False
    verbose: VerboseOption = False
    fresh: Annotated[bool, Option("--fresh", help="Compute stored parts again.")] = False
    as_of: AsOfOption = None
    settings: SetOption = None


@command(
    "verdict:run_verdict",
    "Say whether each leg of an agreement holds, and by how much.",
    "verdict busan --draws 64",
)
class VerdictOptions:
    """Say whether each leg of an agreement holds under each theory, with or without noise."""

    agreement: AgreementArgument
    scenario: DisputeOption = None
    draws: DrawsOption = 256
    seed: SeedOption = 0
    remedy: Annotated[str, Option(help='Answer to a breach: "for ever", "for the term" or "as written".')] = (
        "for ever"
    )
    noise: Annotated[bool, Option("--noise", help="Let agencies slip and clauses be misread.")] = False
    counted: Annotated[
        str, Option(help='Draws in which keeping is not rational: "left out" or "as broken".')
    ] = "left out"
    turns: Annotated[bool, Option("--turns", help="Also print the values at which verdicts change.")] = False
    anatomy: Annotated[bool, Option("--anatomy", help="Also print the effects of clauses and payments.")] = (
        False
    )
    revealed: Annotated[bool, Option("--revealed", help="Also judge where earlier choices pay.")] = False
    as_of: AsOfOption = None
    settings: SetOption = None
    verbose: VerboseOption = False


@command(
    "ask:run_ask",
    "Say what a move costs, what answers it best, and which legs fall.",
    'ask "USA tariff 60"',
)
class AskOptions:
    """Say what moves cost each side in dollars a year, what the best answer is, and which legs fall."""

    moves: Annotated[
        list[str],
        Argument(metavar="MOVE", help="Country, instrument, and level or rate; several are allowed."),
    ]
    scenario: ScenarioOption = MAIN_SCENARIO
    calibration: CalibrationOption = None
    on: Annotated[
        str | None, Option(help="Day of the moves, such as 2025-04-02; by default the record's last.")
    ] = None
    draws: Annotated[int, Option(min=0, help="Number of draws behind ranges and shares.")] = 64
    seed: SeedOption = 0
    settings: SetOption = None
    out: Annotated[Path | None, Option(help="Folder to write a figure to.")] = None
    verbose: VerboseOption = False


@command(
    "side_by_side:run_compare",
    "Show two texts side by side, with their verdicts.",
    "compare busan my-draft.toml",
)
class CompareOptions:
    """Show two texts side by side: what each binds, and whether its legs hold under each theory."""

    first: AgreementArgument
    second: AgreementArgument
    scenario: DisputeOption = None
    draws: DrawsOption = 64
    seed: SeedOption = 0
    settings: SetOption = None


@command(
    "side_by_side:run_data",
    "Write the data of a dispute as CSV files, with a dictionary.",
    "data us-china-2025 --out data",
)
class DataOptions:
    """Write the data of a dispute as CSV files: truces, clauses, moves, parameters, choices and trade.

    A dictionary describes every column.
    """

    scenario: ScenarioArgument = MAIN_SCENARIO
    out: OutOption = Path("data")
    calibration: CalibrationOption = None


@command(
    "design:run_design",
    "Say which text would hold on a day, and what it is worth.",
    "design us-china-2025 --on 2025-10-30",
)
class DesignOptions:
    """Say which text would hold on a day under each theory, and what it is worth to each side."""

    scenario: ScenarioArgument
    on: Annotated[
        str | None, Option(help="Day of signing, such as 2025-10-30; by default the record's last.")
    ] = None
    bind: Annotated[
        str | None, Option(help="Bind only these instruments, such as 'tariff,CHN purchases'.")
    ] = None
    level: Annotated[
        list[str] | None, Option(help="Level to try, such as 'USA tariff busan'; may be repeated.")
    ] = None
    theories: Annotated[str | None, Option(help="Use only these theories: NAME,...")] = None
    robust: Annotated[float, Option(help="Share of draws in which a text must hold.")] = 0.9
    clock: Annotated[
        list[int] | None, Option(help="Term to try, in days; may be repeated. By default no term.")
    ] = None
    linkage: Annotated[
        str | None, Option(help="Kinds of linkage to try, such as within_issue,all_or_nothing.")
    ] = None
    consultation: Annotated[bool, Option("--consultation", help="Also try a channel of consultation.")] = (
        False
    )
    size: Annotated[str | None, Option(help="Size of the game; by default core.")] = None
    draws: Annotated[int, Option(min=1, help="Number of parameter draws in the search.")] = 16
    fresh: Annotated[int, Option(min=1, help="Number of fresh draws behind every share.")] = 2048
    texts: Annotated[int, Option(min=1, help="Largest number of texts to evaluate.")] = 2000
    seed: SeedOption = 0
    revealed: Annotated[
        bool, Option("--revealed", help="Also judge in draws in which earlier choices pay; takes minutes.")
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
        Argument(help="Name of a truce; by default the text in force.", autocompletion=agreements),
    ] = None
    as_of: Annotated[
        str | None, Option(help="Last day known, such as 2025-11-30; by default the record's last.")
    ] = None
    months: Annotated[int, Option(min=1, max=120, help="Number of whole months to forecast.")] = 12
    scenario: DisputeOption = None
    by: Annotated[
        str | None, Option(help="A rule, pool, all (theories) or NAME,...; by default the best scored.")
    ] = None
    by_day: Annotated[str | None, Option(help="Print the chance of each series by this day, in words.")] = (
        None
    )
    show: Annotated[Path | None, Option(help="File of a frozen forecast to show.")] = None
    posterior: Annotated[Path | None, Option(help="File with parameter draws of theories.")] = None
    instrument: Annotated[str | None, Option(help="Show only this instrument, such as tariff.")] = None
    country: Annotated[str | None, Option(help="Show only this country, such as CHN.")] = None
    freeze: Annotated[Path | None, Option(help="Folder in which to freeze the forecast.")] = None
    questions: Annotated[Path | None, Option(help="File to write the questions to, without chances.")] = None
    verbose: VerboseOption = False


@command(
    "score:run_score",
    "Score a forecast on questions whose outcomes are known.",
    "score chances.csv --questions 2026-second",
)
class ScoreOptions:
    """Score a forecast and baselines: log and Brier scores, AUC, expected moves, and gains with intervals.

    FILE is a frozen forecast, a table with the columns question and probability, or a forecast set in the
    format of ForecastBench. Questions are a set of the dispute, such as 2026-second, a table of questions
    with their outcomes, or `record` for the dispute's own record.
    """

    file: Annotated[
        Path | None,
        Argument(help="A frozen forecast, forecast set, or table; with --board, a folder."),
    ] = None
    board: Annotated[bool, Option("--board", help="Score all frozen forecasts of a folder.")] = False
    questions: Annotated[str | None, Option(help="A set, a table (.csv) or record; by default all sets.")] = (
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

    scenario: ScenarioArgument = MAIN_SCENARIO
    theory: Annotated[str, Option(help="Name of a theory with a form in continuous time.")] = (
        "each for itself"
    )
    until: Annotated[str | None, Option(help="First day after the data; by default after the record.")] = None
    since: Annotated[str | None, Option(help="Leave out agreements signed before this day.")] = None
    size: Annotated[str | None, Option(help="Size of the games; by default core.")] = None
    instruments: Annotated[list[str] | None, Option(help="Instrument, if not a size; may be repeated.")] = (
        None
    )
    parameters: Annotated[
        list[str] | None, Option(help="Parameter to estimate; may be repeated. By default all.")
    ] = None
    particles: Annotated[int, Option(min=1, help="Number of particles, a multiple of 8 per island.")] = 256
    islands: Annotated[int, Option(min=1, help="Number of independent samplers.")] = 4
    seed: SeedOption = 0
    workers: Annotated[int, Option(min=1, help="Number of processes that solve games.")] = 1
    kept: Annotated[
        Path | None, Option(help="File (.npz) in which to save particles, and from which to resume.")
    ] = None
    priors: Annotated[Path | None, Option(help="File (.toml) with priors in place of the ranges.")] = None
    learned: Annotated[Path | None, Option(help="File to write the posterior to, for a later --priors.")] = (
        None
    )


@command("solve:run_solve", "Find the Nash equilibria of a game and verify each of them.", "solve game.nfg")
class SolveOptions:
    """Find the Nash equilibria of a game and verify each of them.

    In a .csv file the header names the second player's actions, and each row begins with an action of the
    first player. A cell is a pair of payoffs in quotes: "9, 10".
    """

    game: Annotated[
        Path | None,
        Argument(help="File of a game (.json, .nfg or .csv); by default a posture game."),
    ] = None
    scenario: ScenarioOption = MAIN_SCENARIO
    size: Annotated[str, Option(help="Size of the posture game: small, core or full.")] = "small"
    method: Annotated[str, Option(help="Name of a solver, or auto.")] = "auto"
    exact: Annotated[bool, Option("--exact", help="Prove each in fractions; --json prints them.")] = False


@command(
    "solve:run_verify",
    "Check exactly whether profiles are Nash equilibria.",
    "verify game.nfg profile.csv",
)
class VerifyOptions:
    """Check in exact arithmetic whether profiles are Nash equilibria.

    The exit status is 1 if a profile is not an equilibrium. A profile is a table with the columns player,
    action and probability, and equilibrium if there are several. It may also be rows of probabilities as
    Gambit prints them, with one profile or one player per row.
    """

    game: Annotated[Path, Argument(help="File of a game (.json, .nfg or .csv).")]
    profile: Annotated[Path, Argument(help="Table (.csv) of player, action and probability; or numbers.")]


@command("certify:run_certify", "Write certificates that anybody can check.", "certify game.nfg")
class CertifyOptions:
    """Write certificates of a game, and a single file that checks them with Python alone.

    The certificates of a truce are for the strategies on which each theory's verdicts rest. The exit status
    is 1 if something could not be certified.
    """

    game: Annotated[
        str, Argument(metavar="FILE", help="File of a game (.json, .nfg or .csv), or the name of a truce.")
    ]
    strategy: Annotated[
        list[Path] | None, Option(help="File of a strategy (.json); by default the solutions.")
    ] = None
    scenario: DisputeOption = None
    out: OutOption = Path("certificates")
    overwrite: Annotated[bool, Option("--overwrite", help="Replace existing files.")] = False


@command("play:run_play", "Play one side of a truce, or run the bench of agents.", "play busan --as CHN")
class PlayOptions:
    """Play one side of a truce against a certified strategy, and see what your choices cost you."""

    agreement: Annotated[str | None, Argument(help="Name of a truce.", autocompletion=agreements)] = None
    side: Annotated[str | None, Option("--as", help="Country to play; by default the first.")] = None
    theory: Annotated[str | None, Option(help="Theory that the other side follows; by default the text.")] = (
        None
    )
    rounds: Annotated[int, Option(min=1, help="Number of rounds.")] = 12
    seed: SeedOption = 0
    again: Annotated[Path | None, Option(help="File of a saved play to show again.")] = None
    bench: Annotated[bool, Option("--bench", help="Run the bench of agents; takes minutes.")] = False
    out: OutOption = Path("results/play")


@command("sweep:run_experiment", "Run an experiment, or the missing part of it.", "run claims --workers 2")
class RunOptions:
    """Run an experiment, or the missing part of it, and write its table (CSV, Parquet) and figure."""

    slug: Annotated[
        str,
        Argument(
            metavar="EXPERIMENT", help="Name of an experiment, or its file (.py).", autocompletion=experiments
        ),
    ]
    workers: Annotated[int, Option(min=1, help="Number of processes.")] = 1
    executor: Annotated[str, Option(help="Where to compute: local or dask.")] = "local"
    scheduler: Annotated[str | None, Option(help="Address of a dask scheduler; local by default.")] = None
    limit: Annotated[int | None, Option(min=1, help="Largest number of cells to compute.")] = None
    batch: Annotated[int | None, Option(min=1, help="Number of cells in a batch.")] = None
    resume: Annotated[bool, Option("--resume", help="Resume a run; fail if nothing is stored.")] = False
    retry_failed: Annotated[bool, Option("--retry-failed", help="Compute failed cells again.")] = False
    wait: Annotated[float, Option(min=0, help="Seconds to wait for another run.")] = 0.0
    out: OutOption = Path("results")
    experiments: ExperimentsOption = Path("experiments")


@command(
    "sweep:show_results",
    "Show the stored results of an experiment, also while it runs.",
    "results claims",
)
class ResultsOptions:
    """Show the stored results of an experiment, also while it runs."""

    slug: Annotated[
        str, Argument(metavar="EXPERIMENT", help="Name of an experiment.", autocompletion=experiments)
    ]
    out: Annotated[Path, Option(help="Folder of the stored results.")] = Path("results")


@command("listing:run_list", "List the names that other commands accept.", "list theories")
class ListOptions:
    """List the names of one kind that other commands accept, or count the names of each kind."""

    kind: Annotated[
        str | None,
        Argument(
            help=f"{', '.join(KINDS)} or {ALL}; without it, the numbers of names.",
            autocompletion=lambda: [*KINDS, ALL],
        ),
    ] = None
    experiments: ExperimentsOption = Path("experiments")


@command("new:run_new", "Write the folder of a new dispute here.", "new my-dispute-2024 --countries AAA,BBB")
class NewOptions:
    """Write the folder of a new dispute here, with invented countries for you to replace."""

    name: Annotated[str, Argument(help="Name of the dispute and of its folder.")]
    countries: Annotated[str, Option(help="Codes of two or more countries, three capital letters each.")] = (
        "AAA,BBB"
    )


@command("check:run_check", "List every fault of a dispute's folder.", "check my-dispute-2024")
class CheckOptions:
    """List every fault of a dispute's folder, with its file and field. If any, the exit status is 2."""

    folder: Annotated[str, Argument(help="Folder of a dispute, or its name.", autocompletion=scenarios)]


@command("explore:run_explore", "Explore an agreement with sliders in a browser.", "explore --print")
class ExploreOptions:
    """Write a page on which sliders change an agreement's game, and open it in a browser."""

    agreement: Annotated[
        str | None,
        Argument(
            help="Name of an agreement, or its file (.toml); by default the text in force.",
            autocompletion=agreements,
        ),
    ] = None
    out: OutOption = Path("explorer")
    browser: Annotated[bool, Option(help="Open the page in a browser.")] = True
    only_print: Annotated[
        bool, Option("--print", help="Print the answers at the first position of the sliders, and exit.")
    ] = False


@command("doctor:run_doctor", "Show versions and threads, or compile all kernels.", "doctor --compile")
class DoctorOptions:
    """Show versions, threads and installed optional packages, or compile all kernels."""

    compile_kernels: Annotated[
        bool, Option("--compile", help="Compile all kernels for this machine; takes a minute, once.")
    ] = False


Folder = Annotated[Path, Argument(help="Folder with truces.csv, instruments.csv, sides.csv and trade.csv.")]


@command(
    "panel:run_check",
    "List every fault of a folder of truces, or its rates by leg.",
    "panel check my-truces",
    panel_app,
)
class PanelCheckOptions:
    """List every fault of a folder of truces. If there is none, print rates of first harsher steps by leg."""

    folder: Folder


@command(
    "panel:run_predict",
    "Write the chances that parts of truces are kept.",
    "panel predict my-truces --out chances.csv",
    panel_app,
)
class PanelPredictOptions:
    """Write the chance that each part of each truce is kept for 90, 365 and 1095 days.

    A part is a leg, bound or left out. The outcomes of the folder are not read, and the models are fitted to
    the 72 truces of the package. This takes a minute.
    """

    folder: Folder
    out: Annotated[Path, Option(help="CSV file to write.")] = Path("predictions.csv")


@command(
    "panel:run_score",
    "Score a file of chances against what became of the truces.",
    "panel score my-truces chances.csv",
    panel_app,
)
class PanelScoreOptions:
    """Score a file of chances against the outcomes of a folder, by horizon and model."""

    folder: Folder
    file: Annotated[Path, Argument(help="File of chances, as `panel predict` writes it.")]
    verbose: VerboseOption = False
