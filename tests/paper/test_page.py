"""The page of proofs becomes LaTeX with nothing of its marks left, and a deposit holds what is committed."""

import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from paper.machinery import page
from paper.machinery.build import PROOFS, SOURCES
from paper.machinery.deposit import BUILT, HASHES, NAME, deposit
from paper.machinery.faults import PaperFault

ROOT = Path(__file__).parents[2]


def test_the_page_of_proofs_leaves_no_marks_and_keeps_its_mathematics():
    text = (ROOT / PROOFS).read_text(encoding="utf-8")
    shown = text.split(f"\n## {SOURCES}\n")[0]
    assert shown != text
    found = page.as_latex(text, until=SOURCES)
    assert found.count(r"\subsection*{") == shown.count("\n## ")
    for name in ("Proposition A", "Remark B", "Theorem 6"):
        assert rf"\textbf{{{name}" in found
    outside = page.MATHS.sub("", re.sub(r"\\\[.*?\\\]", "", found, flags=re.DOTALL))
    assert not re.search(r"[*`#$]|(?<!\\)_", outside.replace(r"\subsection*", ""))
    # Whether a formula stands by itself or in a line, each is there once.
    assert len(page.MATHS.findall(shown)) == len(re.findall(r"\\\[", found)) + found.count("$") // 2


def test_a_deposit_holds_every_committed_file_with_its_hash(tmp_path):
    root = tmp_path / "checkout"
    (root / "paper" / "build").mkdir(parents=True)
    (root / "README.md").write_text("A checkout.\n")
    (root / ".gitignore").write_text("paper/build\n")
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "all"]):
        subprocess.run([*git, *words], check=True)
    with pytest.raises(PaperFault, match="make paper"):
        deposit(root, tmp_path / "a.zip")
    for name in BUILT:
        (root / name).write_bytes(b"%PDF")
    assert deposit(root, tmp_path / "a.zip") == 4
    deposit(root, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        listed = archive.read(f"{NAME}/{HASHES}").decode().splitlines()
        assert {f"{NAME}/{line.split()[1]}" for line in listed} | {f"{NAME}/{HASHES}"} == set(
            archive.namelist()
        )
    (root / "README.md").write_text("Changed.\n")
    with pytest.raises(PaperFault, match="not committed"):
        deposit(root, tmp_path / "c.zip")
