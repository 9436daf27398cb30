from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations


def forget(apps: Any, schema_editor: Any) -> None:
    """Places of cards of other sizes, with other gaps: laid out anew they are better off."""
    apps.get_model("dashboard", "NodePosition").objects.all().delete()


class Migration(migrations.Migration):
    dependencies: ClassVar = [("dashboard", "0001_initial")]

    operations: ClassVar = [migrations.RunPython(forget, migrations.RunPython.noop)]
