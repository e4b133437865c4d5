"""Two hundred and more broken or hostile inputs, and what each must end in; made on the spot, always the same ones."""

import json
import shutil
import sqlite3
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import shapely
from shapely import Polygon, box

import gis

__all__ = ["BrokenInput", "broken_inputs"]

_PARTS = {".shp": (".shx", ".dbf", ".prj", ".cpg"), ".tab": (".dat", ".map", ".id", ".prj"), ".mif": (".mid", ".prj")}
_CUTS = (0.0, 0.02, 0.2, 0.4, 0.6, 0.8, 0.97)


@dataclass(frozen=True)
class BrokenInput:
    """A path with options; ``loads`` is for what reading can and must put right, with a record in the report."""

    name: str
    path: str
    layer: str | None = None
    loads: bool = False


def broken_inputs(folder: Path) -> Iterator[BrokenInput]:
    """Write the inputs into a folder and describe them."""
    good = folder / "good"
    good.mkdir()
    files = _good_files(good)
    makers: tuple[Callable[[Path, dict[str, Path]], Iterator[BrokenInput]], ...] = (
        _cut, _cut_parts, _wrong_magic, _missing_and_swapped_parts, _archives, _huge_counts, _not_finite, _bad_rings,
        _hostile_texts, _bad_tables, _bad_markup, _bad_paths,
    )  # fmt: skip
    for maker in makers:
        room = folder / maker.__name__
        room.mkdir()
        yield from maker(room, files)


