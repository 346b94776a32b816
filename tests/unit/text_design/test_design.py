"""Texts that are searched for, held against `verdict` asked of one text and one draw at a time."""

import numpy as np
import pytest

import negotiation as ng
from negotiation.base.interrupts import whole_or_absent
from negotiation.base.progress import nobody
from negotiation.errors import IllegalMove, InvalidGame, InvalidNumber, UnknownInstrument
from negotiation.text_design.design import bench_of
from negotiation.text_design.judging import Score, under_noise
from negotiation.text_design.search import Search, frontier, shown
from negotiation.text_design.texts import Text
from negotiation.truces.record.state_trajectory import state_of_the_day
from negotiation.truces.theories import theories_by_name
from negotiation.truces.verdicts.under_noise import noise_verdicts
from negotiation.truces.verdicts.verdict import sampled
from tests.us_china import CENTRAL

US_CHINA = "us-china-2025"
BUSAN = "2025-10-30"
QUICK = {"size": "small", "theories": ["moment"], "draws": 4, "fresh": 16}
ALL_LEVELS = {
    ("USA", "tariff"): ["geneva", "peak"],
    ("USA", "chip_control"): ["licensed", "h20_stopped"],
    ("CHN", "tariff"): ["geneva", "peak"],
    ("CHN", "rare_earth_curb"): ["licences_flow", "october_package"],
}


def plainly(bench, sample, text):
    """Return the score of a text as `verdict` gives it in each draw by itself, without gains."""
    names = [one.name for one in bench.theories]
    held, legs = np.zeros(len(names), int), np.zeros((len(names), len(bench.scenario.legs)), int)
    agreement = bench.agreement(text)
    noise = np.zeros(1 + len(bench.scenario.legs), int)
    for k, state in enumerate(sample.states):
        world = bench.scenario.with_parameters({n: float(v[k]) for n, v in sample.values.items()})
        found = ng.verdict(
            agreement, world, theories=names, state=state, size=bench.batch.size,
            rounds_a_year=float(sample.rounds[k]),
        )  # fmt: skip
        for t, name in enumerate(names):
            rows = [found.find(leg, name) for leg in bench.scenario.legs]
            whole = [
                row.dated >= 0.0 and row.rational if text.clock else row.holds and row.rational
                for row in rows
            ]
            held[t] += all(whole)
            legs[t] += whole
        if bench.noise:
            there = {"scenario": world, "state": state}
            under = ng.verify(
                *(make(**there, clock="memoryless") for make in (agreement.game, agreement.compile))
            )
            by_leg = [leg.text_holds for leg in noise_verdicts(agreement, **there)]
            noise += [under.holds, *by_leg]
    if bench.noise:
        return np.append(held, noise[0]), np.vstack([legs, noise[1:]])
    return held, legs


def worse(one, other):
    """Whether a text is worth no more than another, holds no more often, and is worse in one of both."""
    mine, its = (one.share, one.worth), (other.share, other.worth)
    return mine != its and all(a <= b for a, b in zip(mine, its, strict=True))


def checked(bench, space, draws, some, seed):
    """Hold texts of a space against `verdict`, and the frontier of all against comparing every two."""
    day = state_of_the_day(bench.batch.agreement, bench.scenario, None)
    sample = sampled(bench.scenario, day, draws, np.random.default_rng(seed), None)
    search = Search(bench, list(bench.games(sample)), len(space), nobody, 0)
    assert search.run(space, 0.9, np.random.default_rng(0))
    texts = [text for text in search.found if text.clauses]
    for k in np.random.default_rng(seed).permutation(len(texts))[:some].tolist():
        held, legs = plainly(bench, sample, texts[k])
        score = search.found[texts[k]]
        assert (score.held.tolist(), score.legs.tolist()) == (held.tolist(), legs.tolist()), texts[k]
    best = {
        (s.share, s.worth)
        for s in search.found.values()
        if not any(worse(s, o) for o in search.found.values())
    }
    edge = frontier(search.found)
    assert {(search.found[text].share, search.found[text].worth) for text in edge} == best
    return search


