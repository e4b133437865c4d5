"""The words of the pages, in both languages."""

from collections.abc import Mapping

from gis.i18n import Text

__all__ = ["COLUMNS", "WORDS"]

WORDS: Mapping[str, Text] = {
    "product": Text("区划", "quhua"),
    "tagline": Text("社区边界与网格规划", "Boundary and grid planning"),
    "other_language": Text("English", "中文"),
    "skip": Text("跳到正文", "Skip to content"),
    "at_a_glance": Text("项目概况", "At a glance"),
    "step_layers": Text("图层", "Layers"),
    "step_findings": Text("问题", "Findings"),
    "step_plans": Text("方案", "Alternatives"),
    "step_needed": Text("建议社区数", "Communities suggested"),
    "crs": Text("工作坐标系", "Working CRS"),
    "standard": Text("采用标准", "Standard"),
    "layers": Text("图层", "Layers"),
    "layer": Text("图层", "Layer"),
    "kind": Text("类型", "Kind"),
    "features": Text("要素数", "Features"),
    "version": Text("版本", "Version"),
    "version_n": Text("第 {n} 版", "v{n}"),
    "saved": Text("保存时间", "Saved"),
    "data": Text("数据", "Data"),
    "findings": Text("检查结果", "Findings"),
    "finding": Text("问题", "Finding"),
    "severity": Text("级别", "Severity"),
    "high": Text("高", "high"),
    "medium": Text("中", "medium"),
    "low": Text("低", "low"),
    "count": Text("数量", "Count"),
    "area": Text("面积(㎡)", "Area (m²)"),
    "households": Text("涉及户数", "Households"),
    "people": Text("涉及人口", "People"),
    "counted_once": Text(
        "同类问题中每人只计一次;“不详”表示没有人口数据,不等于零。",
        "Within a kind, each person is counted once; “unknown” means no figure, which is not zero.",
    ),
    "unknown": Text("不详", "unknown"),
    "open_findings": Text("打开问题图", "Open the map of findings"),
    "needed": Text("需要多少个社区", "How many communities are needed"),
    "plans": Text("方案比选", "Alternatives side by side"),
    "plan": Text("方案", "Plan"),
    "open_plan": Text("打开方案图", "Open the map"),
    "map": Text("地图", "Map"),
    "best": Text("加粗为各方案中最优", "Bold marks the best of the alternatives"),
    "sketch": Text("方案缩略图", "sketch of the plan"),
    "no_layers": Text("还没有图层。先导入一个:", "There are no layers yet. Import one:"),
    "no_findings": Text("还没有检查结果。运行:", "Nothing has been audited yet. Run:"),
    "clean": Text("最近一次检查没有发现问题。", "The latest audit found nothing."),
    "no_plans": Text("还没有划分方案。运行:", "There are no alternatives yet. Run:"),
    "plans_need_units": Text(
        "提出方案需要规划单元图层(units)。先导入:", "Alternatives need a layer of units. Import one first:"
    ),
    "trouble": Text("比选表无法计算:", "The comparison cannot be computed:"),
    "api": Text("数据接口", "Data service"),
    "api_docs": Text("接口说明", "API description"),
    "api_collections": Text("全部数据集(GeoJSON)", "All collections (GeoJSON)"),
    "api_maps": Text("地图目录", "List of maps"),
    "api_openapi": Text("OpenAPI 文件", "OpenAPI document"),
    "mark": Text("示意图,不作为划界依据", "Sketch maps; not a basis for boundaries"),
    "file": Text("文件", "FILE"),
    "error": Text("出错了", "Something is wrong"),
    "back": Text("返回首页", "Back to the start page"),
    "code": Text("代码", "code"),
}

COLUMNS: Mapping[str, Text] = {
    "n_communities": Text("社区数", "Communities"),
    "violations": Text("不合标准", "Violations"),
    "max_deviation": Text("最大偏差", "Max deviation"),
    "households_moved": Text("变动户数", "Households moved"),
    "moved_share": Text("变动比例", "Share moved"),
    "mean_polsby_popper": Text("平均紧凑度", "Compactness"),
    "villages_split": Text("分割城中村", "Villages split"),
    "compounds_split": Text("分割小区", "Compounds split"),
    "total_workers_needed": Text("应配工作者", "Workers needed"),
}
