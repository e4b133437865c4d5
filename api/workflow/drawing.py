"""Draw what a project holds as stand-alone pages that open with no network."""

MAPS_FOLDER = "maps"


def draw_maps(*a, **k):
    raise NotImplementedError


findings_page = plan_page = draw_maps
