"""How many follow, counted anew: the counts are kept as follows begin and end, and mail that stops or a reader who is
deleted leaves them too high.
"""

from django.db import transaction
from django.db.models import Count, Q

from writethru.readers.models import Follow, FollowerCount, Pace


def recount_followers() -> int:
    """Count the followers of each story and section that has had one; return how many counts were wrong.

    Each row is locked while it is counted: whoever begins or ends a follow meanwhile has changed it before, or does so
    after.
    """
    return sum(_recount(pk) for pk in list(FollowerCount.objects.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _recount(pk: int) -> bool:
    kept = FollowerCount.objects.select_for_update().filter(pk=pk).first()
    if kept is None:
        return False
    of = {"story": kept.story_id} if kept.story_id else {"section": kept.section_id}
    by_mail = Q(by_mail=True, reader__mail_stopped_at=None)
    told = by_mail | Q(by_push=True)
    counted = Follow.objects.filter(ended_at=None, **of).aggregate(
        all=Count("pk"),
        at_once=Count("pk", filter=told & Q(pace=Pace.ONCE)),
        key=Count("pk", filter=told & Q(pace=Pace.KEY)),
        digests=Count("pk", filter=told & Q(pace__in=(Pace.DAILY, Pace.WEEKLY))),
    )
    is_wrong = any(getattr(kept, name) != n for name, n in counted.items())
    FollowerCount.objects.filter(pk=pk).update(**counted)
    return is_wrong
