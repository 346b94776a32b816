"""The command, called within a test or started: its exit status, and what it writes to each stream."""

import io
import os
import signal
import struct
import subprocess
import sys
import warnings
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress
from unittest import mock

import pytest

from negotiation.cli import main
from negotiation.lab import fingerprint


def called(*arguments, folder=".", **environment):
    """Return what a call of the command gives, from a folder, with variables of the environment.

    A variable that is `None` is not set. The package's hash is that of now, as in a process of its own.
    """
    fingerprint.package_hash.cache_clear()
    words = ["negotiation", *map(str, arguments)]
    out, err = io.StringIO(), io.StringIO()
    given = {name: str(value) for name, value in environment.items() if value is not None}
    with (
        mock.patch.dict(os.environ, given),
        mock.patch.object(sys, "argv", words),
        mock.patch.object(sys, "excepthook", sys.excepthook),
        mock.patch.object(warnings, "formatwarning", warnings.formatwarning),
        chdir(folder),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        for name in environment.keys() - given.keys():
            os.environ.pop(name, None)
        status = _status_of(main)
    return subprocess.CompletedProcess(words, status, out.getvalue(), err.getvalue())


def started(*arguments, folder=".", **environment):
    """Return what a process of the command gives, from a folder, with variables of the environment."""
    given = {name: str(value) for name, value in {**os.environ, **environment}.items() if value is not None}
    return python("-m", "negotiation", *map(str, arguments), cwd=folder, env=given, timeout=600)


def python(*words, **options):
    """Return what a process of this Python gives; the options are those of `subprocess.run`."""
    return ran([sys.executable, *words], **options)


def ran(call, check=False, **options):
    """Return what a process gives, with its output as text; the options are those of `subprocess.run`."""
    return subprocess.run(call, capture_output=True, text=True, check=check, **options)


def on_a_terminal(*words, folder, wide=80, **environment):
    """Return the exit status of a process of this Python on a pseudo-terminal, and what it shows."""
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    fcntl = pytest.importorskip("fcntl")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, wide, 0, 0))
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
    process = subprocess.Popen([sys.executable, *words], cwd=folder, env=environment, **streams)
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # the other end is gone
        while part := os.read(ours, 65536):
            shown += part
    os.close(ours)
    return process.wait(timeout=60), shown.decode()


def heed_interrupts():
    """Undo that a process started in the background, as tests may be, ignores interrupts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def printed(done):
    """Return the output of a process, which has to end well."""
    assert done.returncode == 0, done.stderr
    return done.stdout


def _status_of(call):
    try:
        call()
    except SystemExit as leaving:
        return leaving.code or 0
    return 0
