from typing import Any

import pytest

from writethru.bulletins.returns import NotOurs, envelope_sender, sending_of


@pytest.fixture(autouse=True)
def domain(settings: Any) -> None:
    settings.BOUNCE_DOMAIN = "mail.example"


@pytest.mark.parametrize("line", [1, 35, 36, 123456789, 2**63 - 1])
def test_an_envelope_sender_says_which_line_it_is_of(line: int):
    address = envelope_sender(line)

    assert sending_of(address) == line
    assert len(address.partition("@")[0]) <= 64


def test_servers_that_know_no_case_do_no_harm():
    address = envelope_sender(4711)

    assert [sending_of(as_written) for as_written in (address.upper(), f"<{address}>", f" {address}. ")] == [4711] * 3


def test_what_somebody_made_up_is_none():
    address = envelope_sender(4711)
    local, _, mac = address.partition("@")[0].rpartition("-")
    forged = [
        f"bounce+{'3mj'}-{mac}@mail.example",
        f"{local}-{'a' * 16}@mail.example",
        f"{local}-{mac[:-1]}@mail.example",
        f"{local}-{mac[:8]}@mail.example",
        f"{local}-@mail.example",
        f"{local}@mail.example",
        f"{address.replace('bounce+', 'bounce+0')}",
        address.replace("mail.example", "evil.example"),
        address.replace("bounce+", ""),
        f"{address},{address}",
        f"{local}-{'ſ' * 16}@mail.example",  # a letter that is an s where case counts for nothing
        "bounce@mail.example",
        "",
    ]

    for one in forged:
        with pytest.raises(NotOurs):
            sending_of(one)


def test_another_key_made_none_of_ours(settings: Any):
    address = envelope_sender(4711)
    settings.SECRET_KEY = "another"

    with pytest.raises(NotOurs):
        sending_of(address)


def test_the_domain_is_that_which_mail_comes_from_unless_told_otherwise(settings: Any):
    settings.MAIL_FROM = "The Daily Example <news@News.Example>"
    settings.BOUNCE_DOMAIN = ""
    own = envelope_sender(1)
    settings.BOUNCE_DOMAIN = "none"

    assert own.endswith("@news.example")
    assert envelope_sender(1) == "news@News.Example"
