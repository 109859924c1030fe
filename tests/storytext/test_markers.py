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


def test_read_markers_reads_the_customs_of_other_languages():
    found = {
        headline: read_markers(headline).kind
        for headline in (
            "URGENTE: X",
            "ÚLTIMA HORA: X",
            "(Corrección: la grieta es de seis metros, no de nueve) X",
            "RECTIFICACIÓN: X",
            "(Actualiza con 2.800 evacuados) X",
            "(2ª versión) X",
            "(Nueva versión) X",
            "(Ampliación) X",
            "X (Ampliación 1)",
            "(Repetición) X",
            "ANULACIÓN: X",
            "URGENT: X",
            "ALERTE: X",
            "RECTIFICATIF : X",
            "(ACTUALISE avec effondrement) X",
            "(VERSION ACTUALISEE) X",
            "X (COMPLEMENT)",
            "(REPETITION) X",
            "ANNULATION: X",
            "BREAKING: X",
            "PAGTATAMA: X",
            "DAGDAG 2: X",
            "ULIT: X",
            "BINABAWI: X",
            "【速報】X",
            "◎訂正：X",
            "（差し替え）X",
            "【続報】X",
            "X（続）",
            "【第２報】X",
            "【追加】X",
            "【再送】X",
            "【取り消し】X",
        )
    }

    assert list(found.values()) == [
        *("flash", "flash", "corrected", "corrected", "update", "update", "update", "update", "add", "repeat", "kill"),
        *("flash", "flash", "corrected", "update", "update", "add", "repeat", "kill"),
        *("flash", "corrected", "add", "repeat", "kill"),
        *("flash", "corrected", "writethru", "update", "update", "update", "add", "repeat", "kill"),
    ]
    assert {read_markers(headline).headline for headline in found} == {"X"}


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
        "(Lead poisoning) Paint banned",
        "Breaking news tires readers",
        "Actualiza tu pasaporte",
        "Ulit-ulit na baha sa Tubigan",
        "Alerte-enlèvement levée",
        "続く余震に不安",
        "訂正申告が急増",
        "速報値を発表",
        "CORRECTED-",
        "",
    ]

    assert [read_markers(headline) for headline in headlines] == [Markers("none", 0, text) for text in headlines]
