"""The editors' screens, inside Wagtail's admin."""
