"""A line of the log: for a person, or as one object of JSON. What is secret is in neither.

2026-11-24 12:00:00,123 ERROR writethru.press.bake: /story/x/ can't be baked
{"time": "2026-11-24T12:00:00.123+00:00", "level": "error", "logger": "writethru.press.bake", "message": "…"}
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType

LEFT_OUT = "…"
_SECRET = re.compile(
    r"(?<=://)[^/\s@\"']+(?=@)"  # who logs in at an address, and with what
    r"|(?<=/password_reset/confirm/)[\w/-]+"
    r"|(?:(?<=/[cfu]/)|(?<=/u/all/))[\w-]{40,}"  # the links of mails, which need no login
    r"|(?:(?<=/confirm-email/)|(?<=/password/reset/key/))[\w:-]+"
    r"|(?i:(?<=[?&])((?:[\w-]*(?:key|token|secret|password|passwd|pwd|signature|auth|sig)[\w-]*)=)[^&#\s\"']+)"
)


def without_secrets(line: str, *, hidden: Iterable[str] = ()) -> str:
    """Return `line` without what is in `hidden`, and without what addresses are wont to tell."""
    for secret in hidden:
        line = line.replace(secret, LEFT_OUT)
    return _SECRET.sub(lambda found: f"{found[1] or ''}{LEFT_OUT}", line)


def on_one_line(words: str) -> str:
    """Return `words` with what would begin a line, or move a terminal, written out: a wire could forge lines by it."""
    return "".join(one if one.isprintable() or one == "\t" else ascii(one)[1:-1] for one in words)


class TextLine(logging.Formatter):
    """Formats for a person."""

    def __init__(self, *, hidden: Iterable[str] = ()) -> None:
        """Take what may never be in a line."""
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._hidden = tuple(filter(None, hidden))

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line without the traceback, on one line whatever an address from outside holds."""
        record.message = on_one_line(record.message)
        return super().formatMessage(record)

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, with the traceback below it if there is one."""
        return without_secrets(super().format(record), hidden=self._hidden)


class JsonLine(logging.Formatter):
    """Formats as an object of JSON: time, level, logger, message, exception, and what the record names in `told`."""

    def __init__(self, *, hidden: Iterable[str] = ()) -> None:
        """Take what may never be in a line."""
        super().__init__()
        self._hidden = tuple(filter(None, hidden))

    def format(self, record: logging.LogRecord) -> str:
        """Return the object, on one line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._safe(record.getMessage()),
        }
        for name, value in getattr(record, "told", {}).items():
            line[name] = self._safe(value) if isinstance(value, str) else value
        if record.exc_info and record.exc_info[0]:
            line["exception"] = self._safe(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)

    def _safe(self, words: str) -> str:
        return without_secrets(words, hidden=self._hidden)


def log_what_nobody_catches(log: logging.Logger) -> None:
    """Let an exception that ends this process, or one of its threads, be a line of the log like any other."""

    def note(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("%s: %s", kind.__name__, error, exc_info=(kind, error, trace))

    def note_in_thread(ended: threading.ExceptHookArgs) -> None:
        if ended.exc_value is not None:
            note(ended.exc_type, ended.exc_value, ended.exc_traceback)

    sys.excepthook, threading.excepthook = note, note_in_thread
