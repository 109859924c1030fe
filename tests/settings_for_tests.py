"""The project's own settings, on a store of the tests' own."""

import atexit
import os
import shutil
import tempfile

for name in (
    "BASE_URL",
    "BOUNCE_DOMAIN",
    "BOUNCE_URL",
    "DKIM_DOMAIN",
    "EMAIL_URL",
    "FETCH_ALLOW",
    "LOG_FORMAT",
    "MAIL_CONNECTIONS",
    "MAIL_FROM",
    "PAGES_URL",
    "SITE_NAME",
    "SITE_ZONE",
    "SITE_LANGUAGE",
    "SECRET_KEY",
):
    os.environ.pop(name, None)
os.environ["WRITETHRU_DATA"] = tempfile.mkdtemp(prefix="writethru-test-")
os.environ["SITE_ZONE"] = "Asia/Manila"
os.environ["SITE_NAME"] = "The Daily Example"
atexit.register(shutil.rmtree, os.environ["WRITETHRU_DATA"], ignore_errors=True)

from writethru.config.settings import *  # noqa: E402, F403
from writethru.config.settings import DATABASES, WRITETHRU_DATA  # noqa: E402

QUEUE_IMMEDIATE = True
ANSWER_STEP_SECONDS = 0.000_001  # tests/prove/test_enumeration.py takes production's
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"].endswith("sqlite"):
    # A file, as in production: memory has no second connection, and no write-ahead log.
    DATABASES["default"]["TEST"] = {"NAME": WRITETHRU_DATA / "test.sqlite3"}
    # Nobody pulls the plug here: the proofs do, on stores with the settings of production.
    options = DATABASES["default"]["OPTIONS"]
    options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
elif name := os.environ.get("WRITETHRU_TEST_DB"):
    # Another name lets two checkouts test on one server.
    DATABASES["default"]["TEST"] = {"NAME": name}
