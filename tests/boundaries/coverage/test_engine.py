"""What a coverage keeps when some of its polygons are left out."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.coverage.engine import Coverage
from tests.boundaries.coverage.broken import broken_coverages


@settings(max_examples=40, deadline=None)
@given(broken_coverages(), st.integers(0, 5))
def test_a_coverage_without_some_is_that_of_the_others(layer, step):
    gone = layer.index[step :: step + 2][: len(layer) - 1]
    rest, fresh = Coverage.of(layer).without(pd.Index(gone)), Coverage.of(layer.drop(index=gone))
    assert list(rest.ids) == list(fresh.ids)
    for one, other in zip(rest.segments, fresh.segments, strict=True):
        assert len(one) == len(other)
    assert (rest.segments[1] == fresh.segments[1]).all()
    assert (rest.segments[0].owner == fresh.segments[0].owner).all()
    assert (rest.segments[0].ends == fresh.segments[0].ends).all()
    assert rest.pairs.area_m2.tolist() == fresh.pairs.area_m2.tolist()
