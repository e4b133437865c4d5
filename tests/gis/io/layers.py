"""Layers drawn by hypothesis, and what it means that two layers are the same."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

_LETTERS = "东西南北门社区街道村里居委会镇湖山河一二三ABCabc 019-_(),;\"'·"

names = st.text(_LETTERS, min_size=1, max_size=12).map(str.strip).filter(bool)
texts = st.one_of(
    st.none(), names, st.sampled_from(["=1+1", "+86", "@x", "-3", "'=quoted", "1,234户", "00123", "1e5", "真"])
)
id_texts = st.from_regex(r"[A-Z东西南北0-9][A-Za-z东西南北社区0-9-]{0,8}", fullmatch=True).filter(
    lambda text: "E" not in text
)
figures = st.one_of(st.just(float("nan")), st.integers(0, 10**6).map(float), st.floats(-1e9, 1e9, allow_nan=False))
wholes = st.integers(-(10**9), 10**9)


@st.composite
def shapes(draw: st.DrawFn) -> Polygon | MultiPolygon:
    """A rectangle, one with a hole, or two apart, on a millimetre grid in the Gauss-Kruger zone of 114 E."""
    x, y = 450_000 + draw(st.integers(0, 10**8)) / 1000, 3_600_000 + draw(st.integers(0, 10**8)) / 1000
    width, height = draw(st.integers(10, 900)) + 0.125, draw(st.integers(10, 900)) + 0.25
    whole = box(x, y, x + width, y + height)
    kind = draw(st.sampled_from(["plain", "hole", "two"]))
    if kind == "hole":
        return whole.difference(box(x + width / 4, y + height / 4, x + width / 2, y + height / 2))
    return MultiPolygon([whole, box(x + 2 * width, y, x + 3 * width, y + height)]) if kind == "two" else whole


@st.composite
def layers(draw: st.DrawFn, *, with_bools: bool = True) -> gpd.GeoDataFrame:
    """One to five features with texts, figures, whole numbers and truth values, ids in any order."""
    count = draw(st.integers(1, 5))
    ids = draw(st.lists(id_texts, min_size=count, max_size=count, unique_by=str.upper))
    many = lambda one: draw(st.lists(one, min_size=count, max_size=count))  # noqa: E731
    columns = {
        "name": pd.array(many(texts), dtype="str"),
        "综合服务设施面积说明": pd.array(many(texts), dtype="str"),
        "households": np.array([float(draw(wholes)), *many(figures)[1:]]),  # GeoJSON has no type for all unknown
        "MixedCase": np.array(many(wholes), dtype="int64"),
    }
    if with_bools:
        columns["checked"] = np.array(many(st.booleans()), dtype=bool)
    frame = gpd.GeoDataFrame(columns, geometry=many(shapes()), crs=4547)
    return frame.set_axis(pd.Index(ids, name="id", dtype="str"), axis="index")


def assert_same(
    found: gpd.GeoDataFrame, expected: gpd.GeoDataFrame, *, tolerance: float = 0.0, dtypes: bool = True
) -> None:
    """Hold two layers against each other: order, ids, columns, values, shapes; multi-parts of one count as simple."""
    assert found.index.tolist() == expected.index.tolist()
    assert found.columns.tolist() == expected.columns.tolist()
    attributes = [pd.DataFrame(one.drop(columns="geometry")) for one in (found, expected)]
    pd.testing.assert_frame_equal(*attributes, check_dtype=dtypes, check_flags=False)
    ours, theirs = (shapely.normalize(_simple(one.geometry.to_numpy())) for one in (found, expected))
    assert shapely.equals_exact(ours, theirs, tolerance).all()


def _simple(shapes: np.ndarray) -> np.ndarray:
    single = np.isin(shapely.get_type_id(shapes), (4, 5, 6)) & (shapely.get_num_geometries(shapes) == 1)
    result = shapes.copy()
    result[single] = shapely.get_geometry(shapes[single], 0)
    return result
