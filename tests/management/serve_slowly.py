"""A session whose /healthz answers only when it is asked to end, for test_session.py.

Prints its address, then "asked" when somebody waits for that answer.
"""

from __future__ import annotations

import os
import threading


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowviz.settings")
    import django

    django.setup()
    from dashboard import running
    from dashboard.management.session import Session, say

    session = Session(port=0, acts=False, owns_processes=False, place=None)
    pause = threading.Event()

    def current() -> None:
        say("asked")
        while not session.ending:
            pause.wait(0.02)
        pause.wait(1)

    running.current = current
    session.run(lambda: say(session.url), interrupt=lambda: None)
    say("ended")
    session.leave()


if __name__ == "__main__":
    main()
