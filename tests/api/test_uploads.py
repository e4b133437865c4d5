"""Files that wait to be confirmed: under their own token, once, for a while, and only so many."""

from pathlib import Path

import pytest

from api.errors import NotFoundError, UsageError
from api.uploads import Uploads, check_file_name
from api.workflow import ImportRequest


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _held(uploads: Uploads, name: str = "a.csv"):
    upload = uploads.begin(name)
    upload.path.write_text("x", encoding="utf-8")
    uploads.hold(upload, ImportRequest(path=str(upload.path), kind="units", name="units"))
    return upload


@pytest.fixture
def clock():
    return _Clock()


@pytest.fixture
def uploads(clock):
    uploads = Uploads(most=3, keep_s=60.0, clock=clock)
    yield uploads
    uploads.close()


@pytest.mark.parametrize("name", ["社区.zip", "a b(1).geojson", "x.tar.gz", "[鹽]行里.csv", "a..b.csv"])
def test_plain_names_pass(name):
    assert check_file_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "units",
        ".",
        "..",
        "../units.csv",
        "..\\units.csv",
        "/etc/passwd",
        "a/b.csv",
        "C:\\a.csv",
        "a.csv:stream",
        "~root.csv",
        ".hidden.csv",
        "a.csv ",
        "a.csv.",
        "a\0.csv",
        "a\n.csv",
        "\u202ea.csv",
        "x" * 300 + ".csv",
        "社" * 100 + ".csv",
        "\ud800.csv",
    ],
)
def test_names_that_lead_elsewhere_are_refused(uploads, name):
    with pytest.raises(UsageError) as caught:
        uploads.begin(name)
    assert caught.value.code == "file-name-invalid"
    assert caught.value.text("zh").encode()


def test_a_token_serves_once(uploads):
    upload = _held(uploads)
    with uploads.claimed(upload.token) as claimed:
        assert claimed.path.read_text("utf-8") == "x"
    assert not upload.path.exists()
    with pytest.raises(NotFoundError), uploads.claimed(upload.token):
        pass


def test_what_failed_may_be_tried_again(uploads):
    upload = _held(uploads)
    with pytest.raises(ZeroDivisionError), uploads.claimed(upload.token):
        raise ZeroDivisionError
    with uploads.claimed(upload.token):
        assert upload.path.exists()


def test_a_token_is_given_to_one_alone(uploads):
    upload = _held(uploads)
    with uploads.claimed(upload.token), pytest.raises(NotFoundError), uploads.claimed(upload.token):
        pass


def test_a_file_that_still_comes_in_cannot_be_claimed(uploads):
    upload = uploads.begin("a.csv")
    with pytest.raises(NotFoundError), uploads.claimed(upload.token):
        pass


def test_old_ones_go(uploads, clock):
    upload = _held(uploads)
    clock.now = 61.0
    with pytest.raises(NotFoundError), uploads.claimed(upload.token):
        pass
    assert not upload.path.exists()


def test_the_oldest_goes_when_there_are_too_many_but_none_in_use(uploads, clock):
    held = []
    for clock.now in (1.0, 2.0, 3.0):
        held.append(_held(uploads))
    with uploads.claimed(held[0].token):
        fourth = _held(uploads)
        assert [one.path.exists() for one in (*held, fourth)] == [True, False, True, True]


def test_more_at_once_are_refused(uploads):
    coming = [uploads.begin("a.csv") for _ in range(3)]
    with pytest.raises(UsageError) as caught:
        uploads.begin("a.csv")
    assert caught.value.code == "uploads-too-many"
    uploads.discard(coming[0])
    uploads.begin("a.csv")


def test_nothing_is_left_at_the_end(uploads):
    upload = _held(uploads)
    root = upload.path.parents[1]
    uploads.close()
    assert not Path(root).exists()
