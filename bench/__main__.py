"""``python -m bench [dav|slots]``: each benchmark prints ratios measured side by side."""

from __future__ import annotations

import sys

from bench.dav import main as dav
from bench.slots import main as slots

BENCHMARKS = {"dav": dav, "slots": slots}

if __name__ == "__main__":
    chosen = sys.argv[1:2]
    if chosen and chosen[0] in BENCHMARKS:
        sys.exit(BENCHMARKS[chosen[0]](sys.argv[2:]))
    for name, main in BENCHMARKS.items():
        print(f"== {name}")
        main([])
