"""What must last over a restart: the reports of recoveries.

Everything else is read anew from the cluster, which knows better.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class RecoveryReport(models.Model):
    """A finished recovery report, as it stood on the page when it was finished."""

    report = models.CharField(max_length=1000)
    """Its id."""
    place = models.CharField(max_length=1000)
    """Where it happened: a demonstration's data folder, or a cluster."""
    began_at = models.BigIntegerField()
    """Unix ms; the oldest are the first to be forgotten."""
    content = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "report"], name="one_report_a_place")
        ]

    def __str__(self) -> str:
        return f"{self.report} at {self.place}"
