"""Wagtail's user list, of staff only: readers are accounts too, and are nobody's business there."""

from typing import Any

from django.http import Http404
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.users import DeleteView, EditView, HistoryView, IndexView, UserViewSet

from writethru.readers import queries
from writethru.readers.actions.reader import vouch_for


class StaffCreationForm(UserCreationForm):
    """Makes a member of staff; of a reader who has that address already too, with a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin with the reader's account, where there is one at the address that was sent."""
        super().__init__(*args, **kwargs)
        email = self.data.get(self.add_prefix("email"), "").strip()
        if reader := queries.reader_at(email):
            self.instance = reader

    def save(self, commit: bool = True) -> Any:
        """Save the account as staff; who makes it vouches for the address."""
        self.instance.is_staff = self.instance.is_active = True
        account = super().save(commit)
        vouch_for(account)
        return account


class StaffEditForm(UserEditForm):
    """Changes a member of staff; who does vouches for the address."""

    def save(self, commit: bool = True) -> Any:
        """Save the account."""
        account = super().save(commit)
        vouch_for(account)
        return account


class StaffIndexView(IndexView):
    """Lists staff. Without bulk actions: Wagtail's "select all" takes in every account, readers too."""

    def get_base_queryset(self) -> Any:
        """Return the accounts of staff."""
        return queries.staff_accounts().select_related("wagtail_userprofile")

    @cached_property
    def columns(self) -> list[Column]:
        """Return Wagtail's columns without the one for bulk actions."""
        return [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]


class _OfStaff:
    """Knows no account but those of staff."""

    def get_object(self, *args: Any) -> Any:
        account = super().get_object(*args)  # type: ignore[misc]
        if not queries.staff_accounts().filter(pk=account.pk).exists():
            raise Http404
        return account


class StaffEditView(_OfStaff, EditView):
    """Edits a member of staff."""


class StaffDeleteView(_OfStaff, DeleteView):
    """Deletes a member of staff."""


class StaffHistoryView(_OfStaff, HistoryView):
    """Shows what was done to the account of a member of staff."""


class StaffViewSet(UserViewSet):
    """Wagtail's users, staff only."""

    index_view_class = StaffIndexView
    edit_view_class = StaffEditView
    delete_view_class = StaffDeleteView
    history_view_class = StaffHistoryView

    def get_form_class(self, for_update: bool = False) -> Any:
        """Return Wagtail's form; a new user is staff."""
        return StaffEditForm if for_update else StaffCreationForm
