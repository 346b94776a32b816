"""Who waits is told: by the caller's own `progress`, else by a line in the log where somebody reads it."""

from time import sleep

import pytest

import negotiation as ng
from negotiation.base.progress import counted, part_of, told


def test_a_long_wait_is_told_how_much_is_done_and_a_short_one_is_not(caplog):
    with told("long work", patience=0.02, again=60.0) as report:
        report(3, 7)
        sleep(0.3)
    with told("short work", patience=60.0) as report:
        report(1, 7)
    assert caplog.messages == ["negotiation: long work, 3 of 7 (0 s) ..."]


def test_parts_of_a_whole_follow_one_another():
    seen = []

    def report(done, total):
        seen.append((done, total))

    for first, last in ((0, 40), (40, 100)):
        assert list(counted("abcd", part_of(report, first, last, 100))) == list("abcd")
    assert seen == [(k, 100) for k in (10, 20, 30, 40, 55, 70, 85, 100)]
    part_of(report, 10, 20, 100)(0, 0)
    assert seen[-1] == (10, 100)


def grim():
    stage = ng.StageGame.from_matrices([[9, 1], [10, 3]], [[9, 10], [1, 3]], actions=(("keep", "break"),) * 2)
    return stage, ng.strategies.grim_trigger(stage, ("keep", "keep"), ("break", "break"))


def test_a_critical_discount_factor_tells_of_its_progress_to_the_end():
    seen = []
    found = ng.critical_discount_factor(*grim(), progress=lambda *one: seen.append(one))
    assert seen == sorted(seen)
    assert len(set(seen)) > 3
    assert seen[-1] == (100, 100)
    assert found == ng.critical_discount_factor(*grim())


@pytest.mark.long
def test_that_of_an_agreement_does_too():
    seen, busan = [], ng.truce("2025-10-busan")
    found = busan.critical_discount_factor(progress=lambda *one: seen.append(one))
    assert (seen[0][0] < 20, seen[-1]) == (True, (100, 100))
    assert found.value == busan.critical_discount_factor().value
