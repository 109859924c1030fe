"""How much each measure of a pair of reports counts towards one story: see `likeness`.

Written by `evals/train_filing.py`, which gives the same numbers again.
"""

from collections.abc import Mapping

WEIGHTS: Mapping[str, float] = {
    "near": -10.8994,
    "near_root": 21.1768,
    "near_long": -1.1438,
    "words_near": 20.8086,
    "words_near_long": -6.2729,
    "shared": 9.0483,
    "shared_long": -1.6015,
    "shared_and_outstanding": -2.8599,
    "mutual": -0.7745,
    "beside_lower": -0.2363,
    "beside_higher": -6.4685,
    "beside_higher_long": 3.4804,
    "beside_usual": -1.4416,
    "usual_lower": -1.7425,
    "usual_higher": -1.0221,
    "shorter": -0.6514,
    "shorter_squared": 0.077,
    "longer": -0.6346,
    "unnamed": 0.6422,
    "names": -1.5026,
    "names_long": 1.3348,
    "uncounted": 1.5948,
    "numbers": 0.2515,
    "opening": -20.9033,
    "opening_long": 5.6723,
    "held": 4.4528,
    "held_long": -0.1703,
    "best": 6.3097,
    "best_long": 2.2206,
    "many": -1.5921,
}
CONSTANT = -7.2036
