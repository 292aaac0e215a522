"""Following users, datasets, groups and organizations."""

import pytest

from cytotheca.core.domain.errors import NotAuthorized, NotFound, ValidationError


@pytest.fixture
def followed(house, dataset):
    """What mo follows."""
    dataset("d1", title="Zebra")
    dataset("d2", private=True)
    house.call("xi", "group_create", name="c1", title="Collection")
    for action, name in [
        ("follow_dataset", "d1"),
        ("follow_dataset", "d2"),
        ("follow_user", "ed"),
        ("follow_group", "c1"),
        ("follow_group", "lab-a"),
    ]:
        made = house.call("mo", action, id=name)
        assert set(made) == {"follower_id", "object_id", "datetime"}
        assert house.call("mo", action, id=name) == made


def test_followees_are_listed_and_counted(house, followed):
    def names(action):
        return {one["name"] for one in house.call("mo", action, id="mo")}

    assert names("dataset_followee_list") == {"d1", "d2"}
    assert names("user_followee_list") == {"ed"}
    assert names("group_followee_list") == {"c1"}
    assert names("organization_followee_list") == {"lab-a"}
    counts = {
        kind: house.call("ed", f"{kind}followee_count", id="mo")
        for kind in ("user_", "dataset_", "group_", "organization_", "")
    }
    assert counts == {"user_": 1, "dataset_": 2, "group_": 1, "organization_": 1, "": 5}
    everything = house.call("mo", "followee_list", id="mo")
    assert [(one["type"], one["display_name"]) for one in everything] == [
        ("group", "Collection"),
        ("dataset", "d2"),
        ("user", "Ed"),
        ("organization", "Lab A"),
        ("dataset", "Zebra"),
    ]
    assert [one["dict"]["name"] for one in house.call("mo", "followee_list", id="mo", q="ze")] == [
        "d1"
    ]


def test_a_dataset_that_became_unreadable_is_not_listed(house, followed):
    house.call("ada", "organization_member_delete", id="lab-a", username="mo")
    assert [one["name"] for one in house.call("mo", "dataset_followee_list", id="mo")] == ["d1"]


def test_lists_are_ones_own(house, followed):
    for who in ("ed", ""):
        with pytest.raises(NotAuthorized):
            house.call(who, "dataset_followee_list", id="mo")
    with pytest.raises(NotAuthorized):
        house.call("ed", "dataset_follower_list", id="d1")
    assert [one["name"] for one in house.call("ada", "dataset_follower_list", id="d1")] == ["mo"]


def test_followers_are_counted_and_unfollowing_is_harmless(house, followed):
    assert house.call("", "dataset_follower_count", id="d1") == 1
    assert house.call("", "organization_follower_count", id="lab-a") == 1
    assert house.call("", "organization_show", id="lab-a")["num_followers"] == 1
    assert house.call("mo", "user_show", id="ed", include_num_followers=True)["num_followers"] == 1
    assert house.call("mo", "am_following_dataset", id="d1") is True
    for _ in range(2):
        assert house.call("mo", "unfollow_dataset", id="d1") is None
    assert house.call("mo", "am_following_dataset", id="d1") is False
    assert house.call("", "am_following_user", id="ed") is False


def test_what_cannot_be_followed(house, followed):
    with pytest.raises(ValidationError, match="You cannot follow yourself"):
        house.call("mo", "follow_user", id="mo")
    with pytest.raises(NotAuthorized):
        house.call("xi", "follow_dataset", id="d2")
    with pytest.raises(NotAuthorized):
        house.call("", "follow_user", id="ed")
    with pytest.raises(NotFound):
        house.call("mo", "follow_group", id="nope")
