"""``python -m assisto_caldav``: the same as the command ``assisto``."""

from __future__ import annotations

import sys

from assisto_caldav.cli import main

sys.exit(main())
