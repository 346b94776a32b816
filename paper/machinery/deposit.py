"""The archive for a repository of data: every tracked file, paper and appendix, and the hash of each.

`python -m paper.machinery.deposit [FILE]` writes it; the same checkout gives the same bytes.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from paper.machinery.faults import PaperFault

NAME = "negotiation-deposit"
BUILT = ("paper/build/main.pdf", "paper/build/appendix.pdf")
HASHES = "SHA256SUMS"
EPOCH = (2026, 11, 30, 0, 0, 0)
"""One time for every entry, so that the archive depends on contents alone."""


def deposit(root: Path, path: Path) -> int:
    """Write the archive of a checkout, and return how many files it holds beside the list of hashes."""
    changed = _git(root, "status", "--porcelain")
    if changed:
        raise PaperFault(f"a deposit is of what is committed; not committed: {changed.split(chr(10))[0]}")
    missing = [name for name in BUILT if not (root / name).is_file()]
    if missing:
        raise PaperFault(f"there is no {missing[0]}: say `make paper` first, with LaTeX installed")
    names = sorted([*_git(root, "ls-files").splitlines(), *BUILT])
    contents = {name: (root / name).read_bytes() for name in names}
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in contents.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [*contents.items(), (HASHES, "".join(lines).encode())]:
            entry = zipfile.ZipInfo(f"{NAME}/{name}", EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return len(names)


def _git(root: Path, *words: str) -> str:
    git = shutil.which("git") or "git"
    found = subprocess.run(  # noqa: S603 - fixed arguments
        [git, "-C", str(root), *words], capture_output=True, text=True, check=False
    )
    if found.returncode:
        raise PaperFault(f"a deposit is made from a git checkout: {found.stderr.strip()}")
    return found.stdout.strip()


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else f"dist/{NAME}.zip")
    try:
        print(f"{deposit(Path.cwd(), target)} files in {target}")
    except PaperFault as fault:
        sys.exit(f"{type(fault).__name__}: {fault}")
