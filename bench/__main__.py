"""``python -m bench [dav|slots]``: each benchmark prints ratios measured side by side."""

from __future__ import annotations

import argparse
import sys

from bench.dav import main as dav
from bench.slots import main as slots

BENCHMARKS = {"dav": dav, "slots": slots}


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=BENCHMARKS, help="one of them; without: all")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="its options; NAME --help tells")
    arguments = parser.parse_args()
    if arguments.name:
        return BENCHMARKS[arguments.name](arguments.rest)
    for name, benchmark in BENCHMARKS.items():
        print(f"== {name}")
        benchmark([])
    return 0


if __name__ == "__main__":
    sys.exit(main())
