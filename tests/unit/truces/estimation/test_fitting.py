"""The entry points of estimation: what is passed on, what is refused, what is kept on the way."""

import inspect
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import norm

from negotiation.errors import CannotWrite, InvalidFile, InvalidNumber
from negotiation.truces.estimation import estimate as entry
from negotiation.truces.estimation import fitting
from negotiation.truces.estimation.checkpoints import FIELDS, HELD, identity, load, save
from negotiation.truces.estimation.fitting import fit
from negotiation.truces.estimation.priors import Prior
from negotiation.truces.estimation.sampler import Island, densities_of, start, step
from negotiation.world import load_scenario


@dataclass
class Place:
    """A number seen with noise, in three ways."""

    name: str = "place"
    priors: tuple[Prior, ...] = (Prior("at", 0.0, 1.0),)
    observations: tuple[str, ...] = ("one", "two", "three")

    def log_densities(self, parameters):
        return norm.logpdf(np.array([0.2, 0.25, 0.3]), parameters[:, :1], 0.05)


def test_all_that_is_given_to_an_estimate_is_passed_on(monkeypatch):
    told = {}

    def took(name):
        def called(*given, **options):
            told[name] = given, options
            return f"the {name}"

        return called

    monkeypatch.setattr(entry, "theory_record", took("record"))
    monkeypatch.setattr(entry, "fit", took("fit"))
    record = {
        "until": date(2025, 6, 1), "since": date(2025, 5, 1), "size": "core", "instruments": ("visa",),
        "parameters": ("p",), "priors": ("q",),
    }  # fmt: skip
    sampler = {
        "particles": 96, "islands": 3, "seed": 7, "sweeps": 2, "executor": object(), "kept": "a.npz",
        "progress": print,
    }  # fmt: skip
    world = SimpleNamespace()
    monkeypatch.setattr(entry, "load_scenario", lambda name: (world, name))
    assert entry.estimate("us", "moment", **record, **sampler) == "the fit"
    assert told["record"] == (((world, "us"), "moment"), record)
    assert told["fit"] == (("the record",), sampler)
    named = {name: p.default for name, p in inspect.signature(entry.estimate).parameters.items()}
    own = inspect.signature(fit).parameters
    assert {name: named[name] for name in sampler} == {name: own[name].default for name in sampler}
    scenario = load_scenario("us-china-2025")
    entry.estimate(scenario, "moment", until=date(2025, 6, 1))
    assert told["record"][0][0] is scenario


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"particles": 100, "islands": 3}, "particles 100 in 3 islands: .* such as 384 in all"),
        ({"particles": -64}, "particles -64 in 4"),
        ({"particles": 0}, "particles 0 in 4 islands: .* such as 512"),
        ({"particles": 64, "islands": 0}, "64 in 0 islands: .* such as 128"),
        ({"particles": 36, "islands": 4}, "36 in 4"),
        ({"particles": 8, "islands": 1, "sweeps": -1}, "sweeps -1; one or more"),
    ],
)
def test_numbers_of_particles_that_do_not_divide_are_refused(given, words):
    with pytest.raises(InvalidNumber, match=words):
        fit(Place(), **given)


def test_islands_have_lots_of_their_own_and_lots_of_a_seed():
    model = Place()
    found = fit(model, particles=32, islands=2, seed=3, sweeps=1, lag=False)
    assert (found.model, found.priors, found.observations, found.seed) == (
        model.name, model.priors, model.observations, 3,
    )  # fmt: skip
    densities = densities_of(model)
    for k, one in enumerate(found.islands):
        alone = start(model, densities, 16, (3, k))
        for _ in model.observations:
            alone = step(alone, densities, (3, k), 1)
        np.testing.assert_array_equal(one.coordinates, alone.coordinates)
        np.testing.assert_array_equal(one.scores, alone.scores)
        assert len(one.further) == 0
    assert not np.array_equal(*(one.coordinates for one in found.islands))


def test_progress_counts_observations_of_all_islands():
    told = []
    found = fit(Place(), particles=16, islands=2, progress=lambda *done: told.append(done))
    assert told == [(k, 6) for k in range(1, 7)]
    assert [len(one.further) for one in found.islands] == [1, 1]


def test_what_took_time_is_kept_on_the_way_and_all_at_the_end(monkeypatch, tmp_path):
    kept = []
    monkeypatch.setattr(
        fitting, "save", lambda path, islands, of: kept.append((path, [one.seen for one in islands], of))
    )
    found = fit(Place(), particles=64, islands=2, sweeps=1, kept=tmp_path / "a.npz")
    renewed = [(k, t + 1) for k, one in enumerate(found.islands) for t in np.flatnonzero(one.sweeps == 1)]
    assert renewed
    told = [[t, 0] if k == 0 else [3, t] for k, t in renewed]
    assert [seen for _, seen, _ in kept] == [*told, [3, 3]]
    assert {path for path, _, _ in kept} == {tmp_path / "a.npz"}
    assert {of for _, _, of in kept} == {identity(Place(), 64, 2, 0, 1)}


