"""Time the replay of both truces (warm) and the start of the command, as the median of several runs."""

import statistics
import subprocess
import sys
import time

import negotiation as ng

TRUCES = ("2025-05-geneva", "2025-10-busan")


def seconds(work, runs=5):
    found = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def replay_both():
    for name in TRUCES:
        ng.replay(name)


def help_page():
    subprocess.run([sys.executable, "-m", "negotiation.cli", "--help"], check=True, capture_output=True)


if __name__ == "__main__":
    replay_both()
    print(f"replay of both truces, 256 draws each, warm: {seconds(replay_both, 3):.2f} s (target: under 5)")
    print(f"negotiation --help, a fresh process: {seconds(help_page):.2f} s (target: under 0.4)")