def small(scenario=US_CHINA, on=BUSAN, theories=None, levels=ALL_LEVELS, **options):
    """Return where texts of a small game are asked, and which there are."""
    return bench_of(scenario, on, theories=theories, levels=levels, size="small", **options)


def test_a_score_is_what_verdict_says_draw_by_draw():
    pairs = [("USA", "chip_control"), ("CHN", "rare_earth_curb")]
    bench, space = small(levels={pair: ALL_LEVELS[pair] for pair in pairs}, bind=pairs)
    assert (len(space), bench.batch.size) == (3**2, "small")
    checked(bench, space, draws=2, some=2, seed=0)


@pytest.mark.long
def test_every_text_of_the_small_game_is_scored_as_verdict_does():
    bench, space = small()
    checked(bench, space, draws=3, some=len(space), seed=1)


@pytest.mark.long
def test_a_text_with_a_clock_holds_to_its_last_period_as_verdict_has_it_by_date():
    bench, space = small(theories=["moment", "custom in kind"], clocks=[60, 0])
    search = checked(bench, space, draws=3, some=4, seed=2)
    assert any(text.clock for text in search.found)


@pytest.mark.long
def test_linkage_and_consultation_are_chosen_by_what_texts_come_to_under_noise():
    pairs = [("USA", "chip_control"), ("CHN", "rare_earth_curb")]
    bench, space = small(
        theories=["moment"], levels={pair: ALL_LEVELS[pair] for pair in pairs}, bind=pairs,
        linkage=["none", "within_issue", "all_or_nothing"], consultation=True,
    )  # fmt: skip
    assert len(space) == 1 + (3**2 - 1) * 3 * 2
    found = checked(bench, space, draws=2, some=5, seed=3).found
    assert len(found) == len(space)
    # With one threat for all V - W is (1 - delta) / (1 - delta (1 - P)) of u - W: fewer alarms, more of it.
    pooled = [text for text in found if text.linkage == "all_or_nothing" and not text.consultation]
    more = [abs(found[t._replace(consultation=True)].gains[-1]) - abs(found[t].gains[-1]) for t in pooled]
    assert np.min(more) >= -1e-12
    assert np.max(more) > 1e-6


def test_what_the_law_of_a_draw_forbids_holds_by_nobody_under_noise():
    bench, _ = small(linkage="all_or_nothing", theories=["moment"])
    text = bench.agreement(Text((("USA", "tariff", "peak"),)))
    assert under_noise(text, bench.scenario, None)[0] == [True, True, True]
    assert under_noise(text, bench.scenario, ng.State(authority=0))[0] == [False, False, False]


@pytest.mark.parametrize("seeds", [range(4), pytest.param(range(4, 200), marks=pytest.mark.long)])
def test_random_small_disputes_are_scored_as_verdict_does(seeds):
    for seed in seeds:
        rng = np.random.default_rng(seed)
        name, day = (("japan-korea-2019", "2020-06-01"), ("australia-china-2020", "2021-06-01"))[seed % 2]
        world = ng.load_scenario(name)
        drawn = {n: float(rng.uniform(q.low, q.high)) for n, q in world.quantities.items() if q.low < q.high}
        names = list(theories_by_name())
        asked = [names[k] for k in rng.permutation(len(names))[:2].tolist() if names[k] != "shadow linkage"]
        held = [(c, n) for c, menu in world.definition.sizes["small"].levels.items() for n in menu]
        some = [held[k] for k in rng.permutation(len(held))[:2].tolist()]
        bench, space = small(world.with_parameters(drawn), day, asked, None, bind=some)
        checked(bench, space, draws=1, some=1, seed=seed)


def test_a_lower_bound_is_where_what_was_seen_has_the_chance_of_its_level():
    from scipy.stats import binom

    score = Score(50, np.array([45, 0]), np.zeros((2, 1), int), np.zeros((2, 2)))
    first, second = score.lower(5)
    assert binom.sf(44, 50, first) == pytest.approx(0.05 / 10)
    assert second == 0.0


