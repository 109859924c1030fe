"""How much each measure counts: of a pair of reports (`likeness`), of what belongs where (`belonging`).

Written by `evals/train_filing.py`, which gives the same numbers again.
"""

from collections.abc import Mapping

WEIGHTS: Mapping[str, float] = {
    "near_root": 23.3322,
    "near_long": -5.5552,
    "shared": 6.1854,
    "shared_long": -1.2087,
    "mutual": -0.8208,
    "beside_higher": -7.0237,
    "beside_higher_long": 2.9392,
    "uncounted": 1.6303,
    "opening": -14.5303,
    "opening_long": 3.9547,
    "held": 3.4321,
    "best": 9.252,
    "many": -1.318,
}
CONSTANT = -9.6442

BELONGING: Mapping[str, float] = {
    "near": 0.6957,
    "held": 0.6046,
    "held_of_all": 2.0316,
    "in_common": 0.067,
    "explained": -0.4856,
}
BELONGING_CONSTANT = -1.4751
