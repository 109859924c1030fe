"""What the first page of the admin says of the desk."""

from typing import Any

from django.utils import timezone
from wagtail.admin.site_summary import SummaryItem

from writethru.stories import awaiting


class WaitingSummaryItem(SummaryItem):
    """How many items wait at the wire desk, and the way there: an editor's day begins with them."""

    order = 50
    template_name = "desk/home_waiting.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """Return how many wait for this editor."""
        return {"waiting": len(awaiting.keys_awaiting_desk(user=self.request.user, now=timezone.now()))}
