"""Forms that readers fill in."""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from writethru.readers.actions.times import Times
from writethru.readers.following import PACES

MOST_CHARACTERS = 4000
MUTES = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
CONTINENTS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


def zones() -> list[tuple[str, Any]]:
    """Return the time zones to choose from, by continent; the site's own stands first, and is no name."""
    return [("", _now("The site’s (%(zone)s)") % {"zone": settings.TIME_ZONE}), *_continents()]


@cache
def _continents() -> list[tuple[str, list[tuple[str, str]]]]:
    named = sorted(name for name in available_timezones() if name.partition("/")[0] in CONTINENTS)
    return [
        (continent, [(name, _place(name)) for name in named if name.startswith(f"{continent}/")])
        for continent in CONTINENTS
    ]


def _place(name: str) -> str:
    return name.partition("/")[2].replace("_", " ").replace("/", ", ")


class ErrorForm(forms.Form):
    """What is wrong in a report, and an address if the reader wants an answer."""

    text = forms.CharField(
        label=_("What is wrong?"),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Please say what is wrong.")},
    )
    email = forms.EmailField(
        label=_("Your e-mail address, if you want an answer"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    # Readers don't see it, and leave it alone; programs that fill in every field don't.
    website = forms.CharField(required=False, max_length=200)
    v = forms.IntegerField(required=False, min_value=0, max_value=1_000_000, widget=forms.HiddenInput)


class FollowForm(forms.Form):
    """An address at which somebody wants to follow, and how often."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": _("Please give an address.")},
    )
    pace = forms.ChoiceField(label=_("How often"), choices=PACES, required=False)
    # Readers don't see it, and leave it alone; programs that fill in every field don't.
    website = forms.CharField(required=False, max_length=200)

    def clean_pace(self) -> str:
        """Return the pace, daily where none was chosen."""
        return self.cleaned_data["pace"] or "daily"


class TimesForm(forms.Form):
    """When a reader wants to hear from us."""

    quiet_from = forms.TimeField(label=_("Quiet from"), required=False)
    quiet_until = forms.TimeField(label=_("Quiet until"), required=False)
    zone = forms.ChoiceField(label=_("Time zone"), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        """Offer every zone, the site's own first."""
        super().__init__(*given, **named)
        self.fields["zone"].choices = zones()

    def clean(self) -> dict[str, Any]:
        """Refuse quiet hours that only begin or only end."""
        cleaned = super().clean() or {}
        if (cleaned.get("quiet_from") is None) != (cleaned.get("quiet_until") is None):
            self.add_error("quiet_from", _("Quiet hours have a beginning and an end; or leave both empty."))
        return cleaned

    def times(self) -> Times:
        """Return what was given."""
        given = self.cleaned_data
        return Times(**{name: given[name] for name in ("zone", "quiet_from", "quiet_until")})


class AllTimesForm(TimesForm):
    """Quiet hours, and when digests come."""

    digest_at = forms.TimeField(label=_("Digests at"))
    digest_day = forms.TypedChoiceField(label=_("Weekly ones on"), coerce=int, choices=list(WEEKDAYS.items()))

    def times(self) -> Times:
        """Return what was given."""
        return Times(**{name: self.cleaned_data[name] for name in self.fields})


class ConfirmForm(TimesForm):
    """What somebody confirms who asked to follow at their address."""

    pace = forms.ChoiceField(label=_("How often"), choices=PACES)
    updates = forms.BooleanField(label=_("Also when a report is updated"), required=False)
    also = forms.TypedMultipleChoiceField(required=False, coerce=int)

    def __init__(self, *given: Any, asked: Sequence[int] = (), **named: Any) -> None:
        """Let what else was asked for at the address be chosen."""
        super().__init__(*given, **named)
        self.fields["also"].choices = [(pk, pk) for pk in asked]


class FollowChangeForm(forms.Form):
    """How a reader is told of one thing that they follow."""

    pace = forms.ChoiceField(choices=PACES)
    by_mail = forms.BooleanField(required=False)
    by_push = forms.BooleanField(required=False)
    updates = forms.BooleanField(required=False)
    mute = forms.ChoiceField(required=False, choices=[(name, name) for name in ("", "keep", *MUTES)])
