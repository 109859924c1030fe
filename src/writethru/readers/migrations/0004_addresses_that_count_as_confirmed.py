"""Every account that there is was made by the desk or by who set the house up: its address counts as confirmed."""

from typing import Any

from django.db import migrations


def confirm(apps: Any, schema_editor: Any) -> None:
    """Write each address in small letters, and count it as confirmed."""
    Account = apps.get_model("readers", "Account")
    EmailAddress = apps.get_model("account", "EmailAddress")
    for account in Account.objects.all():
        email = account.email.lower()
        Account.objects.filter(pk=account.pk).update(email=email)
        EmailAddress.objects.get_or_create(user=account, email=email, defaults={"verified": True, "primary": True})


class Migration(migrations.Migration):
    """No account was ever made by a reader before this."""

    dependencies = [("account", "0009_emailaddress_unique_primary_email"), ("readers", "0003_following")]

    operations = [migrations.RunPython(confirm, migrations.RunPython.noop)]
