"""Somebody who waits for compilation is told, once."""

from negotiation.compiling import NOTICE, Notice


def test_long_compilation_is_told_once_and_short_is_not(caplog):
    patient, impatient = Notice(patience=1e9), Notice(patience=0.0)
    for notice in (patient, impatient):
        for _ in range(4):
            notice.on_start(None)
            notice.on_end(None)
    assert caplog.messages == [NOTICE]
