"""manage.py, less patient with a mirror from which nothing comes: for test_slow_mirror.py.

The patience of people is a minute; all else is as they start it.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import manage
from dashboard.cluster.embedded import fetching, installing

vars(installing)["Patience"] = partial(fetching.Patience, silence_seconds=6, tries=1)

if __name__ == "__main__":
    manage.main()
