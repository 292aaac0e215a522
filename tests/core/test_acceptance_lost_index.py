"""A site whose search is away still serves its datasets."""


def test_datasets_are_served_while_the_search_is_away(fresh_site):
    """ckan-core 32: the embedded engine is away when its folder is."""
    site = fresh_site({"ckan.plugins": ""})
    ed, nobody = site.people["ed"], site.people[""]
    assert ed.post("package_create", name="p1", owner_org="lab-a").status == 200
    folder = site.folder / "search"
    folder.rename(site.folder / "search-away")

    answer = nobody.get("package_search", q="p1")
    assert answer.status == 500
    assert answer.error["__type"] == "Search Connection Error"
    assert answer.message == "Unable to connect to the search server"
    assert nobody.get("package_show", id="p1").result["name"] == "p1"
    assert nobody.fetch("/dataset/p1").status_code == 200
    assert ed.post("package_patch", id="p1", notes="saved all the same").status == 200
    assert nobody.get("package_show", id="p1").result["notes"] == "saved all the same"

    site.cli("search-index", "rebuild")
    assert nobody.get("package_search", q="saved").result["count"] == 1
