"""Match the communities of two divisions by the people they share, so that names do not decide who has moved."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

__all__ = ["match_communities", "moved_units", "overlap_table"]


def overlap_table(one: "pd.Series[str]", two: "pd.Series[str]", weight: "pd.Series[float]") -> pd.DataFrame:
    """Give how much weight each pair of communities shares: rows of ``one``, columns of ``two``, both sorted."""
    frame = pd.DataFrame(
        {"one": one, "two": two.reindex(one.index), "weight": weight.reindex(one.index).astype(float).fillna(0.0)}
    )
    return frame.pivot_table(index="one", columns="two", values="weight", aggfunc="sum", fill_value=0.0)


def match_communities(one: "pd.Series[str]", two: "pd.Series[str]", weight: "pd.Series[float]") -> dict[str, str]:
    """Pair communities of two divisions so that as much weight as possible stays in its pair.

    Parameters
    ----------
    one, two
        Unit id -> community id, over the same units.
    weight
        Unit id -> people or households; unknown counts as nothing.

    Returns
    -------
    dict
        Community of ``one`` -> community of ``two``; as many pairs as the smaller division has communities, less those
        that would share nothing.

    Notes
    -----
    The assignment problem (Kuhn 1955), solved by scipy; time cubic in the number of communities.

    Examples
    --------
    >>> before = pd.Series({"u1": "a", "u2": "a", "u3": "b"})
    >>> after = pd.Series({"u1": "x", "u2": "y", "u3": "y"})
    >>> match_communities(before, after, pd.Series({"u1": 1, "u2": 5, "u3": 2}))
    {'a': 'y'}
    """
    table = overlap_table(one, two, weight)
    shared = table.to_numpy(dtype=np.float64)
    rows, columns = linear_sum_assignment(shared, maximize=True)
    before, after = [str(name) for name in table.index], [str(name) for name in table.columns]
    return {
        before[row]: after[column]
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        if shared[row, column] > 0
    }


def moved_units(current: "pd.Series[str]", planned: "pd.Series[str]", weight: "pd.Series[float]") -> "pd.Series[bool]":
    """Tell for each unit whether its community of today does not go on in the community planned for it.

    Units without a community today count as not moved. Cost as :func:`match_communities`.
    """
    pairs = match_communities(current.dropna(), planned, weight)
    expected = current.map(pairs, na_action="ignore")
    return (current.notna() & (expected.isna() | (expected != planned.reindex(current.index)))).rename("moved")


def moved_weight(one: NDArray[np.int64], two: NDArray[np.int64], weight: NDArray[np.float64]) -> float:
    """Give the weight that changes community between two divisions by number, after the best matching."""
    shared = np.zeros((int(one.max()) + 1, int(two.max()) + 1))
    np.add.at(shared, (one, two), weight)
    rows, columns = linear_sum_assignment(shared, maximize=True)
    return float(weight.sum() - shared[rows, columns].sum())
