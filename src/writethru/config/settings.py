"""Every setting. What an operator may set comes from the environment; docs/reference/settings.md has a line each."""

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from writethru.config import environment

SOURCE = Path(__file__).resolve().parent.parent

# What the operator sets
WRITETHRU_DATA = environment.data_folder()
BASE_URL = environment.base_url()
PAGES_FOLDER = environment.pages_folder(folder=WRITETHRU_DATA)
QUEUE_URL = environment.queue_url()
FETCH_ALLOW = environment.fetch_allow()
LOG_FORMAT = environment.log_format()
QUEUE_IMMEDIATE = False  # the tests run each job where it is woken
SITE_NAME = environment.given("SITE_NAME", "The Daily Example")
DATABASES = {"default": environment.database(folder=WRITETHRU_DATA)}
POSTAL_ADDRESS = environment.given("POSTAL_ADDRESS")
MAILS_AN_HOUR = environment.number("MAILS_AN_HOUR", 5, least=1)
SECRET_KEY = environment.secret("SECRET_KEY", folder=WRITETHRU_DATA / "secrets")

# Mail
MAIL_SERVER = environment.mail_server()  # EMAIL_URL, taken apart
MAIL_FROM = environment.mail_from(name=SITE_NAME, host=str(urlsplit(BASE_URL).hostname))
MAIL_CONNECTIONS = environment.number("MAIL_CONNECTIONS", 10, least=1, most=200)
MAIL_FOLDER = WRITETHRU_DATA / "mail"  # without EMAIL_URL mail is put there, and goes nowhere
EMAIL_BACKEND = "writethru.lib.mailbackend.Backend"  # Django's own mail goes the same way
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM

# Mail that comes back, how it is signed, and push
BOUNCE_DOMAIN = environment.domain("BOUNCE_DOMAIN", other=("none",))
DKIM_DOMAIN = environment.domain("DKIM_DOMAIN")
DKIM_SELECTOR = environment.label("DKIM_SELECTOR", "writethru")
DKIM_KEY = environment.dkim_key(folder=WRITETHRU_DATA / "secrets") if DKIM_DOMAIN else ""
VAPID_KEY = environment.vapid_key(folder=WRITETHRU_DATA / "secrets")

# Language and time
LANGUAGES = [("en", _("English"))]
LANGUAGE_CODE = environment.language(LANGUAGES)
LOCALE_PATHS = [SOURCE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.zone()

# Doors
DEBUG = False
ALLOWED_HOSTS = [urlsplit(BASE_URL).hostname, "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
ROOT_URLCONF = "writethru.config.urls"
WSGI_APPLICATION = "writethru.config.wsgi.application"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail shows previews in a frame
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https:")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
LOGIN_URL = "wagtailadmin_login"

INSTALLED_APPS = [
    "writethru.desk",
    "writethru.front",
    "writethru.press",
    "writethru.bulletins",
    "writethru.readers",
    "writethru.stories",
    "writethru.wire",
    "writethru.ops",
    "wagtail.contrib.redirects",
    "wagtail.sites",
    "writethru.desk.apps.StaffConfig",  # wagtail.users
    "wagtail.snippets",
    "wagtail.documents",  # nothing here uses it, but the admin's editor asks for its API
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Accounts
AUTH_USER_MODEL = "readers.Account"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Files. Pages and their assets are baked into PAGES_FOLDER; what is here belongs to the desk.
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # the desk's own files are served from where they are installed: no collectstatic
MEDIA_URL = "/media/"
MEDIA_ROOT = WRITETHRU_DATA / "media"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Wagtail
WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILIMAGES_IMAGE_MODEL = "stories.Photo"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_ENABLE_UPDATE_CHECK = False  # no third party is called
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_AUTO_UPDATE_PREVIEW = True
PREVIEWS = {
    "stories.report": "writethru.press.pages.report_preview",
    "stories.story": "writethru.press.pages.story_preview",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": f"writethru.lib.logline.{'JsonLine' if LOG_FORMAT == 'json' else 'TextLine'}",
            "hidden": [
                SECRET_KEY,
                VAPID_KEY,
                *environment.passwords(environment.given("DATABASE_URL"), QUEUE_URL, environment.given("EMAIL_URL")),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # One line for each wake-up, and each page that Wagtail indexes, would bury what matters.
    "loggers": {
        **{name: {"level": "WARNING"} for name in ("huey", "django_tasks", "modelsearch", "wagtail")},
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # anybody can send one; the answer is 400
    },
}
