"""Measure what word counts of languages add to filing: none, English, those that the house loads, all that there are.

For each background the weights are learned anew on the whole sets, and once more on half of the stories of every set
to be tried on the other; what is printed is pairwise F1, on the whole sets and as the mean of the two halves:

    python evals/background.py
"""

from filing import as_learned, score
from sets import SETS, half, load
from train_filing import learn_all, lesson
from wordfreq import available_languages

from writethru.stories.lexicon import LANGUAGES, WORDS, rarity_of_words

BACKGROUNDS: dict[str, tuple[str, ...]] = {
    "none": (),
    "English": ("en",),
    "as shipped": LANGUAGES,
    "all languages": tuple(sorted(available_languages(WORDS))),
}


def main() -> None:
    sets = {name: load(name) for name in SETS}
    parts = [sets, *({name: half(reports, which) for name, reports in sets.items()} for which in (0, 1))]
    print(f"{'':16}{'words':>9}" + "".join(f"{name:>26}" for name in sets))
    for name, languages in BACKGROUNDS.items():
        rarity = rarity_of_words(languages)
        lessons = [{name: lesson(reports, background=rarity) for name, reports in part.items()} for part in parts]
        models = [learn_all([*lessons[learned].values()]) for learned in (0, 2, 1)]
        cells = []
        for one in sets:
            whole, first, second = (
                score(part[one], as_learned(mine[one], model)[0]).pairs.f1.figure
                for part, mine, model in zip(parts, lessons, models, strict=True)
            )
            cells.append(f"{whole:>17.3f}, {(first + second) / 2:7.3f}")
        print(f"{name:16}{len(rarity):>9,}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main()
