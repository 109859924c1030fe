"""How much each measure of a pair of reports counts towards one story: see `likeness`.

Written by `evals/train_filing.py`, which gives the same numbers again.
"""

from collections.abc import Mapping

WEIGHTS: Mapping[str, float] = {
    "near_root": 25.5597,
    "near_long": -5.8947,
    "shared": 6.0259,
    "shared_long": -0.9793,
    "mutual": -0.8096,
    "beside_higher": -8.1027,
    "beside_higher_long": 3.2057,
    "uncounted": 1.6382,
    "opening": -14.799,
    "opening_long": 4.1398,
    "held": 3.245,
    "best": 10.3379,
    "many": -1.7066,
}
CONSTANT = -10.2141
