"""A browser loads nothing but this service's own files, and runs nothing but what the service wrote."""

import base64
import hashlib

import pytest

from api.security import policy_for_page

_PATHS = ["/", "/collections", "/collections/units/items", "/docs", "/nowhere", "/assets/start.css", "/openapi.json"]


@pytest.mark.parametrize("path", _PATHS)
def test_every_answer_carries_the_headers(client, path):
    headers = client.get(path, headers={"accept": "text/html"}).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy.replace("https:", "")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] in {"DENY", "SAMEORIGIN"}


def test_a_page_s_own_scripts_and_styles_are_allowed_by_their_hashes():
    script, style = "let a = 1 < 2 && '</p>';\r\n", "p { color: red }"
    html = f'<style>{style}</style><script>{script}</script><script type="application/json">{{}}</script>'
    policy = policy_for_page(html)

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert f"script-src {digest(script.replace(chr(13), ''))};" in policy
    assert f"style-src {digest(style)};" in policy
    assert digest("{}") not in policy


def test_a_page_without_scripts_runs_none():
    policy = policy_for_page("<p>hello</p>")
    assert "script-src 'none';" in policy
    assert "style-src 'none';" in policy
