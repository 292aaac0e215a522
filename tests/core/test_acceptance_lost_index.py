"""A site whose search is away still serves its datasets, and heals when it can."""


def test_datasets_are_served_while_the_search_is_away(fresh_site, wait_until):
    """ckan-core 32, expectations B11: the embedded engine is away when its folder is.

    A file is in its place, so that the site cannot make a new one until we remove it.
    """
    site = fresh_site({"ckan.plugins": ""})
    ed, nobody = site.people["ed"], site.people[""]
    assert ed.post("package_create", name="p1", owner_org="lab-a").status == 200
    folder = site.folder / "search"
    folder.rename(site.folder / "search-away")
    folder.touch()

    answer = nobody.get("package_search", q="p1")
    assert answer.status == 500
    assert answer.error["__type"] == "Search Connection Error"
    assert answer.message == "Unable to connect to the search server"
    assert nobody.get("package_show", id="p1").result["name"] == "p1"
    assert nobody.fetch("/dataset/p1").status_code == 200
    assert ed.post("package_patch", id="p1", notes="saved all the same").status == 200
    assert nobody.get("package_show", id="p1").result["notes"] == "saved all the same"

    folder.unlink()
    wait_until(lambda: nobody.get("package_search", q="saved").status == 200)
    wait_until(lambda: nobody.get("package_search", q="saved").result["count"] == 1)
    assert 'class="notice"' not in nobody.fetch("/dataset/").text
