import measures
import pytest

from negotiation.errors import BrokenRun
from negotiation.lab import run
from negotiation.lab.executors import dask_executor

pytest.importorskip("distributed")
# dask's own sockets and loops warn when they close.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.long
def test_a_dask_cluster_gives_the_table_of_this_process(tmp_path):
    alone = run(measures.numbers(40), store=tmp_path / "alone")
    executor, close = dask_executor(None, 2)
    try:
        found = run(measures.numbers(40), executor=executor, workers=2, store=tmp_path / "dask")
    finally:
        close()
    assert found.status == "complete"
    assert found.frame == (alone.frame)


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch):
    monkeypatch.setattr("negotiation.lab.executors.ANSWER", 1)
    with pytest.raises(BrokenRun, match="does not answer"):
        dask_executor("tcp://127.0.0.1:9", 1)
