"""What must last over a restart: where people put the nodes, and the reports of recoveries.

Everything else is read anew from the cluster, which knows better.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

NODE_ID_LENGTH = 800
"""A node's id holds a percent-encoded name; Kafka's names have at most 249 characters."""


class NodePosition(models.Model):
    """Where a node stands on the canvas, for everyone who looks. Pixels from the top left."""

    node = models.CharField(max_length=NODE_ID_LENGTH, primary_key=True)
    x = models.FloatField()
    y = models.FloatField()
    moved_at = models.BigIntegerField()
    """Unix ms; the positions moved longest ago are the first to be forgotten."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["moved_at"], name="position_moved_at")]

    def __str__(self) -> str:
        return f"{self.node} at {self.x:.0f}, {self.y:.0f}"


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
