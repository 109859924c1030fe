"""Where an editor moved part of a story into another, its followers are asked whether they follow that too."""

from datetime import datetime, timedelta

from django.db import transaction

from writethru.readers.actions.follow import follow
from writethru.readers.models import Follow, Offer, OfferAnswer, Reader
from writethru.stories.models import Decision, Story

LOOK_BACK = timedelta(days=3)


def make_offers(*, now: datetime) -> int:
    """Make an offer of each move of these days that stands, and take back those of moves that were undone."""
    moves = Decision.objects.filter(kind=Decision.Kind.MOVE, decided_at__gt=now - LOOK_BACK, story__isnull=False)
    stands: dict[tuple[int, int], datetime] = {}
    undone: set[tuple[int, int]] = set()
    for move in moves.order_by("pk"):
        for of_story in {row["fields"]["story"] for row in move.before.get("rows", [])} - {move.story_id}:
            if move.undone_at:
                undone.add((of_story, move.story_id))
            else:
                stands.setdefault((of_story, move.story_id), move.decided_at)
    there = set(Story.objects.filter(pk__in={pk for pair in stands for pk in pair}).values_list("pk", flat=True))
    fresh = [
        Offer(of_story_id=of_story, to_story_id=to_story, made_at=at)
        for (of_story, to_story), at in stands.items()
        if {of_story, to_story} <= there
    ]
    known = set(Offer.objects.filter(of_story__in=there).values_list("of_story", "to_story"))
    fresh = [offer for offer in fresh if (offer.of_story_id, offer.to_story_id) not in known]
    Offer.objects.bulk_create(fresh, ignore_conflicts=True)
    for of_story, to_story in undone - set(stands):
        Offer.objects.filter(of_story=of_story, to_story=to_story, made_at__gt=now - LOOK_BACK).delete()
    return len(fresh)


@transaction.atomic
def answer_offer(offer: Offer, *, reader: Reader, yes: bool, words: str, now: datetime) -> None:
    """Let a reader follow where part of their story is told, at the same pace and by the same doors; or not ask again.

    Answered twice, the first answer stands. Who does not follow the story has nothing to answer.
    """
    row = Follow.objects.filter(reader=reader, story=offer.of_story_id, ended_at=None).first()
    if row is None:
        return
    _answer, is_first = OfferAnswer.objects.get_or_create(
        offer=offer, reader=reader, defaults={"said_yes": yes, "answered_at": now}
    )
    if yes and is_first:
        follow(
            reader,
            story=offer.to_story,
            pace=row.pace,
            by_mail=row.by_mail,
            by_push=row.by_push,
            updates=row.updates,
            words=words,
            now=now,
        )
