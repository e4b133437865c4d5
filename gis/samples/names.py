"""Invented names of the sample county: county, streets, communities, villages, compounds, other land. No real place."""

from collections.abc import Iterator

__all__ = [
    "BRANCH_LINE",
    "COMMUNITIES",
    "COUNTY",
    "COUNTY_CODE",
    "MAIN_STREETS",
    "RIVER",
    "TOWN_CODE",
    "VILLAGES",
    "compound_names",
    "minor_street_names",
]

COUNTY = ("汝川县城关镇", "Ruchuan county town (made up)")
COUNTY_CODE = "411399"  # no county bears this code
TOWN_CODE = "100"
RIVER, BRANCH_LINE = "清汝河", "汝川铁路"

# By the name of the line in the street plan.
MAIN_STREETS = {
    "west": "中州路",
    "centre": "文昌路",
    "east": "迎宾路",
    "south": "建设大道",
    "middle": "人民路",
    "north": "汝川大道",
    "station": "站前大道",
    "ns-1": "西关街",
    "ns-2": "育才街",
    "ns-3": "健康路",
    "ns-4": "工业路",
    "ew-1": "团结路",
    "ew-2": "解放路",
    "ew-3": "北环路",
    "bank-north": "滨河北路",
    "bank-south": "滨河南路",
}

# Where in the town each name belongs, as a direction from the centre: (east, north).
COMMUNITIES = (
    ("西关", -1.0, 0.3),
    ("北关", -0.5, 1.0),
    ("站前", 0.5, 0.9),
    ("文昌", 0.1, 0.3),
    ("东街", 0.9, 0.2),
    ("车站北", 1.0, 1.0),
    ("南关", 0.0, -0.8),
    ("河湾", -1.0, -0.8),
    ("东湖", 1.0, -0.8),
)

VILLAGES = (
    "张庄",
    "李湾",
    "王楼",
    "大刘庄",
    "陈寨",
    "赵岗",
    "郭店",
    "马坊",
    "孙营",
    "周桥",
    "前杨堂",
    "后杨堂",
    "胡洼",
    "菜园",
)

_FIRST = (
    "锦绣", "阳光", "汝河", "金桂", "翠湖", "书香", "碧水", "盛世", "和谐", "幸福", "东方", "康宁",
    "紫荆", "龙泉", "祥和", "金域", "怡景", "华泰", "春晓", "明珠", "福临", "滨江",
)  # fmt: skip
_NEW = ("花园", "家园", "佳苑", "华庭", "名邸", "嘉园", "雅居", "新城", "华府", "名城", "公馆", "水岸", "丽景", "学府")
_OFFICES = (
    "粮食局", "供销社", "水利局", "棉纺厂", "化肥厂", "农机厂", "教育局", "邮电局", "卫生局", "建筑公司", "酒厂",
    "面粉厂", "百货公司", "运输公司", "林业局", "食品公司", "造纸厂", "电业局", "物资局", "机械厂", "信用社",
    "烟草公司", "税务局", "石油公司",
)  # fmt: skip
_OLD = ("家属院", "一号院", "二号院", "南院", "北院", "东院", "西院", "新院", "前院", "后院", "老院")
_LANES = (
    "槐树", "书院", "鼓楼", "盐店", "磨坊", "井台", "油坊", "塔寺", "城隍庙", "文庙", "柳林", "石榴",
    "桥口", "马道", "竹器", "铁匠", "布市", "粮市", "水巷", "染坊", "绸布", "米市", "学前", "马号",
    "三官庙", "火神庙", "钟楼", "前营", "后营", "黉学",
)  # fmt: skip
_LOW = ("片区", "东片", "西片", "南片", "北片", "老街坊")
_STREETS = (
    "振兴", "和平", "永安", "青年", "光明", "朝阳", "兴业", "富民", "惠民", "文化", "胜利", "春风",
    "友谊", "新建", "前进", "迎春", "柳林", "槐荫", "桃园", "梅园", "竹园", "菊园", "松柏", "银杏",
    "学府", "科技", "创业", "利民", "安康", "长寿", "福寿", "吉祥", "如意", "平安", "顺达", "通达",
    "腾飞", "祥云", "龙兴", "凤鸣", "清泉", "石桥", "塔湾", "望河", "临川", "汝阳", "瑞祥", "宏图",
    "大成", "仁和", "义和", "礼泉", "智远", "信达", "敬业", "明德", "崇文", "尚武", "丰收", "五谷",
)  # fmt: skip
_WAYS = ("路", "街", "巷", "一巷", "二巷", "西路", "东路")


def compound_names(style: str) -> Iterator[str]:
    """Give invented names of compounds, each once: ``new`` estates, ``old`` work-unit yards, ``low`` lanes of houses.

    Examples
    --------
    >>> names = compound_names("old")
    >>> next(names), next(names)
    ('粮食局家属院', '供销社家属院')
    """
    firsts, lasts = {"new": (_FIRST, _NEW), "old": (_OFFICES, _OLD), "low": (_LANES, _LOW)}[style]
    return (first + last for last in lasts for first in firsts)


def minor_street_names() -> Iterator[str]:
    """Give invented names of minor streets, each once."""
    return (first + last for last in _WAYS for first in _STREETS)
