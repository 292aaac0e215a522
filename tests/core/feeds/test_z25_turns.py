"""Z25: whoever asks for expensive answers leaves room for others."""

from __future__ import annotations

import io

from cytotheca.core.feeds.turns import Turns

ONE, OTHER = "192.0.2.1", "192.0.2.2"


def test_one_address_gets_at_most_half_of_the_places():
    turns = Turns(4)
    assert [turns.take(ONE) for _ in range(3)] == [True, True, False]
    assert [turns.take(OTHER) for _ in range(3)] == [True, True, False]
    turns.leave(ONE)
    assert turns.take("192.0.2.3")
    assert not turns.take(ONE)


def test_a_single_place_goes_to_one_after_the_other():
    turns = Turns(1)
    assert turns.take(ONE)
    assert not turns.take(OTHER)
    turns.leave(ONE)
    assert turns.take(OTHER)


def test_an_archive_that_is_being_read_keeps_its_reader_from_a_second_one(library):
    """And others from nothing; the page says when to come again."""
    made = library.call("package_create", "ed", name="z25", owner_org="lab-a")
    data = {"package_id": made["id"], "upload": (io.BytesIO(b"a,b"), "a.csv"), "name": "a.csv"}
    key = library.call("api_token_create", user="ed", name="t")["token"]
    headers = {"Authorization": key}
    stored = library.app.test_client().post(
        "/api/3/action/resource_create", data=data, headers=headers
    )
    assert stored.status_code == 200, stored.text
    browser = library.app.test_client()
    path = "/dataset/z25/download.zip"
    reading = browser.get(path, environ_overrides={"REMOTE_ADDR": ONE})
    assert reading.status_code == 200
    refused = browser.get(path, environ_overrides={"REMOTE_ADDR": ONE})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    other = browser.get(path, environ_overrides={"REMOTE_ADDR": OTHER})
    assert other.status_code == 200
    for answer in (reading, other):
        answer.close()
    again = browser.get(path, environ_overrides={"REMOTE_ADDR": ONE})
    assert again.status_code == 200
    again.close()
