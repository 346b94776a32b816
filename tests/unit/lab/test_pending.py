"""One run on a store: when it writes for readers; what it says of its time, its cells and its failures."""

import duckdb
import measures
import pytest

from negotiation.lab import run


@pytest.mark.long
def test_failures_of_cells_that_are_not_asked_for_now_are_not_counted(tmp_path):
    whole = run(measures.numbers(9, measures.failing), store=tmp_path)
    assert (whole.failed, whole.status) == (2, "partial")
    some = run(measures.numbers(4, measures.failing), store=tmp_path)
    assert (some.failed, some.status, some.failures().rows) == (
        1,
        "partial",
        ((3, "ValueError: no luck with 3"),),
    )
    few = run(measures.numbers(3, measures.failing), store=tmp_path)
    assert (few.failed, few.status, few.reused, len(few)) == (0, "complete", 3, 3)


def test_a_run_that_stops_lets_its_store_go_at_once(tmp_path):
    def stop(done, total):
        if done >= 8:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        run(measures.numbers(20), store=tmp_path, progress=stop)
    # The error is still at hand, and all that it passed through.
    with duckdb.connect(str(tmp_path / "numbers.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM cells").fetchone() == (8,)
    assert caught.type is ZeroDivisionError
