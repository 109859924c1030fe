import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
READ = re.compile(r'\b(?:given|secret|number|domain|label)\("([A-Z_]+)"')


def test_each_setting_that_is_read_has_a_row_and_each_row_is_read():
    code = "\n".join(file.read_text() for file in sorted((ROOT / "src/writethru/config").glob("*.py")))
    page = (ROOT / "docs/reference/settings.md").read_text()

    named = set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE))
    assert {name for name in named if not name.startswith("OIDC_GOOGLE_")} == set(READ.findall(code))


def test_no_other_file_reads_the_environment_for_a_setting():
    read = {
        file.relative_to(ROOT / "src").as_posix()
        for file in (ROOT / "src").rglob("*.py")
        if re.search(r"os\.(environ\.get|environ\[|getenv)|\bgiven\(", file.read_text())
    }

    assert read == {"writethru/config/environment.py", "writethru/config/settings.py"}
