"""Reading many things needs no more SQL statements than reading few."""

import pytest

FEW, MANY = 10, 100


@pytest.fixture
def fill(house, dataset):
    """Make datasets until there are so many; each with tags, extras and resources."""

    def make(count):
        for number in range(house.call("", "package_search", rows=0)["count"], count):
            dataset(
                f"d-{number}",
                tags=[{"name": f"tag-{number}"}, {"name": "beads"}],
                extras=[{"key": "k", "value": str(number)}],
                resources=[{"url": "http://x.example/a"}, {"url": "http://x.example/b"}],
            )
        return house.call("", "package_search", rows=0)["count"]

    return make


@pytest.mark.parametrize("who", ["", "ed", "ada"])
def test_a_long_page_of_results(house, fill, who):
    asked = {"rows": 1000, "include_private": True, "facet.field": ["tags", "organization"]}
    assert fill(FEW) == FEW
    house.call(who, "package_search", **asked)
    few = house.statements(who, "package_search", **asked)
    assert fill(MANY) == MANY
    assert len(house.call(who, "package_search", **asked)["results"]) == MANY
    assert house.statements(who, "package_search", **asked) == few


def test_a_dataset_of_many_resources_and_tags(house, dataset):
    def named(count):
        return dataset(
            f"of-{count}",
            tags=[{"name": f"tag-{number}"} for number in range(count)],
            extras=[{"key": f"k{number}", "value": "v"} for number in range(count)],
            resources=[{"url": f"http://x.example/{number}"} for number in range(count)],
        )["id"]

    few, many = named(FEW), named(MANY)
    shown = house.call("", "package_show", id=many)
    assert (len(shown["resources"]), len(shown["tags"])) == (MANY, MANY)
    assert house.statements("", "package_show", id=many) == house.statements(
        "", "package_show", id=few
    )


def test_an_organization_of_many_datasets(house, fill):
    asked = {"all_fields": True, "include_dataset_count": True}
    fill(FEW)
    few = house.statements("", "organization_list", **asked)
    fill(MANY)
    assert house.call("", "organization_list", **asked)[0]["package_count"] == MANY
    assert house.statements("", "organization_list", **asked) == few


def test_an_index_of_many_private_datasets(house, dataset):
    def rebuild():
        house.site.rebuild_search_index()

    for number in range(FEW):
        dataset(f"p-{number}", private=True)
    few = house.count_statements(rebuild)
    for number in range(FEW, MANY):
        dataset(f"p-{number}", private=True)
    assert house.count_statements(rebuild) == few


def test_the_members_of_a_circle_of_many_private_datasets(house, dataset):
    asked = {"id": "lab-a", "object_type": "package"}
    for number in range(FEW):
        dataset(f"p-{number}", private=True)
    few = house.statements("mo", "member_list", **asked)
    for number in range(FEW, MANY):
        dataset(f"p-{number}", private=True)
    assert len(house.call("mo", "member_list", **asked)) == MANY
    assert house.statements("mo", "member_list", **asked) == few
