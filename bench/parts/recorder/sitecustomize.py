"""Python imports this by itself where this folder is on its path, as coverage's own hook is.

So the services of a demonstration are recorded as they are: no line of theirs, or of the kit's, is
another one.
"""

import os
import sys

if "dashboard.supervisor.child" in sys.orig_argv and "BENCH_RECORDS" in os.environ:
    from bench.parts import recording

    recording.install()
