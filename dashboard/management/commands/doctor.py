"""`python manage.py doctor`: what this machine has for Flowviz, what it lacks, and what to do."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from dashboard.management.checkup import examine


class Command(BaseCommand):
    help = (
        "Look at this machine and say, one line each, what Flowviz finds and what to do about "
        "what it lacks. Ends with exit code 1 where something would not work."
    )
    requires_system_checks = ()  # it is there for when something else is broken

    def handle(self, *args: Any, **options: Any) -> None:
        paint = {"ok": self.style.SUCCESS, "note": self.style.WARNING, "problem": self.style.ERROR}
        problems = 0
        for finding in examine(settings.CONFIG):
            problems += finding.kind == "problem"
            kind = paint[finding.kind](f"{finding.kind:8}")
            self.stdout.write(f"{kind} {finding.what}: {finding.sentence}")
        if problems:
            sys.exit(1)
        self.stdout.write("Nothing is in the way of make demo.")
