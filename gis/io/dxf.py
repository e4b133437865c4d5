"""Read CAD drawings: texts in their code page, closed lines as polygons, the text inside a polygon as its label."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.errors import ReadError
from gis.geometry import Family
from gis.i18n import Text
from gis.io.draft import Draft
from gis.io.encoding import decide_encoding
from gis.io.gdal import read_raw
from gis.io.letters import bytes_of, decode_letters

__all__ = ["close_lines", "read_dxf"]

_UNICODE_SINCE = b"AC1021"  # AutoCAD 2007: text is UTF-8 whatever the code page says
_BINARY = b"AutoCAD Binary DXF"
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def read_dxf(file: Path, layer: str, *, path: str, encoding: str | None) -> Draft:
    """Read every entity of a drawing; polylines are lines here, closed or not.

    Raises
    ------
    ReadError
        ``file-unreadable``, ``encoding-wrong``, ``encoding-undecided``.
    """
    _check_end(file)
    raw = read_raw(file, layer=layer, options={"DXF_ENCODING": "ISO-8859-1"})
    choice = decide_encoding(bytes_of(raw.frame), path=Path(path), stated=encoding, declared=_declared(file))
    draft = Draft(path, layer, "dxf", raw.frame, raw.crs, choice.decision, questions=list(choice.questions))
    draft.add_remarks(raw.remarks)
    decode_letters(draft, choice)
    return draft


def close_lines(draft: Draft, family: Family | None) -> None:
    """Turn closed lines into polygons, and give polygons the texts that lie in them; only where polygons are wanted."""
    if draft.format != "dxf" or family not in {None, "polygon"}:
        return
    shapes = draft.frame.geometry.to_numpy().copy()
    closed = _closed(shapes)
    if not closed.any():
        return
    shapes[closed] = [shapely.Polygon(line) for line in shapes[closed]]
    draft.frame = draft.frame.set_geometry(shapes)
    draft.notes.append(
        Text(f"{int(closed.sum())} 条闭合线转成了面", f"{int(closed.sum())} closed lines became polygons")
    )
    if family == "polygon":
        _label(draft)


def _closed(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    lines = shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING
    long_enough = shapely.get_num_coordinates(shapes) > 3  # noqa: PLR2004  (a triangle)
    return np.asarray(lines & shapely.is_closed(shapes) & long_enough & shapely.is_valid(shapes))


def _label(draft: Draft) -> None:
    """Write the texts that lie in each polygon into column ``label``; drop the rows that held only these texts."""
    shapes = draft.frame.geometry
    types = shapely.get_type_id(shapes.to_numpy())
    areas = shapes[np.isin(types, _POLYGONS)]
    texts = draft.frame[(types == shapely.GeometryType.POINT) & draft.frame["Text"].notna()]
    if areas.empty or texts.empty:
        return
    valid = gpd.GeoSeries(shapely.make_valid(areas.to_numpy()), index=areas.index)
    text_at, area_at = valid.sindex.query(texts.geometry, predicate="intersects")
    inside = pd.Series(texts["Text"].to_numpy()[text_at], index=areas.index[area_at])
    labels = inside.groupby(level=0).agg(lambda words: "、".join(dict.fromkeys(words)))
    draft.frame["label"] = labels.reindex(draft.frame.index).astype("str")
    draft.notes.append(
        Text(
            f"{len(labels)} 个面取得了其中的文字注记（列 label）",
            f"{len(labels)} polygons took the texts inside them (column label)",
        )
    )


def _check_end(file: Path) -> None:
    """Make sure that the last word is EOF; GDAL takes a cut drawing for a smaller one."""
    with file.open("rb") as opened:
        if opened.read(len(_BINARY)) == _BINARY:
            return
        opened.seek(max(0, file.stat().st_size - 200))
        last = opened.read().split()[-1:]
    if last != [b"EOF"]:
        raise ReadError("file-damaged", path=file.name, reason=Text("没有结尾（EOF）", "it has no end (EOF)"))


def _declared(file: Path) -> str | None:
    with file.open("rb") as opened:
        head = opened.read(20_000)
    lines = [line.strip() for line in head.splitlines()]
    version = _after(lines, b"$ACADVER")
    if version and version >= _UNICODE_SINCE:
        return "UTF-8"
    page = _after(lines, b"$DWGCODEPAGE")
    return page.decode("ascii", "ignore") or None if page else None


def _after(lines: list[bytes], variable: bytes) -> bytes | None:
    at = lines.index(variable) + 2 if variable in lines else len(lines)
    return lines[at] if at < len(lines) else None
