import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from writethru.ops.units import unit

CHOSEN = {"user": "writethru", "bind": "127.0.0.1:8000", "environment_file": "/etc/writethru.env"}


def test_systemd_has_nothing_to_say_against_the_units(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    files = [tmp_path / "writethru-serve.service", tmp_path / "writethru-work.service"]
    for name, file in zip(("serve", "work"), files, strict=True):
        call_command("systemd", name)
        file.write_text(capsys.readouterr().out)
    if not shutil.which("systemd-analyze"):
        pytest.skip("there is no systemd-analyze here")

    tried = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False)

    assert [line for line in tried.stderr.splitlines() if "writethru-" in line] == []
    assert tried.returncode == 0


def test_a_unit_runs_this_install_on_its_folders_and_nothing_else(settings: Any):
    settings.WRITETHRU_DATA, settings.PAGES_FOLDER = Path("/var/lib/writethru"), Path("/srv/pages")

    lines = unit("serve", **CHOSEN).splitlines()

    assert [
        line for line in lines if line.startswith(("Type", "User", "Env", "Exec", "Kill", "ReadWrite", "Protect"))
    ] == [
        "Type=notify",
        "User=writethru",
        'Environment="WRITETHRU_DATA=/var/lib/writethru"',
        "EnvironmentFile=/etc/writethru.env",
        f'ExecStart="{sys.executable}" -m writethru serve --bind 127.0.0.1:8000',
        "KillMode=mixed",
        "KillSignal=SIGTERM",
        "ProtectSystem=strict",
        'ReadWritePaths="/var/lib/writethru" "/srv/pages"',
        f"ProtectHome={'read-only' if sys.prefix.startswith(('/home', '/root')) else 'yes'}",
        *(f"Protect{what}=yes" for what in ("Clock", "Hostname", "ControlGroups", "KernelLogs", "KernelModules")),
        "ProtectKernelTunables=yes",
    ]


def test_a_house_under_home_can_still_be_read(settings: Any):
    settings.WRITETHRU_DATA = Path("/home/desk/var")

    assert "ProtectHome=read-only" in unit("work", **CHOSEN).splitlines()


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"user": "a b"}, "--user is “a b”; it must be a user of this machine."),
        ({"bind": "8000\nExecStart=/bin/sh"}, "--bind is “8000\nExecStart=/bin/sh”; it must be like 127.0.0.1:8000."),
        ({"bind": "a\n:80"}, "--bind is “a\n:80”; it must be like 127.0.0.1:8000."),
        (
            {"environment_file": "writethru.env"},
            "systemd can't be given the path “writethru.env”: it must be a whole one, without spaces or quotes.",
        ),
    ],
)
def test_what_systemd_cannot_be_told_is_refused(choice: dict[str, str], said: str):
    with pytest.raises(CommandError) as refused:
        unit("work", **{**CHOSEN, **choice})

    assert str(refused.value) == said