def test_a_run_that_was_ended_is_read_and_nothing_is_asked_again(tmp_path):
    asked = []

    class Counted(Place):
        def log_densities(self, parameters):
            asked.append(len(parameters))
            return super().log_densities(parameters)

    first = fit(Counted(), particles=32, islands=2, kept=tmp_path / "a.npz")
    assert asked
    asked.clear()
    again = fit(Counted(), particles=32, islands=2, kept=str(tmp_path / "a.npz"))
    assert asked == []
    np.testing.assert_array_equal(again.draws, first.draws)
    assert again.lag == first.lag


def test_a_kept_run_is_of_all_that_its_numbers_follow_from():
    one, other = Place(), Place(observations=("one", "two", "four"))
    given = [
        (one, 64, 2, 0, 1), (other, 64, 2, 0, 1), (Place(name="x"), 64, 2, 0, 1), (one, 32, 2, 0, 1),
        (one, 64, 4, 0, 1), (one, 64, 2, 1, 1), (one, 64, 2, 0, 2), (one, 64, 2, 0, None),
        (Place(priors=(Prior("at", 0.0, 2.0),)), 64, 2, 0, 1),
    ]  # fmt: skip
    names = [identity(*each) for each in given]
    assert len(set(names)) == len(names)
    assert identity(Place(), 64, 2, 0, 1) == names[0]
    # With one sweep, as files were named before there were more.
    parts = ("place", tuple(one.priors), ("one", "two", "three"), 64, 2, 0)
    assert names[0] == sha256(repr(parts).encode()).hexdigest()
    # Chains that settle were of another rule once: files of that time are of something else.
    assert identity(one, 64, 2, 0, None) != sha256(repr((*parts, None)).encode()).hexdigest()


def islands(count=2):
    return [Island(*(np.arange(3.0) + 10 * k + j for j in range(len(FIELDS)))) for k in range(count)]


def test_a_file_that_cannot_be_written_is_named_and_what_was_there_is_kept(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite, match=r"file/a\.npz: cannot be written \(.+\); free the place"):
        save(tmp_path / "file" / "a.npz", islands(), "this")
    (tmp_path / "a.npz").mkdir()
    with pytest.raises(CannotWrite, match=r"a\.npz"):
        save(tmp_path / "a.npz", islands(), "this")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npz", "file"]  # no part is left
    for _ in range(2):  # the second time over what is there
        save(tmp_path / "new" / "newer" / "b.npz", islands(), "this")
        assert [path.name for path in (tmp_path / "new" / "newer").iterdir()] == ["b.npz"]


def test_a_file_that_holds_objects_is_refused_since_reading_them_could_run_anything(tmp_path):
    path = tmp_path / "odd.npz"
    save(path, islands(), "this")
    with np.load(path) as whole:
        arrays = {name: whole[name] for name in whole.files}
    np.savez(path, **arrays | {"coordinates_1": np.array([{}, {}], dtype=object)})
    with pytest.raises(InvalidFile, match=r"odd\.npz: cannot be read as kept particles \(.*pickle"):
        load(path, "this", 2)


@pytest.mark.parametrize("version", [1, 2])
def test_files_of_earlier_versions_have_what_they_held_and_no_more(tmp_path, version):
    path, held = tmp_path / "old.npz", HELD[version]
    arrays = {f"{name}_{k}": getattr(one, name) for k, one in enumerate(islands()) for name in held}
    named = {} if version == 1 else {"version": np.array(version)}
    np.savez(path, of=np.array("this"), **named, **arrays)
    for one, told in zip(load(path, "this", 2), islands(), strict=True):
        for name in held:
            np.testing.assert_array_equal(getattr(one, name), getattr(told, name))
        assert len(one.known_at) == len(one.known_densities) == len(one.metrics) == 0
        if version == 1:  # not known of renewals of that time
            assert np.isnan([*one.sweeps, *one.settled]).all()
            assert len(one.sweeps) == len(one.settled) == len(one.scores)
            assert len(one.further) == 0
    np.savez(path, of=np.array("this"), **named, **arrays, more=np.zeros(1))
    with pytest.raises(InvalidFile, match="arrays more are missing or too many"):
        load(path, "this", 2)
    with pytest.raises(InvalidFile, match="_1"):
        load(path, "this", 1)


def test_chains_go_on_with_the_lots_of_their_island_and_what_the_model_says(monkeypatch):
    asked = []

    def further(island, densities, seed):
        asked.append((island.seen, seed, densities(island.coordinates) - island.densities))
        return replace(island, further=np.full(1, float(len(asked))))

    monkeypatch.setattr(fitting, "gone_on", further)
    found = fit(Place(), particles=24, islands=3, seed=5, sweeps=1)
    assert [(seen, tuple(seed)) for seen, seed, _ in asked] == [(3, (5, 0)), (3, (5, 1)), (3, (5, 2))]
    assert all((off == 0.0).all() for _, _, off in asked)
    assert [one.further.tolist() for one in found.islands] == [[1.0], [2.0], [3.0]]


def test_densities_are_worked_out_where_it_is_asked_for():
    sent = []

    def sending(work, chunks):
        sent.extend(len(one) for one in chunks)
        return map(work, chunks)

    found = fit(Place(), particles=48, islands=2, sweeps=1, lag=False, executor=SimpleNamespace(map=sending))
    assert sent[:4] == [16, 8, 16, 8]  # both islands begin, in chunks
    assert len(sent) > 4
    alone = fit(Place(), particles=48, islands=2, sweeps=1, lag=False)
    np.testing.assert_array_equal(found.draws, alone.draws)
