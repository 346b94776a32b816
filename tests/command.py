"""The command, called within a test or started: its exit status, and what it writes to each stream."""

import io
import os
import subprocess
import sys
import warnings
from contextlib import chdir, redirect_stderr, redirect_stdout
from unittest import mock

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
    given = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "-m", "negotiation", *map(str, arguments)],
        cwd=folder,
        env={name: str(value) for name, value in given.items() if value is not None},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def _status_of(call):
    try:
        call()
    except SystemExit as leaving:
        return leaving.code or 0
    return 0
