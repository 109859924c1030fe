from collections import Counter
from datetime import UTC, datetime

from writethru.press.pulse import Spark, Year, bars, month_counts, months_back, spark, years


def test_months_are_the_sites():
    assert month_counts([datetime(2023, 5, 31, 15, 59, tzinfo=UTC), datetime(2023, 5, 31, 16, 0, tzinfo=UTC)]) == {
        (2023, 5): 1,
        (2023, 6): 1,
    }


def test_months_back_cross_the_year():
    assert months_back((2023, 2), 4) == [(2022, 11), (2022, 12), (2023, 1), (2023, 2)]


def test_bars_stand_on_one_scale_and_the_smallest_is_seen():
    assert bars([4, 0, 2, 1], top=400) == "M1.1 40v-1.5h7.8v1.5zM21.1 40v-1.5h7.8v1.5zM31.1 40v-1.5h7.8v1.5z"
    assert bars([4, 0, 2], top=4) == "M1.1 40v-40h7.8v40zM21.1 40v-20h7.8v20z"


def test_years_lead_to_the_page_or_to_their_last_month_and_an_empty_year_nowhere():
    counts = Counter({(2021, 3): 1, (2021, 11): 2, (2023, 6): 4})

    assert years(counts, path="/story/x/", on_page=[2023], current=2023) == [
        Year(2021, 3, "M21.1 40v-10h7.8v10zM101.1 40v-20h7.8v20z", "/story/x/2021/11/", False),
        Year(2022, 0, "", "", False),
        Year(2023, 4, "M51.1 40v-40h7.8v40z", "#y2023", True),
    ]


def test_no_years_for_a_story_without_entries():
    assert years(Counter(), path="/story/x/", on_page=[], current=None) == []


def test_spark_ends_with_the_month_that_it_is_told():
    times = [datetime(2023, 6, 1, tzinfo=UTC), datetime(2023, 4, 10, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)]

    assert spark(times, last=(2023, 6), months=3) == Spark("M1.1 40v-40h7.8v40zM21.1 40v-40h7.8v40z", 30)
    assert spark([], last=(2023, 6), months=3) == Spark("", 30)
