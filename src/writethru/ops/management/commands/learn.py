"""writethru learn: lets the engine learn from what the desk has decided."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from storytext.learning import Try
from writethru.ops.learning import learned_from, listing, of_hundred, otherwise, too_few, what_changed
from writethru.ops.store import prepare_store
from writethru.stories.actions.learn import (
    FEWEST_DECISIONS,
    LearnedMeanwhile,
    NothingToTakeBack,
    Study,
    differences,
    go_back,
    keep,
    study,
)
from writethru.stories.lexicon import background
from writethru.stories.models import Learning


class Command(BaseCommand):
    """Learns, shows what it would learn, or takes it back."""

    help = "Learn from what the desk has filed, taken out, moved and unfolded: weights, and which sources to ask about."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the command line."""
        only = parser.add_mutually_exclusive_group()
        only.add_argument("--dry-run", action="store_true", help="say what would have gone otherwise, and keep nothing")
        only.add_argument(
            "--back", action="store_true", help="go back to what was in use before, at last to what ships"
        )
        only.add_argument("--list", action="store_true", help="list what has been learned, and which is in use (→)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do one of the four."""
        prepare_store(self.stdout.write)
        if options["list"]:
            self._say(listing(Learning.objects.order_by("-number")))
        elif options["back"]:
            self._go_back()
        else:
            self._learn(is_dry=options["dry_run"])

    def _go_back(self) -> None:
        try:
            now_in_use = go_back()
        except NothingToTakeBack as error:
            raise CommandError("Nothing that was learned is in use: the engine goes by what ships.") from error
        what = f"number {now_in_use.number}" if now_in_use else "what ships"
        self.stdout.write(f"Taken back: the engine goes by {what} again, from its next decision on.")

    def _learn(self, *, is_dry: bool) -> None:
        self.stdout.write("Reading the reports at hand, and what was decided of them …")
        self.stdout.flush()
        found = study(background=background(), heed=self._tell_of)
        if found.decisions < FEWEST_DECISIONS:
            if not found.is_new:
                raise CommandError(too_few(found))
            self.stdout.write(too_few(found))
        else:
            self.stdout.write(learned_from(found))
        self._say(what_changed(found))
        if is_dry:
            self._say([*otherwise(found, differences(found)), "Nothing was written: this was a dry run."])
        elif not found.is_new:
            self.stdout.write("Nothing was written.")
        else:
            self._keep(found)

    def _keep(self, found: Study) -> None:
        try:
            row = keep(found, now=timezone.now())
        except LearnedMeanwhile as error:
            raise CommandError("Something else was learned or taken back meanwhile. Run it again.") from error
        self.stdout.write(f"This is number {row.number}, in use from the next decision on. “--back” takes it back.")

    def _tell_of(self, tried: Try) -> None:
        what = "What ships" if tried.hold is None else f"Learned, held by {tried.hold:g}"
        self.stdout.write(f"  {what}: agrees with your decisions {of_hundred(tried.followed)} in 100")
        self.stdout.flush()

    def _say(self, lines: list[str]) -> None:
        for line in lines:
            self.stdout.write(line)
