"""What goes with a public page: what a browser may load, and for how long it may be kept.

The application's door and the file server's shipped settings (`writethru nginx`) both say what stands here.
"""

from django.conf import settings

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
ANY_TYPE = "application/octet-stream"
A_WHILE = "public, max-age=10, must-revalidate"
FOR_EVER = "public, max-age=31536000, immutable"
KEPT_FOR_EVER = ("/assets/", "/photo/")  # what is in such a file is in its name


def headers() -> dict[str, str]:
    """Return the headers of every public page, whatever the page."""
    return {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
    }


def cache_control(path: str) -> str:
    """Return for how long what is baked at `path` may be kept."""
    return FOR_EVER if path.startswith(KEPT_FOR_EVER) else A_WHILE
