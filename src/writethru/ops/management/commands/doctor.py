"""writethru doctor: what is wrong with this house, and how to mend it."""

import dataclasses
import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from writethru.lib.logline import on_one_line
from writethru.ops.doctor import WRONG, examine


class Command(BaseCommand):
    """Examines the house."""

    help = "Say what is wrong with this house and how to mend it, a line a check. The exit status is 1 if anything is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Define the command line."""
        parser.add_argument("--json", action="store_true", help="as one object of JSON, for a machine")

    def handle(self, *args: Any, **options: Any) -> None:
        """Examine, and say what was found as it is found."""
        found = []
        for finding in examine():
            found.append(finding)
            if not options["json"]:
                mend = f"  → {finding.mend}" if finding.mend else ""
                self.stdout.write(on_one_line(f"{finding.state:<8} {finding.check:<9} {finding.said}{mend}"))
                self.stdout.flush()
        is_wrong = any(finding.state == WRONG for finding in found)
        if options["json"]:
            told = {"ok": not is_wrong, "checks": [dataclasses.asdict(finding) for finding in found]}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
        sys.exit(1 if is_wrong else 0)
