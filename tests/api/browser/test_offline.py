"""Every page that the service can give a browser, found from its own description: none reaches for another host."""

import json
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.browser

_NAMES = {"name": "alternative_1", "collection_id": "communities"}
_UNDESCRIBED = ["/docs"]  # pages that the description itself does not list


def _addresses_of_pages(served: str) -> list[str]:
    with urlopen(f"{served}/openapi.json") as answer:
        described = json.load(answer)["paths"]
    with urlopen(f"{served}/collections/communities/items?limit=1&f=json") as answer:
        feature_id = json.load(answer)["features"][0]["id"]
    pages = [
        path.format(**_NAMES, feature_id=feature_id)
        for path, methods in described.items()
        if "text/html" in methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
    ]
    return sorted({*pages, *_UNDESCRIBED})


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_no_page_of_the_description_reaches_for_another_host(watch, served, locale):
    pages = _addresses_of_pages(served)
    assert {"/", "/docs", "/maps/findings", "/maps/plans/alternative_1", "/collections/communities/items"} <= set(pages)
    for path in pages:
        watched = watch(path, locale=locale)
        watched.page.wait_for_load_state("networkidle")
        watched.assert_quiet()
