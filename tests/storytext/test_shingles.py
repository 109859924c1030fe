# ruff: noqa: E501  (a paragraph of copy stands on one line)
import subprocess
import sys

from made_up_wire import make_take
from made_up_wire.versions import FERRY, MINERALS

from storytext import Take, index_keys
from storytext.runs import runs


def test_index_keys_fit_a_bigint_and_are_bounded_whatever_the_length():
    text = "\n\n".join(f"Paragraph {n} tells of village {n * 7} and of {n * 13} families." for n in range(400))

    keys = index_keys(make_take(text))

    assert (len(keys) <= 108, keys == tuple(sorted(set(keys))), all(0 <= key < 1 << 63 for key in keys)) == (
        True,
        True,
        True,
    )


def test_index_keys_of_a_flash_stand_among_those_of_its_report():
    flash, report = make_take(MINERALS.split("\n\n")[0]), make_take(MINERALS)

    assert set(index_keys(flash)) - set(index_keys(report)) == set()


def test_index_keys_of_two_reports_have_nothing_in_common():
    assert set(index_keys(make_take(FERRY))) & set(index_keys(make_take(MINERALS))) == set()


def test_index_keys_of_names_join_a_flash_to_a_report_told_anew():
    flash = make_take("Kenji Morioka and Luc Ferrand met, the palace says.")
    report = make_take("In the Paris rain, Luc Ferrand of France shook hands with Kenji Morioka on Monday evening.")

    assert len(set(index_keys(flash)) & set(index_keys(report))) == 1


def test_index_keys_of_a_flash_without_a_headline_join_it_to_its_report_by_the_headline_of_that():
    flash = Take("1", "wire", "1", "", "Dunnock recalls vans that reverse by themselves.")
    report = make_take("Some 7,300 were sold.", headline="Dunnock recalls vans that reverse by themselves")

    assert len(set(index_keys(flash)) & set(index_keys(report))) > 5


def test_index_keys_are_the_same_in_every_process():
    code = "from storytext import Take, index_keys; print(hash('a'), index_keys(Take('1', 'w', '1', 'h', 'Two ferries met at sea.')))"
    both = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in "ab"
    ]

    assert both[0].split(" ", 1)[1] == both[1].split(" ", 1)[1]


def test_index_keys_of_nothing_are_none():
    assert index_keys(make_take("", headline="…")) == ()


def test_runs_of_a_spaceless_script_are_six_characters():
    assert (len(runs(tuple("東京都知事選挙"))), len(runs(tuple("東京都")))) == (2, 1)


def test_runs_leave_out_a_few_short_words_but_keep_figures():
    assert (len(runs(("of", "the", "year"))), len(runs(("up", "5", "pct")))) == (0, 1)
