"""The words of the pages, in both languages."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from gis.i18n import Text

__all__ = ["MEASURES", "WORDS", "Measure"]

WORDS: Mapping[str, Text] = {
    "product": Text("区划", "quhua"),
    "tagline": Text("社区边界与网格规划", "Boundary and grid planning"),
    "other_language": Text("English", "中文"),
    "skip": Text("跳到正文", "Skip to content"),
    "at_a_glance": Text("项目概况", "At a glance"),
    "crs": Text("工作坐标系", "Working CRS"),
    "standard": Text("采用{standard}", "By the {standard}"),
    "n_layers": Text("图层", "layers"),
    "n_findings": Text("问题", "findings"),
    "n_today": Text("现有社区", "communities today"),
    "n_plans": Text("比选方案", "alternatives"),
    "findings": Text("检查结果", "Findings"),
    "finding": Text("问题", "Finding"),
    "severity": Text("级别", "Severity"),
    "high": Text("高", "high"),
    "medium": Text("中", "medium"),
    "low": Text("低", "low"),
    "count": Text("数量", "Count"),
    "area": Text("面积（㎡）", "Area (m²)"),
    "households": Text("涉及户数", "Households"),
    "people": Text("涉及人口", "People"),
    "counted_once": Text(
        "同类问题中每人只计一次；“不详”表示没有数字，不等于零。",
        "Within a kind, each person is counted once; unknown means that there is no figure, which is not zero.",
    ),
    "open_findings": Text("打开问题图", "Open the map of findings"),
    "needed": Text("需要多少个社区", "How many communities are needed"),
    "needed_today": Text("现有", "today"),
    "needed_low": Text("至少", "at least"),
    "needed_high": Text("至多", "at most"),
    "needed_suggested": Text("建议", "suggested"),
    "needed_need_units": Text(
        "估算所需社区数，要有规划单元图层（units）及其户数。",
        "The estimate needs a layer of units with their households.",
    ),
    "plans": Text("方案比选", "Alternatives side by side"),
    "plans_short": Text("方案比选", "Alternatives"),
    "plan": Text("方案", "Plan"),
    "map": Text("地图", "Map"),
    "open_map": Text("打开{plan}的地图", "Open the map of {plan}"),
    "best": Text(
        "各方案与现状同表比较；绿色加粗为各方案中最优。",
        "Every alternative beside today; bold green marks the best of the alternatives.",
    ),
    "meaning": Text("指标含义", "What the measures mean"),
    "data": Text("数据", "Data"),
    "collection": Text("数据集", "Collection"),
    "features": Text("要素数", "Features"),
    "version": Text("版本", "Version"),
    "version_n": Text("第 {n} 版", "v{n}"),
    "saved": Text("保存时间", "Saved"),
    "browse": Text("查看", "View"),
    "download": Text("下载", "Download"),
    "whole": Text("GeoJSON", "GeoJSON"),
    "communities": Text("社区 GeoJSON", "communities"),
    "units": Text("单元 GeoJSON", "units"),
    "lonlat": Text(
        "GeoJSON 坐标为经纬度。要在 QGIS 中使用，可直接打开项目文件夹里的数据库，或添加 OGC API 要素服务。",
        "GeoJSON coordinates are longitude and latitude. QGIS opens the database in the project folder as it is, "
        "or this service as an OGC API - Features connection.",
    ),
    "first": Text("从这里开始", "Begin here"),
    "no_layers": Text(
        "项目里还没有图层。在命令行导入现状社区和规划单元，网格、城中村、小区等图层也一样导入：",
        "The project has no layers yet. Import today's communities and the planning units from a shell; "
        "grids, urban villages, compounds and the rest come in alike:",
    ),
    "no_data": Text(
        "导入图层后，可在这里查看和下载。", "Once there are layers, they can be viewed and downloaded here."
    ),
    "no_findings": Text("还没有检查结果。运行：", "Nothing has been audited yet. Run:"),
    "audit_needs_layers": Text("导入图层后即可检查。", "Once there are layers, they can be audited."),
    "clean": Text("最近一次检查没有发现问题。", "The latest audit found nothing."),
    "no_plans": Text("还没有划分方案。运行：", "There are no alternatives yet. Run:"),
    "plans_need_units": Text(
        "有了规划单元图层（units）即可提出方案。", "Once there is a layer of units, alternatives can be proposed."
    ),
    "findings_are_old": Text(
        "图层在检查之后有更新，以下结果可能已过时。重新运行：",
        "Layers have changed since the audit; what follows may be out of date. Run again:",
    ),
    "plans_are_old": Text(
        "规划单元或现状社区在提出方案之后有更新，方案可能已过时。重新运行：",
        "Units or today's communities have changed since these alternatives were made. Run again:",
    ),
    "trouble": Text("无法比选：", "The comparison cannot be made:"),
    "api": Text("数据接口", "Data service"),
    "api_docs": Text("接口说明", "API description"),
    "api_collections": Text("数据集目录", "List of collections"),
    "api_maps": Text("地图目录", "List of maps"),
    "api_openapi": Text("OpenAPI 文件", "OpenAPI document"),
    "home": Text("首页", "Start"),
    "about": Text("数据集", "Collection"),
    "identifier": Text("标识", "Id"),
    "table": Text("查看表格", "View as a table"),
    "properties": Text("属性", "Properties"),
    "property": Text("属性", "Property"),
    "value": Text("值", "Value"),
    "kind": Text("类型", "Kind"),
    "kind_number": Text("数值", "number"),
    "kind_text": Text("文本", "text"),
    "kind_boolean": Text("真假", "truth value"),
    "kind_moment": Text("时刻", "moment"),
    "kind_list": Text("列表", "list"),
    "kind_shape": Text("图形", "geometry"),
    "kind_nothing": Text("没有值", "no values"),
    "extent": Text("范围（西，南，东，北）", "Extent (west, south, east, north)"),
    "queryables": Text("可筛选的属性", "Queryables"),
    "tiles": Text("矢量瓦片", "Vector tiles"),
    "references": Text("可用的坐标系", "CRS in which it is offered"),
    "for_programs": Text("供程序使用", "For programs"),
    "filter_hint": Text(
        "这些属性都可用于 CQL2 筛选，例如 households > 300：",
        "All of these may stand in a CQL2 filter, such as households > 300:",
    ),
    "rows_of": Text("第 {first}–{last} 个，共 {matched} 个", "{first} to {last} of {matched}"),
    "no_rows": Text("没有符合的要素", "no features match"),
    "filtered": Text("已筛选", "filtered"),
    "before": Text("上一页", "Previous page"),
    "after": Text("下一页", "Next page"),
    "mark": Text("示意图，不作为划界依据", "Sketch maps; not a basis for boundaries"),
    "file": Text("文件", "FILE"),
    "error": Text("出错了", "Something is wrong"),
    "back": Text("返回首页", "Back to the start page"),
    "code": Text("代码", "code"),
}


class Measure(NamedTuple):
    """A column of the comparison: its metric, how its figures are written, its heading, and what it means."""

    key: str
    form: Literal["count", "percent", "ratio"]
    label: Text
    meaning: Text


MEASURES: tuple[Measure, ...] = (
    Measure(
        "n_communities", "count", Text("社区数", "Communities"), Text("方案中的社区个数", "communities in the plan")
    ),
    Measure(
        "violations", "count", Text("不合标准", "Violations"),
        Text("超过上限、低于下限或不连片的处数", "communities above or below the bounds, or in several parts"),
    ),
    Measure(
        "max_deviation", "percent", Text("最大偏差", "Greatest deviation"),
        Text("各社区户数与平均户数之差的最大值", "of a community's households from the mean"),
    ),
    Measure(
        "households_moved", "count", Text("变动户数", "Households moved"),
        Text("改属其他社区的户数（新旧社区按重合最多的一一对应）", "whose community would be another than today"),
    ),
    Measure(
        "residents_moved", "count", Text("变动人口", "People moved"),
        Text("改属其他社区的常住人口", "residents whose community would be another than today"),
    ),
    Measure(
        "moved_share", "percent", Text("变动比例", "Share moved"),
        Text("变动户数占总户数的比例", "households moved, of all households"),
    ),
    Measure(
        "today_line_share", "percent", Text("沿用现有界线", "Along today's lines"),
        Text("社区间界线与现有社区界线重合的比例", "share of the lines between communities that run as today"),
    ),
    Measure(
        "road_line_share", "percent", Text("沿道路", "Along roads"),
        Text("社区间界线沿道路（12 米以内）的比例", "share of the lines between communities within 12 m of a road"),
    ),
    Measure(
        "internal_perimeter_m", "count", Text("界线总长（米）", "Boundary length (m)"),
        Text("社区之间界线的总长度", "total length of the lines between communities"),
    ),
    Measure(
        "mean_polsby_popper", "ratio", Text("平均紧凑度", "Mean compactness"),
        Text("4π×面积÷周长²的平均值，圆形为 1", "mean of 4π × area ÷ perimeter², 1 for a circle"),
    ),
    Measure(
        "villages_split", "count", Text("分割城中村", "Villages split"),
        Text("分属两个以上社区的城中村", "urban villages in two or more communities"),
    ),
    Measure(
        "compounds_split", "count", Text("分割小区", "Compounds split"),
        Text("分属两个以上社区的住宅小区", "residential compounds in two or more communities"),
    ),
    Measure(
        "total_workers_needed", "count", Text("应配工作者", "Workers needed"),
        Text("按标准应配备的社区工作者总数", "community workers that the standard asks for"),
    ),
    Measure(
        "workers_short", "count", Text("工作者缺口", "Workers short"),
        Text("应配数减去现有数", "needed less those of today"),
    ),
)  # fmt: skip
