import re

import pytest

from gis.assets import read_asset
from gis.errors import MapError
from gis.maps.remote import find_references


def test_leaflet_is_here_and_is_what_the_lock_file_says():
    assert "Leaflet 1.9.4" in read_asset("leaflet.js")


@pytest.mark.parametrize("name", ["leaflet.css", "swagger-ui.css"])
def test_style_sheets_carry_their_images(name: str):
    assert find_references(f"<style>{read_asset(name)}</style>") == []


def test_no_source_maps_are_asked_for():
    for name in ("leaflet.js", "leaflet.css", "swagger-ui-bundle.js", "swagger-ui.css"):
        assert not re.search(r"sourceMappingURL=\S+\s*$", read_asset(name))


@pytest.mark.parametrize("name", ["leaflet.LICENSE.txt", "swagger-ui.LICENSE.txt", "swagger-ui.NOTICE.txt"])
def test_licences_go_with_the_libraries(name: str):
    assert read_asset(name).strip()


def test_a_library_that_was_not_fetched_is_named():
    with pytest.raises(MapError) as refused:
        read_asset("jquery.js")
    assert refused.value.code == "asset-missing"
    assert "jquery.js" in refused.value.text("zh")
