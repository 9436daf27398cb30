from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """What the page's layout has laid lasts as long as what is shown (dashboard/places.py)."""

    dependencies: ClassVar = [("dashboard", "0002_forget_places")]

    operations: ClassVar = [migrations.DeleteModel("NodePosition")]
