"""The one listener to Wagtail's signals: what an editor changes in the tree or in the library asks for pages."""

from typing import Any

from django.db.models.signals import post_save, pre_delete, pre_save
from django.dispatch import receiver
from django.utils import timezone
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from writethru.stories import pagestore
from writethru.stories.actions.bake import Rank, ask_for_pages, baked_below
from writethru.stories.actions.paths import ask_for_pages_that_name, ask_for_section, ask_for_story
from writethru.stories.actions.photos import photo_changed
from writethru.stories.models import Photo, Section, Story


@receiver([page_published, page_unpublished])
def page_changed(sender: type, instance: Any, **kwargs: Any) -> None:
    """Ask for what shows a story or a section that an editor published or took down."""
    _ask(instance)


@receiver(post_page_move)
def page_moved(sender: type, instance: Any, **kwargs: Any) -> None:
    """Ask for a story that moved, and for the sections that it left and came to."""
    for page in (instance, kwargs["parent_page_before"], kwargs["parent_page_after"]):
        _ask(page.specific)


@receiver(pre_save, sender=Story)
@receiver(pre_save, sender=Section)
def page_will_be_renamed(sender: Any, instance: Any, **kwargs: Any) -> None:
    """Ask for what stands at the old address in the transaction of the change: a crash after it leaves no page there.

    Wagtail's own signal comes after the commit.
    """
    before = sender.objects.filter(pk=instance.pk).first()
    if before and before.slug != instance.slug:
        old = [(path, Rank.STORY) for path in baked_below(before.path_on_site)]
        ask_for_pages([("/", Rank.FRONT), *old], now=timezone.now())  # "/" is what everybody locks first
    if before and sender is Story and (before.title, before.slug) != (instance.title, instance.slug):
        ask_for_pages_that_name(instance, now=timezone.now())


@receiver(page_slug_changed)
def page_renamed(sender: type, instance: Any, instance_before: Any, **kwargs: Any) -> None:
    """Take the page at the old address out of the store; Wagtail's redirect answers there."""
    if before := getattr(instance_before, "path_on_site", ""):
        for path in baked_below(before):
            pagestore.remove(path)
        _ask(instance)


@receiver(post_save, sender=Photo)
def photo_saved(sender: type, instance: Photo, **kwargs: Any) -> None:
    """Ask for what shows a photo that an editor cropped, described or limited."""
    photo_changed(instance, now=timezone.now())


@receiver(pre_delete, sender=Photo)
def photo_taken_out(sender: type, instance: Photo, **kwargs: Any) -> None:
    """Ask for what shows a photo that an editor takes out of the library."""
    photo_changed(instance, now=timezone.now(), is_gone=True)


def _ask(page: Any) -> None:
    if isinstance(page, Story):
        ask_for_story(page, now=timezone.now())
    elif isinstance(page, Section):
        ask_for_section(page, now=timezone.now())
