from datetime import UTC, datetime

import pytest

from writethru.wire.formats.dates import read_date


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Thu, 01 Jun 2023 10:28:00 +0800", datetime(2023, 6, 1, 2, 28, tzinfo=UTC)),
        ("1 Jun 23 10:28 EST", datetime(2023, 6, 1, 15, 28, tzinfo=UTC)),
        ("Thursday, June 1, 2023 at 3:05 p.m. GMT", datetime(2023, 6, 1, 15, 5, tzinfo=UTC)),
        ("Thu Jun  1 10:28:00 PDT 2023", datetime(2023, 6, 1, 17, 28, tzinfo=UTC)),
        ("2023-06-01T10:28:00.123+08:00", datetime(2023, 6, 1, 2, 28, tzinfo=UTC)),
        ("20230601T102800+0800", datetime(2023, 6, 1, 2, 28, tzinfo=UTC)),
        ("2023-06-01T24:00:00Z", datetime(2023, 6, 2, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2023-06", datetime(2023, 6, 1, tzinfo=UTC)),
        ("Fri, 31 Feb 2023 10:00:00 GMT", None),
        ("Thu, 01 Jun 2023 25:00:00 GMT", None),
        ("10:28", None),
        ("1", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_read_in_utc_and_what_names_no_day_is_none(text: str, moment: datetime | None) -> None:
    assert read_date(text) == moment
