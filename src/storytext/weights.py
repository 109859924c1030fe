"""The weights that ship: how much each measure counts, of a pair of reports and of what belongs where.

Written by `evals/train_filing.py`, which gives the same numbers again.
"""

from storytext.regression import Regression, Weights

SHIPPED = Weights(
    pairs=Regression(
        {
            "near_root": 25.335,
            "near_long": -5.8855,
            "shared": 6.3106,
            "shared_long": -1.1512,
            "mutual": -0.8111,
            "beside_higher": -7.8946,
            "beside_higher_long": 3.1651,
            "uncounted": 1.6252,
            "opening": -14.751,
            "opening_long": 4.0595,
            "held": 3.1555,
            "best": 9.6469,
            "many": -1.5031,
        },
        -10.1584,
    ),
    claims=Regression(
        {
            "near": 0.4758,
            "held": 0.7575,
            "held_of_all": 2.1021,
            "in_common": 0.095,
            "explained": -0.5222,
        },
        -2.2358,
    ),
)
