"""How much each measure of a pair of reports counts towards one story: see `likeness`.

Written by `evals/train_filing.py`, which gives the same numbers again.
"""

from collections.abc import Mapping

WEIGHTS: Mapping[str, float] = {
    "near_root": 25.3241,
    "near_long": -5.8836,
    "shared": 6.3089,
    "shared_long": -1.1504,
    "mutual": -0.8088,
    "beside_higher": -7.8955,
    "beside_higher_long": 3.1656,
    "uncounted": 1.6243,
    "opening": -14.743,
    "opening_long": 4.0573,
    "held": 3.1568,
    "best": 9.6436,
    "many": -1.5042,
}
CONSTANT = -10.1539
