"""What people see: accessibility, reflow, no script, both schemes, by keyboard."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from pages_site import PASSWORD

PAGES = [
    "/",
    "/dataset/",
    "/dataset/?tags=beads&q=beads",
    "/dataset/open",
    "/dataset/open/download",
    "/dataset/open?version=1.0",
    "/dataset/versions/open",
    "/dataset/activity/open",
    "/dataset/versions/open/diff?old=1.0&new=1.1",
    "RESOURCE",
    "/organization/",
    "/organization/lab-a",
    "/group/",
    "/group/fig-1",
    "/user/login",
    "/user/register",
    "/user/reset",
    "/user/reset/x?key=y",
    "/about",
    "/docs",
    "/api/docs?subject=keywords",
    "/nowhere",
    "/review/nowhere",
]
OWN_PAGES = [
    "/dashboard/datasets",
    "/dashboard/",
    "/user/ed",
    "/user/ed/api-tokens",
    "/user/edit/ed",
    "/user/ed/sessions",
    "/user/ed/second-factor",
    "/dataset/access/draft",
    "/dataset/draft",
    "/dataset/new",
    "/dataset/edit/draft",
    "/dataset/resources/draft",
    "/dataset/draft/resource/new",
    "/organization/members/lab-a",
]
ADMIN_PAGES = [
    "/ckan-admin/",
    "/ckan-admin/config",
    "/ckan-admin/reset_config",
    "/ckan-admin/jobs",
    "/ckan-admin/trash",
]
SERIOUS = {"serious", "critical"}
ALSO = {"landmark-unique", "heading-order", "page-has-heading-one"}


def log_in(page, url, name="ed"):
    page.goto(f"{url}/user/login")
    page.get_by_label("Name or e-mail").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.wait_for_url("**/dashboard/datasets")


def address(site_url, path):
    url, resource_id = site_url
    return url + path.replace("RESOURCE", f"/dataset/open/resource/{resource_id}")


@pytest.mark.parametrize(("scheme", "width"), [("dark", 320), ("light", 1280)])
def test_no_page_has_a_serious_barrier_or_scrolls_sideways(browser, site_url, scheme, width):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    faults, said = [], []
    page.on("console", lambda message: said.append(message.text))
    for path in [*PAGES, *OWN_PAGES, *ADMIN_PAGES]:
        if path == OWN_PAGES[0]:
            log_in(page, site_url[0])
        if path == ADMIN_PAGES[0]:
            context.clear_cookies()
            log_in(page, site_url[0], "ada")
        page.goto(address(site_url, path))
        found = Axe().run(page).response["violations"]
        faults += [
            (path, one["id"], [node["html"][:120] for node in one["nodes"]])
            for one in found
            if one["impact"] in SERIOUS or one["id"] in ALSO
        ]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append((path, "scrolls sideways", []))
    context.close()
    assert faults == []
    assert [text for text in said if "Content Security Policy" in text] == []


def test_without_script_people_search_filter_read_and_log_in(browser, site_url):
    url, _ = site_url
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    page.get_by_role("searchbox").fill("beads")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("complementary").get_by_role("link", name="beads").click()
    assert "tags=beads" in page.url
    page.get_by_role("heading", name="Calibration beads").get_by_role("link").click()
    assert page.get_by_text("Cite this dataset").is_visible()
    page.get_by_role("link", name="beads.rtdc", exact=True).click()
    assert page.get_by_role("link", name="Download").first.is_visible()
    assert page.get_by_text("ab" * 32).first.is_visible()
    log_in(page, url)
    assert page.get_by_role("heading", name="Drafts").is_visible()
    context.close()


def test_choosing_an_order_by_keyboard_asks_for_nothing_until_applied(browser, site_url):
    """B4."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address(site_url, "/dataset/"))
    page.wait_for_load_state("networkidle")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("Sort by").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert asked == []
    page.get_by_role("button", name="Apply", exact=True).click()
    page.wait_for_url("**sort=*")
    context.close()


def test_the_scheme_is_chosen_by_button_kept_and_set_before_the_first_paint(browser, site_url):
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(site_url[0])
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Switch between light and dark").click()
    dark = page.evaluate(ground)
    assert dark != light
    page.goto(address(site_url, "/dataset/"), wait_until="commit")
    page.wait_for_selector("body")
    assert page.evaluate("document.documentElement.dataset.scheme") == "dark"
    context.close()


def test_the_filters_open_as_a_drawer_on_small_screens(browser, site_url):
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(address(site_url, "/dataset/"))
    assert not page.get_by_role("heading", name="Filters").is_visible()
    page.get_by_role("button", name="Filters").click()
    assert page.get_by_role("heading", name="Filters").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_role("heading", name="Filters").is_visible()
    context.close()


def test_the_skip_link_is_the_first_stop_of_the_keyboard(browser, site_url):
    context = browser.new_context()
    page = context.new_page()
    page.goto(address(site_url, "/dataset/open"))
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    context.close()


def test_pages_ask_no_other_host(browser, site_url):
    context = browser.new_context()
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for path in PAGES:
        page.goto(address(site_url, path))
    context.close()
    assert asked
    assert [url for url in asked if not url.startswith((site_url[0], "data:"))] == []
