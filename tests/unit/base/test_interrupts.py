"""Ctrl-C: delayed where it would do damage, and never taken for the end of a computation."""

import signal
import threading

import pytest

from negotiation.base import interrupts
from tests.command import python


@pytest.fixture
def handled():
    """Set a handler of one's own, which raises from the second Ctrl-C on."""
    calls, before = [], signal.getsignal(signal.SIGINT)

    def mine(*_):
        calls.append("handled")
        if len(calls) > 1:
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, mine)
    yield calls
    assert signal.getsignal(signal.SIGINT) is mine
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_is_delayed_and_the_handler_from_before_is_called_once(handled):
    with interrupts.uninterrupted():
        for _ in range(3):
            signal.raise_signal(signal.SIGINT)
        assert handled == []
    assert handled == ["handled"]
    through = []

    def nested():
        with interrupts.uninterrupted():
            with interrupts.uninterrupted():  # hands over to the outer one
                signal.raise_signal(signal.SIGINT)
            through.append("to the end")

    with pytest.raises(KeyboardInterrupt):
        nested()
    assert through == ["to the end"]
    with pytest.raises(ZeroDivisionError), interrupts.uninterrupted():
        raise ZeroDivisionError


def test_elsewhere_than_in_the_main_thread_and_where_ctrl_c_is_ignored_nothing_changes():
    through, before = [], signal.getsignal(signal.SIGINT)

    def elsewhere():
        with interrupts.uninterrupted(), interrupts.whole_or_absent():
            through.append("through")

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interrupts.uninterrupted(), interrupts.whole_or_absent():
            signal.raise_signal(signal.SIGINT)
            through.append("ignored")
    finally:
        signal.signal(signal.SIGINT, before)
    assert through == ["through", "ignored"]


def swallowed():
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        return interrupts.must_be_whole()


def test_a_swallowed_ctrl_c_is_raised_where_a_result_is_whole_or_absent(handled):
    with interrupts.whole_or_absent():
        signal.raise_signal(signal.SIGINT)  # this handler raises nothing: nothing was interrupted
    with interrupts.noted() as received:
        assert swallowed() is False
    assert received == [signal.SIGINT]
    found = []
    with pytest.raises(KeyboardInterrupt), interrupts.whole_or_absent():
        found.append(swallowed())
    assert found == [True]
    assert not interrupts.must_be_whole()


def test_only_an_interrupted_query_is_a_ctrl_c():
    for error, kind in (
        (RuntimeError("Query interrupted"), KeyboardInterrupt),
        (RuntimeError("odd"), RuntimeError),
        (ValueError("Query interrupted"), ValueError),
    ):
        with pytest.raises(kind), interrupts.stopped_by_ctrl_c():
            raise error


KERNEL = '''
import signal
import sys
import numpy as np
from negotiation.game_theory.compiling import njit

@njit(cache=True)
def same(x):
    """Return a number."""
    return x

@njit(cache=True)
def total(x):
    """Return a sum."""
    s = 0.0
    for k in range(x.shape[0]):
        s += same(x[k])
    return s

def interrupt(frame, event, _):
    names = frame.f_code.co_name, frame.f_back and frame.f_back.f_code.co_name
    if sys.argv[1] in names[:1] and sys.argv[2] in names:
        sys.setprofile(None)
        print("met")
        signal.raise_signal(signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.setprofile(interrupt)
try:
    total(np.ones(3))
except KeyboardInterrupt:
    print("interrupted")
print(total(np.ones(3)))
'''


@pytest.mark.long
def test_a_ctrl_c_within_the_compiler_is_raised_after_it_and_the_kernel_works(tmp_path):
    (tmp_path / "kernel.py").write_text(KERNEL)
    # Compiled, where a module that LLVM has just destroyed would be destroyed again; then loaded, where LLVM
    # calls Python back and drops what is raised.
    for place in (("detach", "link_modules"), ("_object_getbuffer_hook", "_object_getbuffer_hook")):
        done = python("kernel.py", *place, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.split("\n") == ["met", "interrupted", "3.0", ""]
