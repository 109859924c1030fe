"""Forms that readers fill in."""

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_CHARACTERS = 4000


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
