from storytext import Markers, read_markers


def test_read_markers_reads_what_wires_write_before_a_headline():
    found = [
        read_markers(headline)
        for headline in (
            "UPDATE 2-Toyota profit jumps",
            "CORRECTED-UPDATE 1-Toyota profit jumps",
            "CORRECTED (OFFICIAL)-Toyota profit jumps",
            "Corrección: sube el desempleo",
            "WRAPUP 4-Japan votes",
            "STORY WITHDRAWN: Toyota profit jumps",
            "KILL: Toyota profit jumps",
            "REFILE-Toyota profit jumps",
            "(2nd Take) Japan votes",
            "ADD 1 - Japan votes",
            "RPT-UPDATE 3-Japan votes",
            "(RPT) Japan votes",
            "ADVISORY: Japan votes",
            "URGENT: 1st LEAD: Japan votes",
            "UPDATE: Japan votes",
        )
    ]

    assert found == [
        Markers("update", 2, "Toyota profit jumps"),
        Markers("corrected", 1, "Toyota profit jumps"),
        Markers("corrected", 0, "Toyota profit jumps"),
        Markers("corrected", 0, "sube el desempleo"),
        Markers("wrapup", 4, "Japan votes"),
        Markers("kill", 0, "Toyota profit jumps"),
        Markers("kill", 0, "Toyota profit jumps"),
        Markers("refile", 0, "Toyota profit jumps"),
        Markers("take", 2, "Japan votes"),
        Markers("add", 1, "Japan votes"),
        Markers("repeat", 3, "Japan votes"),
        Markers("repeat", 0, "Japan votes"),
        Markers("advisory", 0, "Japan votes"),
        Markers("lead", 1, "Japan votes"),
        Markers("update", 0, "Japan votes"),
    ]


def test_read_markers_reads_what_wires_write_after_a_slugline():
    found = [
        read_markers(slugline)
        for slugline in (
            "BC-AS--Japan-US, 1st Ld-Writethru",
            "Japan-Vote, 2nd Ld",
            "Japan-Vote, 1st Add",
            "Japan votes (2nd take)",
            "JAPAN-VOTE (UPDATE 2)",
            "JAPAN-VOTE, KILL",
            "Japan votes (corrected)",
        )
    ]

    assert found == [
        Markers("writethru", 1, "BC-AS--Japan-US"),
        Markers("lead", 2, "Japan-Vote"),
        Markers("add", 1, "Japan-Vote"),
        Markers("take", 2, "Japan votes"),
        Markers("update", 2, "JAPAN-VOTE"),
        Markers("kill", 0, "JAPAN-VOTE"),
        Markers("corrected", 0, "Japan votes"),
    ]


def test_read_markers_leaves_headlines_that_only_sound_like_one():
    headlines = [
        "Kill the bill, say protesters",
        "Kill-switch law passes",
        "Flash-flood alert in Cebu",
        "Update your passport now",
        "Repeat-offender law struck down",
        "Japan's lead 2 points",
        "Storms hit the coast, kill",
        "CORRECTED-",
        "",
    ]

    assert [read_markers(headline) for headline in headlines] == [Markers("none", 0, text) for text in headlines]
