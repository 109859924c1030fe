from typing import Any

import pytest
from builders import NOON
from django.test import Client
from pixels import make_picture

from writethru.readers.models import Account
from writethru.stories.actions.photos import keep_photo

pytestmark = pytest.mark.django_db


def test_an_original_is_for_the_desk_alone(client: Client):
    picture = make_picture()
    photo = keep_photo("https://photos.example/1", body=picture, caption="", credit="", alt="", now=NOON)

    assert client.get(photo.file.url)["Location"] == f"/desk/login/?next={photo.file.url}"

    client.force_login(Account.objects.create_superuser("editor@desk.example", "a long password"))
    response = client.get(photo.file.url)

    assert b"".join(response.streaming_content) == picture
    assert response["Cache-Control"] == "private, max-age=3600"
    assert client.get("/media/%2e%2e/secrets/secret_key").status_code == 400


def test_a_page_that_a_colleague_put_there_has_no_script_at_the_desk(client: Client, settings: Any):
    page = settings.MEDIA_ROOT / "documents" / "hostile.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("<script>fetch('/desk/users/')</script>")
    client.force_login(Account.objects.create_superuser("editor@desk.example", "a long password"))

    response = client.get("/media/documents/hostile.html")

    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    assert response["X-Content-Type-Options"] == "nosniff"