def asked_again(found, text, draws, fresh):
    """Return what `verdict` says of a text of a design of seed 0 at its fresh draws."""
    rng, day = np.random.default_rng(0), state_of_the_day(text, found.scenario)
    # The draws of the search and of its finalists come first.
    for count in (draws, 256):
        sampled(found.scenario, day, count, rng, None)
    options = {"theories": found.theories, "size": found.size, "draws": fresh, "rng": rng}
    return ng.verdict(text, found.scenario, **options)


@pytest.mark.long
def test_texts_that_come_back_compile_are_verified_and_read_as_they_were_written(tmp_path):
    found = ng.design(US_CHINA, on=BUSAN, clocks=[90], **QUICK)
    texts = [one for one in found.texts if one.agreement is not None]
    assert texts
    for one in texts:
        path = tmp_path / f"{one.agreement.id}.toml"
        path.write_text(one.agreement.to_toml(), encoding="utf-8")
        again = ng.truce(path)
        assert again.model_dump() == one.agreement.model_dump()
        assert one.certified
        told = asked_again(found, again, 4, 16)
        assert [row.drawn.hits("dated") for row in told] == one.score.legs[0].tolist()
        assert ng.verify(again.game(), again.compile()).concept == "perfect public equilibrium"


@pytest.mark.long
def test_texts_have_the_linkage_that_is_asked_for():
    linked = ng.design(US_CHINA, on=BUSAN, clocks=[90], linkage="within_issue", **QUICK)
    assert {one.agreement.linkage.kind for one in linked.texts if one.agreement} == {"within_issue"}


def test_every_agreement_on_record_reads_as_it_was_written(tmp_path):
    for name in ng.truce_names(placebos=True):
        path = tmp_path / f"{name}.toml"
        path.write_text(ng.truce(name).to_toml(), encoding="utf-8")
        assert ng.truce(path).model_dump() == ng.truce(name).model_dump()


@pytest.mark.long
def test_a_seed_gives_the_same_design_and_exchange_looks_at_no_more_than_it_may():
    found = [ng.design(US_CHINA, on=BUSAN, texts=20, levels=ALL_LEVELS, **QUICK) for _ in range(2)]
    assert [one.words for one in found[0].texts] == [one.words for one in found[1].texts]
    assert [one.holds for one in found[0].texts] == [one.holds for one in found[1].texts]
    assert (found[0].looked, found[0].space, found[0].status) == (20, 81, "partial")


@pytest.mark.parametrize("after", [1, pytest.param(70, marks=pytest.mark.long)])
def test_what_was_found_before_an_interrupt_is_kept(after):
    calls = []

    def report(done, total):
        calls.append(done)
        if len(calls) == after:
            raise KeyboardInterrupt

    found = ng.design(US_CHINA, on=BUSAN, progress=report, levels=ALL_LEVELS, **QUICK)
    assert found.status == "partial"
    assert found.best is None
    assert "interrupted" in found.reason or "fresh" in found.reason
    assert 1 <= found.looked <= 81
    calls.clear()
    with pytest.raises(KeyboardInterrupt), whole_or_absent():  # as within the measure of an experiment
        ng.design(US_CHINA, on=BUSAN, progress=report, levels=ALL_LEVELS, **QUICK)


@pytest.mark.long
def test_no_text_is_called_robust_on_few_fresh_draws():
    found = ng.design(US_CHINA, on=BUSAN, robust=0.01, **QUICK)
    assert not any(one.robust for one in found.texts)
    assert "16 fresh draws" in found.reason


