"""Experiments: a question, a space and a measure, and how their files are found."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    SerializeAsAny,
    ValidationError,
    field_validator,
)

from negotiation.base.labelled import Table, Tabular
from negotiation.base.reading.faults import field_faults
from negotiation.base.reading.hashes import canonical, digest, full_hash
from negotiation.base.reading.text import file_text, is_file, is_folder
from negotiation.disputes import Scenario
from negotiation.errors import InvalidExperiment, InvalidFile, SizeLimit, UnknownExperiment, shown
from negotiation.game_theory.games import StageGame
from negotiation.lab.axes import Space, refuse_if_huge
from negotiation.lab.cell import RESERVED, Cell, Whole, parameter
from negotiation.lab.scenarios import named, told, world_of
from negotiation.lab.sources import SOURCE, is_findable

Measure: TypeAlias = Callable[[Cell], Mapping[str, object]]
BatchMeasure: TypeAlias = Callable[[Sequence[Cell]], Sequence[Mapping[str, object]]]

FOLDER = Path("experiments")
PREFIX = "negotiation_experiment_"
# Least similarity (difflib) at which a name that is not a parameter counts as a misspelt parameter.
NEAR = 0.85
# Characters of a question, some two pages: it is the title of tables and figures.
LONGEST_QUESTION = 5_000


class Experiment(Tabular, BaseModel):
    """A question, a space of cells, and a measure that is computed in each cell.

    Parameters
    ----------
    slug : str
        Name of the experiment and of its file: lower-case letters, digits and underscores, a letter first.
    question : str
        The question, in words; at most 5,000 characters.
    scenario : Scenario, str or Path, optional
        A scenario, its name or its folder. `cell.scenario` is made from it.
    game : StageGame, optional
        A game that all cells share, as `cell.game`.
    space : Space
        The cells.
    measure : callable, optional
        Function from a `Cell` to a mapping from name to number, truth value, text or None. If other processes
        are to compute it, it must be defined in a module or in the file of the experiment.
    batch_measure : callable, optional
        Function from a list of cells to one such mapping per cell. If it is given, `measure` is not used.
    seed : int, default 0
        Seed, from which each cell's own seed is spawned.
    replications : int, default 1
        Number of runs of each cell, with different random numbers.
    batch : int, default 32
        Number of cells that a worker takes at a time. No result depends on it.
    inputs : sequence of str or Path, default ()
        Files and folders that the measure reads. If one changes, all cells are computed again.
    environment : sequence of str, default ()
        Names of environment variables on which the measure depends. They count like `inputs`.
    labels : mapping from str to str, default {}
        Descriptions of columns, with units, for tables and figures.
    shown : sequence of str, default ()
        Measures that the figure shows, at most four; by default the first numeric ones.

    Raises
    ------
    InvalidExperiment
        If a field is missing or has a wrong value, there is neither a measure nor a batch measure, or the
        space varies a name that is reserved for a column of tables.

    Examples
    --------
    >>> from negotiation.lab import space
    >>> def gain(cell):
    ...     return {"gain": cell["weight"] * 0.05}
    >>> Experiment(slug="gain", question="What is a control worth?", measure=gain,
    ...            space=space.linspace("weight", 0.2, 0.8, 3)).n_cells
    3
    """

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)

    slug: str = Field(
        pattern=r"^[a-z][a-z0-9_]*$",
        description="name of the experiment and of its file: lower-case letters, digits and underscores, a "
        "letter first",
    )
    question: str = Field(min_length=1, max_length=LONGEST_QUESTION, description="the question, in words")
    scenario: Annotated[str | InstanceOf[Scenario] | None, BeforeValidator(named)] = Field(
        None, description="a scenario, its name or its path; `cell.scenario` is made from it"
    )
    game: InstanceOf[StageGame] | None = Field(
        None, description="a game that all cells share, as `cell.game`"
    )
    space: SerializeAsAny[InstanceOf[Space]] = Field(description="the cells, such as `space.grid(...)`")
    measure: Measure | None = Field(
        None, description="from a cell to named numbers; a function of a module, so that workers find it"
    )
    batch_measure: BatchMeasure | None = Field(
        None, description="from a list of cells to a list of named numbers, for compiled batch solvers"
    )
    seed: Whole = Field(0, ge=0, description="seed; each cell spawns its own from it")
    replications: Whole = Field(1, gt=0, description="runs of each cell, with different random numbers")
    batch: Whole = Field(32, gt=0, description="cells that a worker takes at a time; no number depends on it")
    inputs: tuple[str, ...] = Field(
        (),
        description="files and folders that the measure reads: if one changes, everything is computed again",
    )
    environment: tuple[str, ...] = Field(
        (),
        description="names of environment variables on which the measure depends; they count like inputs",
    )
    labels: Mapping[str, str] = Field({}, description="columns in words, with units, for tables and figures")
    shown: tuple[str, ...] = Field(
        (), description="measures that the figure shows, at most four; by default the first"
    )

    @field_validator("inputs", "environment", mode="before")
    @classmethod
    def _as_texts(cls, paths: Any) -> Any:
        if isinstance(paths, (str, Path)):
            paths = (paths,)
        if not isinstance(paths, (list, tuple, set, frozenset)):
            return paths
        texts = tuple(str(path) if isinstance(path, Path) else path for path in paths)
        # Sets are ordered differently in each process.
        return tuple(sorted(texts, key=str)) if isinstance(paths, (set, frozenset)) else texts

    @field_validator("environment")
    @classmethod
    def _possible(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            try:
                os.fsencode(name)
            except UnicodeEncodeError:
                raise ValueError(
                    f"{shown(name)} contains half a character (a surrogate), which no variable name can "
                    "contain; correct it"
                ) from None
        return names

    @field_validator("measure", "batch_measure")
    @classmethod
    def _callable_by_name(cls, measure: Any) -> Any:
        if measure is not None and not hasattr(measure, "__qualname__"):
            raise ValueError("expected a function with a name; define it with `def`")
        return measure

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            fault = next(iter(field_faults(error, Experiment)))
            raise InvalidExperiment(f"experiment {shown(fields.get('slug'))}: {fault}") from None
        if self.measure is None and self.batch_measure is None:
            raise InvalidExperiment(
                f"the experiment {self.slug!r} needs a `measure` or a `batch_measure`; give one"
            )
        taken = [name for name in self.space.names if name in RESERVED]
        if taken:
            raise InvalidExperiment(
                f"experiment {self.slug!r}: `space` varies {taken[0]!r}, but the names "
                f"{', '.join(map(repr, RESERVED))} are reserved for columns of tables; choose another name"
            )

    def table(self) -> Table:
        """Return a summary of the experiment.

        Returns
        -------
        Table
            One row for each of the question, the varied names, the number of cells, the scenario, the game
            and the seed.
        """
        rows: dict[str, object] = {
            "question": self.question,
            "varied": self.space.names,
            "cells": self.n_cells,
            "scenario": told(self.scenario),
            "game": None if self.game is None else self.game.name,
            "seed": self.seed,
        }
        return Table(f"experiment {self.slug}", ("part", "what"), tuple(rows.items()))

    @property
    def n_cells(self) -> int:
        """Number of cells, including replications."""
        return len(self.space) * self.replications

    @property
    def function(self) -> Measure | BatchMeasure:
        """The measure, or the batch measure if there is one."""
        measure = self.batch_measure or self.measure
        assert measure is not None  # noqa: S101 - checked when made
        return measure

    def cells(self) -> list[Cell]:
        """Return all cells in order. The replications of a cell follow each other.

        Returns
        -------
        list of Cell
            One `Cell` per cell of the space and replication, with the scenario and the game.

        Raises
        ------
        InvalidExperiment
            If there are more than 50 million cells.
        UnknownScenario
            If there is no scenario of the name that the experiment gives.
        InvalidFile
            If the folder of the scenario does not exist or has a faulty file.
        MissingPackage
            If the space contains a Saltelli design, and SALib is not installed.
        """
        return list(self.each())

    def each(self) -> Iterator[Cell]:
        """Yield all cells in the order of `cells`, without listing them all.

        Yields
        ------
        Cell
            One replication of one cell of the space, with the scenario and the game.

        Raises
        ------
        InvalidExperiment
            If there are more than 50 million cells.
        UnknownScenario
            If there is no scenario of the name that the experiment gives.
        InvalidFile
            If the folder of the scenario does not exist or has a faulty file.
        MissingPackage
            If the space contains a Saltelli design, and SALib is not installed.
        """
        refuse_if_huge(self.n_cells)
        base = None if self.scenario is None else world_of(self.scenario)
        for values in self.space.each():
            for k in range(self.replications):
                yield Cell(values, k, self.seed, base, self.game)

    def label(self, name: str) -> str:
        """Return the label of a column for tables and figures.

        Parameters
        ----------
        name : str
            Name of a column.

        Returns
        -------
        str
            The description of the column in `labels`. Without one, the name with spaces in place of
            underscores.

        Examples
        --------
        >>> from negotiation.lab import space
        >>> def square(cell):
        ...     return {"square": cell["x"] ** 2}
        >>> experiment = Experiment(slug="square", question="What is its square?", measure=square,
        ...                    space=space.linspace("x", 0.0, 1.0, 3), labels={"square": "x squared"})
        >>> experiment.label("square"), experiment.label("x")
        ('x squared', 'x')
        """
        return self.labels.get(name, name.replace("_", " "))

    def spec_hash(self) -> str:
        """Return a hash of what the experiment computes, without its functions, files and game.

        Returns
        -------
        str
            32 hexadecimal digits. They change with the slug, the question, the scenario (or the name or path
            by which it is given), the seed, the number of replications and the space.
        """
        says = [self.slug, self.question, told(self.scenario), self.seed, self.replications]
        return digest(canonical([*says, self.space.describe()]))

    def with_space(self, space: Space, **changes: object) -> Experiment:
        """Return the same experiment over another space.

        Parameters
        ----------
        space : Space
            The new space.
        **changes : object
            New values of other fields of `Experiment`.

        Returns
        -------
        Experiment
            A new experiment; this one does not change.

        Raises
        ------
        InvalidExperiment
            If there is no field of a given name, a value is wrong, or the space varies a reserved name.

        Examples
        --------
        >>> from negotiation.lab import space
        >>> def square(cell):
        ...     return {"square": cell["x"] ** 2}
        >>> experiment = Experiment(slug="square", question="What is its square?", measure=square,
        ...                    space=space.linspace("x", 0.0, 1.0, 3), labels={"square": "x squared"})
        >>> len(experiment.with_space(space.linspace("x", 0.0, 1.0, 11)).cells())
        11
        """
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Experiment(**{**fields, "space": space, **changes})

    def is_importable(self) -> bool:
        """Return whether other processes can import the measure by its module and name.

        Returns
        -------
        bool
            If false, the experiment can only be run in this process, with one worker and no executor.
        """
        return is_findable(self.function)


def check_parameters(experiment: Experiment) -> None:
    """Raise `InvalidExperiment` if a varied name is nearly a parameter's, or a parameter is not a number.

    Without a scenario there are no parameters, and nothing is checked.
    """
    if experiment.scenario is None:
        return
    base = world_of(experiment.scenario)
    known = list(base.parameters)
    for name in experiment.space.names:
        near = get_close_matches(name, known, n=1, cutoff=NEAR)
        if name not in known and near:
            raise InvalidExperiment(
                f"{name!r} is not a parameter of {base.name!r}; did you mean {near[0]!r}? If only the "
                "measure uses the name, choose one that is less similar to the name of a parameter"
            )
    names = [name for name in experiment.space.names if name in known]
    for values in experiment.space.each() if names else ():
        for name in names:
            parameter(name, values[name])


def module_of(experiment: Experiment) -> ModuleType | None:
    """Return the module that defines the measure, or None if it is not loaded under its name."""
    return sys.modules.get(experiment.function.__module__)


def module_from_source(text: str, where: str) -> ModuleType:
    """Return the module of an experiment's file, made from its text, so that workers run the same text.

    The file may import modules next to it. So its folder is appended to `sys.path`, where it hides no other
    module. The folder stays there for late imports and for worker processes, which get the same path. A text
    that was loaded before gives the same module again.
    """
    # By its text: an edited file is another module, and the same text read twice is the same one, whose
    # functions pickle finds again.
    name = PREFIX + Path(where).stem + "_" + full_hash(text)[:12]
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_loader(name, loader=None, origin=where)
    assert spec is not None  # noqa: S101 - a spec without a loader is always made
    module = module_from_spec(spec)
    module.__file__ = where
    module.__dict__[SOURCE] = text
    # Before it runs, as Python's own import does: dataclasses and pickles of the file look for it by its
    # name.
    sys.modules[name] = module
    beside = str(Path(where).resolve().parent)
    if Path(where).is_file() and beside not in sys.path:
        sys.path.append(beside)
    try:
        exec(compile(text, where, "exec"), module.__dict__)  # noqa: S102 - the user's own experiment
    except BaseException:  # whatever the user's file raised, an exit too: half a module is not found again
        del sys.modules[name]
        raise
    return module


def experiment_slugs(folder: Path | str = FOLDER) -> tuple[str, ...]:
    """Return the names of the experiments in a folder, sorted."""
    if not is_folder(folder):
        return ()
    return tuple(sorted(path.stem for path in Path(folder).glob("*.py") if not path.stem.startswith("_")))


def load_experiment(slug: str | Path, folder: Path | str = FOLDER) -> Experiment:
    """Return the experiment that a file defines, given its path or its name in a folder."""
    path = Path(slug) if str(slug).endswith(".py") else Path(folder) / f"{slug}.py"
    if not is_file(path):
        raise UnknownExperiment(str(slug), experiment_slugs(folder))
    try:
        module = module_from_source(file_text(path), str(path))
    except (InvalidExperiment, InvalidFile, SizeLimit):
        raise
    except (Exception, SystemExit) as error:  # whatever a user's file raises
        raise InvalidFile(
            f"{path}: the file cannot be run: {type(error).__name__}: {error}. Correct it"
        ) from error
    experiment = getattr(module, "experiment", None)
    if not isinstance(experiment, Experiment):
        raise InvalidFile(
            f"{path}: expected `experiment = ng.Experiment(...)` at its top level; got {shown(experiment)}"
        )
    if experiment.slug != path.stem:
        raise InvalidFile(
            f"{path}: the experiment's slug is {experiment.slug!r}; it must be {path.stem!r}, "
            "the name of the file"
        )
    return experiment
