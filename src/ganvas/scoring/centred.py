"""Which value of a label a picture shows beside others: scores less what all pictures have in common.

Drawings of one model have something in common that no value of the label has, a surface say, and a classifier may take all of
them for one value. Whether the model tells the values apart is asked of what is left when each value's mean score is taken off.
"""

import numpy as np


def choose_centred(scores: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the number of the value that each picture shows most, less that value's mean over the pictures: int (N,).

    scores (N, V). wanted (N,): what each was to show, of any kind; each such value has the same weight in the mean.
    """
    means = [scores[wanted == value].mean(axis=0) for value in np.unique(wanted)]
    return (scores - np.mean(means, axis=0)).argmax(axis=1) if means else np.zeros(0, dtype=np.int64)
