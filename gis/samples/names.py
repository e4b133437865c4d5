"""Invented names of the sample county: streets, communities, villages, compounds. No real place is meant."""

COUNTY = ("清河县城关镇", "Qinghe county town (made up)")
COUNTY_CODE = "411399"
TOWN_CODE = "100"

ROWS = (
    "北环路",
    "迎春街",
    "振兴路",
    "文昌街",
    "解放路",
    "槐荫街",
    "人民路",
    "和平街",
    "育才路",
    "建设路",
    "永安街",
    "团结路",
    "南环路",
)
COLUMNS = (
    "西环路",
    "柳林巷",
    "青年路",
    "朝阳街",
    "中山路",
    "书院街",
    "新华路",
    "鼓楼街",
    "光明路",
    "滨河西路",
    "滨河东路",
    "兴业路",
    "东升街",
    "工业路",
    "东环路",
)
COMMUNITIES = ("北关", "文昌", "河东", "西关", "鼓楼", "东街", "南园", "站前", "东湖")
VILLAGES = (
    "前杨村",
    "后杨村",
    "小李庄",
    "大王村",
    "沙河湾",
    "石桥村",
    "柳树村",
    "马家营",
    "东赵庄",
    "刘楼村",
    "张湾村",
    "陈家坡",
    "孙寨村",
    "菜园村",
)
_FIRST = (
    "锦绣",
    "阳光",
    "清河",
    "金桂",
    "翠湖",
    "书香",
    "碧水",
    "盛世",
    "和谐",
    "幸福",
    "东方",
    "康宁",
    "紫荆",
    "龙泉",
    "祥和",
    "金域",
    "怡景",
    "华泰",
    "春晓",
    "明珠",
)
_LAST = (
    "花园",
    "家园",
    "小区",
    "新村",
    "苑",
    "名邸",
    "佳苑",
    "华庭",
    "公寓",
    "家属院",
    "城",
    "雅居",
    "里",
    "府",
    "新城",
    "嘉园",
    "景苑",
    "丽都",
    "豪庭",
    "雅苑",
    "水岸",
)


def compound_name(number: int) -> str:
    """Give the invented name of a compound; each of the first 420 is different.

    Examples
    --------
    >>> compound_name(0)
    '锦绣花园'
    """
    return _FIRST[number % len(_FIRST)] + _LAST[(number // len(_FIRST)) % len(_LAST)]