def town() -> gpd.GeoDataFrame:
    """Sixty communities on a grid, enough that a file of any format has a middle."""
    places = [(500_000 + at % 10 * 100, 3_650_000 + at // 10 * 100) for at in range(60)]
    codes = pd.Index([f"410105001{at:03d}" for at in range(60)], name="id")
    return gpd.GeoDataFrame(
        {"name": [f"东门{at}社区" for at in range(60)], "households": np.arange(60.0)},
        geometry=[box(x, y, x + 100, y + 100) for x, y in places],
        crs=4547,
        index=codes,
    )


def _good_files(folder: Path) -> dict[str, Path]:
    layer = town()
    suffixes = (".gpkg", ".geojson", ".fgb", ".parquet", ".kml", ".shp", ".tab", ".mif", ".csv", ".xlsx")
    files = {suffix: gis.write_layer(layer, folder / f"town_{suffix[1:]}{suffix}") for suffix in suffixes}
    files[".dxf"] = folder / "town.dxf"
    pyogrio.write_dataframe(
        layer[["geometry"]].assign(geometry=layer.boundary).reset_index(drop=True), files[".dxf"], driver="DXF"
    )
    files[".gdb"] = folder / "town.gdb"
    pyogrio.write_dataframe(layer.reset_index(), files[".gdb"], driver="OpenFileGDB")
    return files


def _copy(source: Path, room: Path, name: str) -> Path:
    target = room / name / source.name
    target.parent.mkdir()
    for suffix in ("", *_PARTS.get(source.suffix, ())):
        one = source.with_suffix(suffix) if suffix else source
        (shutil.copytree if one.is_dir() else shutil.copyfile)(one, target.parent / one.name)
    return target


def _cut(room: Path, files: dict[str, Path]) -> Iterator[BrokenInput]:
    for suffix, source in files.items():
        if suffix == ".gdb":
            continue
        for share in _CUTS:
            name = f"cut-{suffix[1:]}-{share:g}"
            target = _copy(source, room, name)
            raw = target.read_bytes()
            target.write_bytes(raw[: int(len(raw) * share)])
            yield BrokenInput(name, str(target))


def _cut_parts(room: Path, files: dict[str, Path]) -> Iterator[BrokenInput]:
    for suffix, part in ((".shp", ".shx"), (".shp", ".dbf"), (".tab", ".dat"), (".tab", ".map"), (".mif", ".mid")):
        for share in (0.0, 0.3, 0.7):
            name = f"cut-part-{part[1:]}-{share:g}"
            target = _copy(files[suffix], room, name).with_suffix(part)
            raw = target.read_bytes()
            target.write_bytes(raw[: int(len(raw) * share)])
            yield BrokenInput(name, str(target.with_suffix(suffix)))
    for at, table in enumerate(sorted(files[".gdb"].glob("a0000000[19].gdbtable"))):
        target = _copy(files[".gdb"], room, f"cut-gdb-{at}")
        raw = table.read_bytes()
        (target / table.name).write_bytes(raw[: len(raw) // 3])
        yield BrokenInput(f"cut-gdb-{at}", str(target))


def _wrong_magic(room: Path, files: dict[str, Path]) -> Iterator[BrokenInput]:
    contents = {
        "text": b"this is a letter, not a map\n" * 40,
        "zeros": bytes(4096),
        "vrt": b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>'
        b"</OGRVRTDataSource>",
        "png": b"\x89PNG\r\n\x1a\n" + bytes(500),
    }
    for suffix in (
        ".shp",
        ".gpkg",
        ".geojson",
        ".fgb",
        ".parquet",
        ".kml",
        ".tab",
        ".mif",
        ".xlsx",
        ".dxf",
        ".topojson",
        ".zip",
    ):
        for word, content in contents.items():
            name = f"magic-{suffix[1:]}-{word}"
            target = _copy(files[suffix], room, name) if suffix in files else room / f"{name}{suffix}"
            target.write_bytes(content)
            yield BrokenInput(name, str(target))


def _missing_and_swapped_parts(room: Path, files: dict[str, Path]) -> Iterator[BrokenInput]:
    for suffix, part in (
        (".shp", ".shx"),
        (".shp", ".dbf"),
        (".shp", ".prj"),
        (".tab", ".dat"),
        (".tab", ".map"),
        (".mif", ".mid"),
    ):
        name = f"missing-{part[1:]}-of-{suffix[1:]}"
        target = _copy(files[suffix], room, name)
        target.with_suffix(part).unlink()
        yield BrokenInput(name, str(target))
    other = gis.write_layer(town().iloc[:7], room / "other.shp")
    for part in (".shx", ".dbf"):
        name = f"swapped-{part[1:]}"
        target = _copy(files[".shp"], room, name)
        shutil.copyfile(other.with_suffix(part), target.with_suffix(part))
        yield BrokenInput(name, str(target))
    target = _copy(files[".shp"], room, "swapped-prj")
    target.with_suffix(".prj").write_text("PROJCS[nonsense", encoding="ascii")
    yield BrokenInput("swapped-prj", str(target))
    target = _copy(files[".shp"], room, "swapped-cpg")
    target.with_suffix(".cpg").write_text("BIG5", encoding="ascii")
    yield BrokenInput("swapped-cpg", str(target), loads=True)


def _archives(room: Path, files: dict[str, Path]) -> Iterator[BrokenInput]:
    def archive(name: str, members: dict[str, bytes]) -> BrokenInput:
        with zipfile.ZipFile(room / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as opened:
            for member, content in members.items():
                opened.writestr(member, content)
        return BrokenInput(name, str(room / f"{name}.zip"))

    gpkg = files[".gpkg"].read_bytes()
    for word, member in {
        "up": "../../escape.gpkg",
        "root": "/tmp/escape.gpkg",
        "drive": "C:/escape.gpkg",
        "back": "..\\..\\escape.gpkg",
    }.items():
        yield archive(f"zip-path-{word}", {member: gpkg})
    yield archive("zip-empty", {})
    yield archive("zip-nameless", {"x": b"nothing"})
    nameless = bytearray((room / "zip-nameless.zip").read_bytes())
    nameless[nameless.rindex(b"PK\x01\x02") + 46] = 0  # the name in the directory
    (room / "zip-nameless.zip").write_bytes(bytes(nameless))
    yield archive("zip-nothing", {"read.me": b"nothing here"})
    yield archive("zip-in-zip", {"inner.zip": (room / "zip-empty.zip").read_bytes()})
    yield archive("zip-many", {f"{at}.txt": b"" for at in range(3000)})
    yield archive("zip-bomb", {"town.gpkg": b"SQLite format 3\0" + bytes(300_000_000)})
    yield archive("zip-half-shapefile", {"town.shp": files[".shp"].read_bytes()})
    link = zipfile.ZipInfo("town.gpkg")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(room / "zip-link.zip", "w") as opened:
        opened.writestr(link, "/etc/passwd")
    yield BrokenInput("zip-link", str(room / "zip-link.zip"))
    lying = archive("zip-lies", {"town.geojson": b"{" + b" " * 5_000_000 + b"}"})
    raw = bytearray(Path(lying.path).read_bytes())
    directory = raw.rindex(b"PK\x01\x02")
    raw[directory + 24 : directory + 28] = struct.pack("<I", 10)
    Path(lying.path).write_bytes(bytes(raw))
    yield lying
    raw = bytearray((room / "zip-nothing.zip").read_bytes())
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    (room / "zip-locked.zip").write_bytes(bytes(raw))
    yield BrokenInput("zip-locked", str(room / "zip-locked.zip"))
    with zipfile.ZipFile(room / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("xl/worksheets/sheet1.xml", bytes(300_000_000))
    yield BrokenInput("xlsx-bomb", str(room / "bomb.xlsx"))


def _huge_counts(room: Path, files: dict[str, Path]) -> Iterator[BrokenInput]:
    def patched(name: str, source: Path, part: str, at: int, packed: bytes, *, loads: bool = False) -> BrokenInput:
        target = _copy(source, room, name)
        file = target.with_suffix(part)
        raw = bytearray(file.read_bytes())
        raw[at : at + len(packed)] = packed
        file.write_bytes(bytes(raw))
        return BrokenInput(name, str(target), loads=loads)

    shp, huge = files[".shp"], struct.pack("<I", 2**31 - 1)
    yield patched("huge-dbf-rows", shp, ".dbf", 4, huge)
    yield patched("huge-dbf-header", shp, ".dbf", 8, b"\xff\xff")
    yield patched("huge-dbf-record", shp, ".dbf", 10, b"\xff\xff")
    yield patched("zero-dbf-record", shp, ".dbf", 10, b"\0\0")
    yield patched("huge-shp-length", shp, ".shp", 24, struct.pack(">i", 2**31 - 1))
    yield patched("negative-shp-length", shp, ".shp", 24, struct.pack(">i", -5))
    yield patched("huge-shp-record", shp, ".shp", 104, struct.pack(">i", 2**30), loads=True)  # .shx knows better
    yield patched("huge-shp-parts", shp, ".shp", 144, huge)
    yield patched("huge-shp-points", shp, ".shp", 148, huge)
    yield patched("huge-shx-offset", shp, ".shx", 100, struct.pack(">i", 2**30))
    yield patched("negative-shx-offset", shp, ".shx", 100, struct.pack(">i", -9))
    yield patched("huge-fgb-header", files[".fgb"], ".fgb", 8, huge)
    yield patched("huge-gpkg-page", files[".gpkg"], ".gpkg", 16, b"\x00\x03")
    yield patched("huge-parquet-footer", files[".parquet"], ".parquet", files[".parquet"].stat().st_size - 8, huge)
    yield patched("huge-tab-rows", files[".tab"], ".dat", 4, huge)
    deep = room / "deep.geojson"
    deep.write_text('{"type":"FeatureCollection","features":' + "[" * 200_000 + "]" * 200_000 + "}")
    yield BrokenInput("deep-json", str(deep))
    kml = room / "deep.kml"
    kml.write_text("<kml>" + "<Folder>" * 20_000 + "</Folder>" * 20_000 + "</kml>")
    yield BrokenInput("deep-kml", str(kml))
    book = openpyxl.Workbook()
    book.active["XFD1048576"] = "x"
    book.save(room / "far.xlsx")
    yield BrokenInput("huge-sheet", str(room / "far.xlsx"))
    (room / "many.csv").write_text("name,WKT\n" + "甲,POINT (1 1)," * 200_000, encoding="utf-8")
    yield BrokenInput("huge-row", str(room / "many.csv"))


def _not_finite(room: Path, files: dict[str, Path]) -> Iterator[BrokenInput]:
    for word, value in {"nan": np.nan, "inf": np.inf, "minus-inf": -np.inf}.items():
        with np.errstate(invalid="ignore"):
            ring = Polygon([(500_000, 3_650_000), (value, 3_650_100), (500_100, 3_650_000), (500_000, 3_650_000)])
            layer = town().iloc[:2].set_geometry([box(500_000, 3_650_000, 500_100, 3_650_100), ring])
            for suffix in (".gpkg", ".fgb", ".parquet", ".csv"):
                yield BrokenInput(f"{word}-{suffix[1:]}", str(gis.write_layer(layer, room / f"{word}{suffix}")))
    shape = {"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 1]]]}
    text = json.dumps({"type": "Feature", "properties": {"name": "x"}, "geometry": shape})
    for word in ("NaN", "1e999", '"east"', "null"):
        path = room / f"{word.strip(chr(34))}.geojson"
        path.write_text(text.replace("[2, 1]", f"[{word}, 1]"))
        yield BrokenInput(f"json-{word}", str(path))
    kml = files[".kml"].read_text(encoding="utf-8")
    for word in ("nan", "east", "1e999"):
        path = room / f"{word}.kml"
        start = kml.index("<coordinates>") + len("<coordinates>")
        path.write_text(kml[:start] + f"{word}," + kml[kml.index(",", start) + 1 :], encoding="utf-8")
        yield BrokenInput(f"kml-{word}", str(path))


def _bad_rings(room: Path, files: dict[str, Path]) -> Iterator[BrokenInput]:
    wkt = {
        "bowtie": "POLYGON ((0 0, 100 100, 100 0, 0 100, 0 0))",
        "self-touching": "POLYGON ((0 0, 100 0, 100 100, 50 0, 0 100, 0 0))",
        "hole-outside": "POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0), (200 200, 210 200, 210 210, 200 200))",
        "nested-parts": "MULTIPOLYGON (((0 0, 100 0, 100 100, 0 100, 0 0)), ((10 10, 90 10, 90 90, 10 90, 10 10)))",
        "double-wound": "POLYGON ((0 0, 100 0, 100 100, 0 100, 0 0, 100 0, 100 100, 0 100, 0 0))",
        "spike": "POLYGON ((0 0, 100 0, 100 100, 100 300, 100 100, 0 100, 0 0))",
        "repeated-points": "POLYGON ((0 0, 0 0, 100 0, 100 0, 100 100, 0 100, 0 0))",
        "collection": "GEOMETRYCOLLECTION (POLYGON ((0 0, 100 0, 100 100, 0 0)), POINT (1 1))",
    }
    for word, text in wkt.items():
        shape = shapely.transform(shapely.from_wkt(text), lambda xy: xy + [500_000, 3_650_000])  # noqa: RUF005
        layer = town().iloc[:1].set_geometry([shape])
        yield BrokenInput(f"ring-{word}", str(gis.write_layer(layer, room / f"{word}.gpkg")), loads=True)
    for word, text in {
        "flat": "POLYGON ((0 0, 1 1, 2 2, 0 0))",
        "point-like": "POLYGON ((1 1, 1 1, 1 1, 1 1))",
        "line": "LINESTRING (0 0, 1 1)",
    }.items():
        layer = town().iloc[:1].set_geometry([shapely.from_wkt(text)])
        yield BrokenInput(f"ring-{word}", str(gis.write_layer(layer, room / f"{word}.gpkg")))
    for word, text in {
        "open": "POLYGON ((0 0, 1 0, 1 1))",
        "two-points": "POLYGON ((0 0, 1 0))",
        "words": "a square",
        "half": "POLYGON ((0 0, 1",
    }.items():
        path = room / f"{word}.csv"
        path.write_text(f'name,WKT\nx,"{text}"\n')
        yield BrokenInput(f"wkt-{word}", str(path))
    geojson = room / "short.geojson"
    geojson.write_text('{"type":"Polygon","coordinates":[[[1,1],[2,2]]]}')
    yield BrokenInput("ring-short-json", str(geojson))
    with sqlite3.connect(_copy(files[".gpkg"], room, "blob")) as base:
        table = base.execute("SELECT table_name FROM gpkg_contents").fetchone()[0]
        base.execute(f'DROP TRIGGER IF EXISTS "rtree_{table}_geom_update6"')
        for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.execute(f"UPDATE \"{table}\" SET geom = x'475000016b5b00000102030405'")
    yield BrokenInput("gpkg-bad-blob", str(room / "blob" / files[".gpkg"].name))


def _hostile_texts(room: Path, files: dict[str, Path]) -> Iterator[BrokenInput]:
    hostile = ("x'; DROP TABLE town; --", 'a" OR "1"="1', "../../etc/passwd", "a\nb\x00c", "%s%n{0}{path}", "名" * 5000)
    for at, name in enumerate(hostile):
        yield BrokenInput(f"layer-name-{at}", str(files[".gpkg"]), layer=name)
        yield BrokenInput(f"layer-name-gdb-{at}", str(files[".gdb"]), layer=name)
    two = room / "two.gpkg"
    for name in ("one", "two"):
        pyogrio.write_dataframe(town().reset_index(), two, layer=name, append=False)
    with sqlite3.connect(two) as base:  # GDAL itself would refuse to write such a name
        for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.execute('ALTER TABLE "one" RENAME TO "x\'; DROP TABLE two; --"')
        for table in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_ogr_contents"):
            base.execute(f"UPDATE {table} SET table_name = ? WHERE table_name = 'one'", ["x'; DROP TABLE two; --"])
        base.execute("UPDATE gpkg_contents SET identifier = 'x' WHERE identifier = 'one'")
    yield BrokenInput("hostile-layers-unnamed", str(two))
    yield BrokenInput("hostile-layer-by-name", str(two), layer="x'; DROP TABLE two; --", loads=True)
    for at, cell in enumerate(("=cmd|'/c calc'!A0", "@SUM(1)", "{path}{0}%s", "a\nb", "<script>alert(1)</script>")):
        layer = town().iloc[:2].assign(households=["12", cell])
        yield BrokenInput(f"households-{at}", str(gis.write_layer(layer, room / f"cell{at}.gpkg")))


def _bad_tables(room: Path, files: dict[str, Path]) -> Iterator[BrokenInput]:
    def text(name: str, content: str | bytes) -> BrokenInput:
        path = room / f"{name}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return BrokenInput(f"csv-{name}", str(path))

    yield text("no-place", "name,households\n东门,12\n")
    yield text("no-rows", "name,WKT\n")
    yield text("only-numbers", "1,2,3\n4,5,6\n")
    yield text("open-quote", 'name,WKT\n"东门,POINT (1 1)\n')
    yield text("null-bytes", b"name,WKT\n\0\0\0,POINT (1 1)\n")
    yield text("bad-bytes", b"name,WKT\n\x81\xff\xfe\x80\x00\xff,POINT (1 1)\n")
    yield text("no-crs", 'name,WKT\n东门,"POLYGON ((114 33, 115 33, 115 34, 114 33))"\n')
    yield text("words-for-places", "name,经度,纬度\n东门,东,北\n")
    lost = "4.6E+11"
    yield text("lost-codes", f'name,code,WKT\n东门,{lost},"SRID=4490;POLYGON ((114 33, 115 33, 115 34, 114 33))"\n')
    book = openpyxl.Workbook()
    book.active.append(["name", "households", "WKT"])
    book.active.append(["东门", '=HYPERLINK("http://x")', "SRID=4490;POLYGON ((114 33, 114.1 33, 114.1 33.1, 114 33))"])
    book.save(room / "formula.xlsx")
    yield BrokenInput("xlsx-formula", str(room / "formula.xlsx"), loads=True)
    book.active["B2"] = "#REF!"
    book.save(room / "error.xlsx")
    yield BrokenInput("xlsx-error-cell", str(room / "error.xlsx"))
    openpyxl.Workbook().save(room / "empty.xlsx")
    yield BrokenInput("xlsx-empty", str(room / "empty.xlsx"))
    assert files


def _bad_markup(room: Path, files: dict[str, Path]) -> Iterator[BrokenInput]:
    laughs = (
        '<!DOCTYPE kml [<!ENTITY a "ha">'
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 9))
        + "]>"
    )
    for word, content in {
        "billion-laughs": f'<?xml version="1.0"?>{laughs}<kml><name>&a8;</name></kml>',
        "outside-entity": '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml><Placemark><name>&x;</name></Placemark></kml>',
        "late-doctype": "<!--"
        + "kml <kml" * 2000
        + '--><!DOCTYPE k [<!ENTITY a "b">]><kml><Placemark><name>&a;</name></Placemark></kml>',
        "unclosed": "<kml><Document><Placemark><Point><coordinates>114,33",
        "no-placemark": "<kml><Document><name>空</name></Document></kml>",
        "one-coordinate": "<kml><Placemark><Point><coordinates>114</coordinates></Point></Placemark></kml>",
        "no-coordinate": "<kml><Placemark><Point></Point></Placemark></kml>",
        "network-link": "<kml><NetworkLink><Link><href>http://192.0.2.1/a.kml</href></Link></NetworkLink></kml>",
    }.items():
        path = room / f"{word}.kml"
        path.write_text(content, encoding="utf-8")
        yield BrokenInput(f"kml-{word}", str(path))
    for word, content in {
        "no-features": '{"type":"FeatureCollection","features":[]}',
        "other-json": '{"households": 12}',
        "list": "[1, 2, 3]",
        "link": '{"type":"FeatureCollection","features":[{"type":"Link","href":"http://192.0.2.1/"}]}',
        "trailing-comma": '{"type":"FeatureCollection","features":[],}',
        "two-values": '{"type":"Point","coordinates":[1,1]}{"type":"Point","coordinates":[1,1]}',
        "missing-arcs": '{"type":"Topology","objects":{"a":{"type":"Polygon","arcs":[[7]]}},"arcs":[]}',
    }.items():
        path = room / f"{word}.geojson"
        path.write_text(content, encoding="utf-8")
        yield BrokenInput(f"json-{word}", str(path))
    assert files


def _bad_paths(room: Path, files: dict[str, Path]) -> Iterator[BrokenInput]:
    (room / "empty").mkdir()
    (room / "empty.gdb").mkdir()
    (room / "folder.shp").mkdir()
    paths = (
        "/vsicurl/http://192.0.2.1/a.shp", "/vsizip//etc/x.zip", "http://192.0.2.1/a.geojson", "file:///etc/passwd",
        "PG:host=192.0.2.1", "WFS:http://192.0.2.1",
        "postgresql://nobody@127.0.0.1:1/none", "a\0b.shp", "/dev/zero",
        "/etc/passwd", str(room / "none.gpkg"), str(room / "empty"), str(room / "empty.gdb"), str(room / "folder.shp"),
        "x" * 5000 + ".shp",
    )  # fmt: skip
    for at, path in enumerate(paths):
        yield BrokenInput(f"path-{at}", path)
    assert files