@pytest.mark.long
def test_a_robust_text_is_best_and_comes_to_as_much_when_it_is_read_judged_and_replayed(tmp_path):
    curb = ("CHN", "rare_earth_curb")
    found = ng.design(
        CENTRAL, on=BUSAN, bind=[curb], levels={curb: ["licences_flow"]}, size="small",
        theories=["custom in kind"], robust=0.4,
    )  # fmt: skip
    assert found.status == "complete"
    assert found.best is not None
    robust = [one for one in found.texts if one.robust and one.acceptable]
    assert all(one.bound >= 0.4 and one.bound <= one.holds for one in robust)
    assert len(found.least.clauses) == min(one.clauses for one in robust)
    assert found.best_for("USA") is not None
    assert len(found.answer) <= 80
    path = tmp_path / "best.toml"
    path.write_text(found.best.to_toml(), encoding="utf-8")
    again = ng.truce(path, found.scenario)
    assert again.model_dump() == found.best.model_dump()
    (best,) = [one for one in robust if one.agreement is found.best]
    told = asked_again(found, again, 16, 2048)
    assert [row.drawn.hits() for row in told] == best.score.legs[0].tolist()
    replayed = ng.replay(again, found.scenario, draws=0)
    assert {row.leg for row in replayed.verdicts} == set(again.survival().legs) | set(found.scenario.legs)
    assert again.path().stretches[0].changed == ((*curb, "licences_flow"),)


@pytest.mark.long
@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"robust": 1.2}, InvalidNumber, "at most 1"),
        ({"bind": []}, InvalidGame, "nothing to bind"),
        ({"bind": ["visa"]}, InvalidGame, "USA visa cannot be bound, because it is not in the game"),
        ({"bind": "purchase"}, UnknownInstrument, r"'purchases'\? .*chip_control.* rare_earth_curb"),
        ({"levels": {("USA", "chip_control"): ["nothing"]}}, ng.NegotiationError, "nothing"),
        ({"clocks": [-1]}, ng.NegotiationError, "days of a clock"),
        ({"bind": [("USA",)]}, InvalidGame, r"`bind` must name instruments, .* got \('USA',\)"),
        ({"levels": 5}, InvalidGame, "`levels` must be a dict .* got 5"),
        ({"clocks": 5}, InvalidNumber, "`clocks` must be a list of days, .* got 5"),
        (
            {"bind": ["tariff"], "levels": {("USA", "chip_control"): ["licensed"]}},
            InvalidGame,
            "add this to `bind`",
        ),
    ],
)
def test_what_cannot_be_designed_is_refused_in_a_sentence(options, error, words):
    with pytest.raises(error, match=words):
        ng.design(US_CHINA, on=BUSAN, **{**QUICK, **options})


def test_a_level_whose_law_is_not_in_force_is_refused():
    with pytest.raises(IllegalMove, match="lawful"):
        ng.design(
            US_CHINA, on=BUSAN, levels={("USA", "tariff"): ["peak"]}, state=ng.State(authority=0), **QUICK
        )


def test_of_robust_texts_with_as_few_clauses_the_most_robust_is_shown():
    def score(held, gain):
        return Score(10, np.array([held]), np.array([[held]]), np.array([[gain, gain]]))

    one, other, long = (Text((("USA", "tariff", level),) * n) for level, n in (("a", 1), ("b", 1), ("c", 2)))
    scores = {one: score(8, 1.0), other: score(9, 1.0), long: score(10, 2.0)}
    assert other in shown(scores, 0.8)
    assert one not in shown(scores, 0.8)


@pytest.mark.long
def test_texts_over_draws_that_agree_with_choices_are_judged_as_verdicts_are():
    found = ng.design(US_CHINA, on=BUSAN, **QUICK)
    table = found.revealed(draws=32)
    chosen = ng.revealed(found.scenario, draws=32)
    for row in (dict(zip(table.columns, row, strict=True)) for row in table.rows):
        text = found.texts[row["text"]].agreement
        drawn = ng.verdict(text, found.scenario, theories=["moment"], size="small", draws=32).drawn
        holds = ((drawn.margin >= 0.0) & drawn.rational).all(axis=(0, 1))
        assert row["all draws"] == pytest.approx(holds.mean())
        weights = chosen.consistent(before=found.on, without=row["restated"].split(", ")).weights
        assert row["consistent"] == pytest.approx(weights[holds].sum())
        assert row["restated"]
    assert len(table.rows) == sum(text.agreement is not None for text in found.texts) > 0
