"""python peer_datasketch.py TAKES: datasketch's look-up and insert, in a Python that has it. Prints the
takes a second from the text on ("whole"), those of the look-up and the insert alone ("alone"), and MiB ("memory").
"""

import json
import random
import resource
import sys
import time

from datasketch import MinHash, MinHashLSH

MEASURED = 1_000
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def texts(count: int) -> list[list[str]]:
    dice = random.Random(3)
    words = ["".join(dice.choices(LETTERS, k=dice.randint(2, 9))) for _ in range(20_000)]
    weights = [1 / (n + 1) for n in range(len(words))]
    return [dice.choices(words, weights, k=120) for _ in range(count)]


def main() -> None:
    lsh = MinHashLSH(threshold=0.5, num_perm=128)
    copy = texts(int(sys.argv[1]) + MEASURED)
    whole = alone = 0.0
    for number, words in enumerate(copy):
        began = time.process_time()
        mark = MinHash(num_perm=128)
        mark.update_batch([" ".join(words[at : at + 3]).encode() for at in range(len(words) - 2)])
        marked = time.process_time()
        lsh.query(mark)
        lsh.insert(number, mark)
        if number >= len(copy) - MEASURED:
            alone += time.process_time() - marked
            whole += time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"whole": MEASURED / whole, "alone": MEASURED / alone, "memory": memory}))


main()
