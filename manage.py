#!/usr/bin/env python
"""The commands of Flowviz: `python manage.py demo`, `watch` and Django's own."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowviz.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit(
            "Django is not installed in this Python. `make demo` sets everything up; "
            "or use the Python of the virtual environment: .venv/bin/python manage.py ..."
        )
    from flowviz.config import ConfigError

    try:
        execute_from_command_line(sys.argv)
    except ConfigError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:  # before the command itself answers to Ctrl-C
        sys.exit(130)


if __name__ == "__main__":
    main()
