"""python -m bench [press serve store wire fold size mail]: runs the benches named, or all, each on its own store."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PARTS = ("press", "serve", "store", "wire", "fold", "size", "mail")
OURS = (
    "DATABASE_URL",
    "QUEUE_URL",
    "PAGES_URL",
    "BASE_URL",
    "SECRET_KEY",
    "LOG_FORMAT",
    "EMAIL_URL",
    "MAIL_FROM",
    "SITE_NAME",
    "SITE_ZONE",
)


def main() -> None:
    parts = sys.argv[1:] or list(PARTS)
    if unknown := set(parts) - set(PARTS):
        sys.exit(f"bench: there is no {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
    began = time.monotonic()
    clean = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in OURS}
    with tempfile.TemporaryDirectory(prefix="writethru-bench-") as folder:
        template = Path(folder, "template")
        ready = {**clean, "WRITETHRU_DATA": str(template), "DJANGO_SETTINGS_MODULE": "writethru.config.settings"}
        subprocess.run([sys.executable, "-m", "writethru", "migrate", "--verbosity", "0"], env=ready, check=True)
        print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, SQLite")
        for part in parts:
            store = Path(folder, part)
            shutil.copytree(template, store)
            done = subprocess.run(
                [sys.executable, "-m", f"bench.{part}"], env={**ready, "WRITETHRU_DATA": str(store)}, check=False
            )
            shutil.rmtree(store)
            if done.returncode:
                sys.exit(done.returncode)
    print(f"\n{time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    main()
