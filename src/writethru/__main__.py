"""`writethru COMMAND`: the commands in ops/, and Django's own."""

import os
import sys


def main() -> None:
    """Run one command; a bad setting, or Ctrl-C, ends in one sentence, not in a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "writethru.config.settings")
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 (settings come first)
    from django.core.management import execute_from_command_line  # noqa: PLC0415

    try:
        execute_from_command_line(["writethru", *sys.argv[1:]])
    except ImproperlyConfigured as error:
        sys.exit(f"writethru: {error}")
    except KeyboardInterrupt:
        print("\nwritethru: stopped. Run the same command again to go on.", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
