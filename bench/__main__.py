"""``python -m bench [NAME]``: each benchmark prints ratios measured side by side."""

from __future__ import annotations

import argparse
import sys

from bench.dav import main as dav
from bench.requests_http import main as requests_http
from bench.slots import main as slots
from bench.slots_http import main as slots_http

BENCHMARKS = {
    "dav": dav,
    "slots": slots,
    "slots_http": slots_http,
    "requests_http": requests_http,
}


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
