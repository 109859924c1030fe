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
MAILS_AN_HOUR = environment.number("MAILS_AN_HOUR", 5, least=1, most=9999)
SECRET_KEY = environment.secret("SECRET_KEY", folder=WRITETHRU_DATA / "secrets")

# Mail
MAIL_SERVER = environment.mail_server()  # EMAIL_URL, taken apart
MAIL_FROM = environment.mail_from(name=SITE_NAME, host=str(urlsplit(BASE_URL).hostname))
MAIL_CONNECTIONS = environment.number("MAIL_CONNECTIONS", 20, least=1, most=200)
MAIL_FOLDER = WRITETHRU_DATA / "mail"  # without EMAIL_URL mail is put there, and goes nowhere
EMAIL_BACKEND = "writethru.lib.mailbackend.Backend"  # Django's own mail goes the same way
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM

# Mail that comes back, how it is signed, and push
BOUNCE_DOMAIN = environment.domain("BOUNCE_DOMAIN", other=("none",))
BOUNCE_MAILBOX = environment.bounce_mailbox()  # BOUNCE_URL, taken apart
WEBHOOK_SECRET = environment.secret("WEBHOOK_SECRET", folder=WRITETHRU_DATA / "secrets")
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
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

ANSWER_STEP_SECONDS = 0.05  # at the doors of accounts
MIDDLEWARE = [
    "writethru.front.door.InStep",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "writethru.front.door.AccountDoor",
    "writethru.desk.door.SecondFactor",
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
                "writethru.front.door.frame",
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
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
STAFF_SECOND_FACTOR = environment.staff_second_factor()
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/account/"
ACCOUNT_ADAPTER = "writethru.front.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "writethru.front.account_forms.SignupForm",
    "reset_password": "writethru.front.account_forms.ResetPasswordForm",
    "change_password": "writethru.front.account_forms.ChangePasswordForm",
    "request_login_code": "writethru.front.account_forms.RequestLoginCodeForm",
    "confirm_login_code": "writethru.front.account_forms.ConfirmLoginCodeForm",
    "confirm_reauthentication_code": "writethru.front.account_forms.ConfirmReauthenticationCodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that signed up, and in no other
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
# The login's own asks the database more for an address that has an account.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
PASSWORD_RESET_TIMEOUT = 60 * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # theirs are counted in a cache; `readers.actions.tries` counts in rows
MFA_ADAPTER = "writethru.front.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "writethru.front.account_forms.AuthenticateForm",
    "reauthenticate": "writethru.front.account_forms.ReauthenticateForm",
    "activate_totp": "writethru.front.account_forms.ActivateTOTPForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # half a minute: clocks go wrong
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SESSION_COOKIE_SECURE
SOCIALACCOUNT_ADAPTER = "writethru.front.adapters.ElsewhereAdapter"
OIDC_PROVIDERS = environment.oidc_providers()
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": OIDC_PROVIDERS, "OAUTH_PKCE_ENABLED": True}}
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True

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
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False  # /account/ has the one door for each
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
                WEBHOOK_SECRET,
                *(str(app["secret"]) for app in OIDC_PROVIDERS),
                *environment.passwords(
                    environment.given("DATABASE_URL"),
                    QUEUE_URL,
                    environment.given("EMAIL_URL"),
                    environment.given("BOUNCE_URL"),
                ),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    # One line for each wake-up, and each page that Wagtail indexes, would bury what matters.
    "loggers": {
        **{name: {"level": "WARNING"} for name in ("huey", "django_tasks", "modelsearch", "wagtail")},
        "flufl": {"level": "CRITICAL"},  # it tells each thing it tries, and each message that it stumbles over
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # anybody can send one; the answer is 400
    },
}
