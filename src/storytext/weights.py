"""The weights that ship: how much each measure counts, of a pair of reports and of what belongs where.

Written by `evals/train_filing.py`, which gives the same numbers again.
"""

from storytext.regression import Regression, Weights

SHIPPED = Weights(
    pairs=Regression(
        {
            "near_root": 23.4426,
            "near_long": -5.6066,
            "shared": 6.1785,
            "shared_long": -1.2067,
            "mutual": -0.8197,
            "beside_higher": -7.0394,
            "beside_higher_long": 2.946,
            "uncounted": 1.6284,
            "opening": -14.4701,
            "opening_long": 3.9383,
            "held": 3.3898,
            "best": 9.2541,
            "many": -1.3092,
        },
        -9.6716,
    ),
    claims=Regression(
        {
            "near": 0.7023,
            "held": 0.6268,
            "held_of_all": 2.0506,
            "in_common": 0.0637,
            "explained": -0.5374,
        },
        -1.4746,
    ),
)
