"""What gunicorn logs, in lines like all others; with LOG_FORMAT=json a line for each request too."""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from gunicorn.config import Config
from gunicorn.glogging import Logger


class ServerLog(Logger):
    """gunicorn's own logger, with our formatter. It is begun before Django is set up, so it makes one of its own."""

    def setup(self, cfg: Config) -> None:
        """Set up gunicorn's two logs."""
        super().setup(cfg)
        described = dict(settings.LOGGING["formatters"]["line"])
        line: logging.Formatter = import_string(described.pop("()"))(**described)
        for handler in [*self.error_log.handlers, *self.access_log.handlers]:
            handler.setFormatter(line)

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Log one request: without its query, in which tokens travel, and without who asked."""
        if not self.access_log_enabled:
            return
        method, path, status = environ["REQUEST_METHOD"], environ["PATH_INFO"], int(str(resp.status).split(None, 1)[0])
        told = {
            "method": method,
            "path": path,
            "status": status,
            "bytes": getattr(resp, "sent", None),
            "ms": round(request_time.total_seconds() * 1000, 1),
        }
        self.access_log.info("%s %s %s", method, path, status, extra={"told": told})
