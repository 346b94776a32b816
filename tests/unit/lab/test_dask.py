import measures
import pytest

from negotiation.errors import BrokenRun
from negotiation.lab import run
from negotiation.lab.executors import dask_executor

dask = pytest.importorskip("dask")
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


@pytest.mark.long
def test_a_worker_that_dies_while_the_cluster_starts_is_told(tmp_path):
    (tmp_path / "dies.py").write_text("import os\n\nos._exit(1)\n")
    with (
        dask.config.set({"distributed.worker.preload": [str(tmp_path / "dies.py")]}),
        pytest.raises(
            BrokenRun, match=r"cluster on this machine with workers=2 does not start: .* Give fewer"
        ),
    ):
        dask_executor(None, 2)


def test_a_scheduler_that_does_not_answer_is_told(monkeypatch):
    monkeypatch.setattr("negotiation.lab.executors.ANSWER", 1)
    with pytest.raises(BrokenRun, match="cannot be reached"):
        dask_executor("tcp://127.0.0.1:9", 1)
