"""Where the package's code comes from, as it is put beside numbers."""

import shutil

import pytest

from negotiation.lab import provenance
from tests.command import ran

GIT = shutil.which("git")


@pytest.mark.skipif(GIT is None, reason="git is not installed")
def test_a_clean_checkout_has_no_changes_and_an_edited_one_has(tmp_path, monkeypatch):
    def git(*words):
        who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        done = ran([GIT, "-C", str(tmp_path), *who, *words], check=True)
        return done.stdout.strip()

    def asked():
        provenance.checkout.cache_clear()
        return provenance.checkout()

    monkeypatch.setattr(provenance, "PACKAGE", tmp_path / "package")
    try:
        assert asked() == (None, None)
        git("init", "-q")
        assert asked() == (None, False)  # no commit yet
        (tmp_path / "a.py").write_text("x = 1\n")
        git("add", "a.py")
        git("commit", "-q", "-m", "first")
        assert asked() == (git("rev-parse", "HEAD"), False)
        (tmp_path / "a.py").write_text("x = 2\n")
        assert asked() == (git("rev-parse", "HEAD"), True)
        monkeypatch.setattr(provenance.shutil, "which", lambda _: None)
        assert asked() == (None, None)
    finally:
        provenance.checkout.cache_clear()
