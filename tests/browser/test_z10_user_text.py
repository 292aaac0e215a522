"""Z10: whatever people write into any field, in no page does any of it run or hook into scripts."""

from __future__ import annotations

import io
import threading

import pytest
from pages_site import PASSWORD, build_site
from werkzeug.serving import make_server

RUN = "window.ran=(window.ran||0)+1"
CORPUS = [
    f"<script>{RUN}</script>",
    f'"><img src=x onerror="{RUN}">',
    f"'><svg/onload={RUN}>",
    f"</title></textarea></script><script>{RUN}</script>",
    f"</option></select><img src=x onerror={RUN}>",
    f'" autofocus onfocus={RUN} x="',
    f"[go](javascript:{RUN})",
    f"[go](&#106;avascript:{RUN})",
    f"[go](java\tscript:{RUN})",
    f"![go](javascript:{RUN})",
    "[go](data:text/html;base64,PHNjcmlwdD5wYXJlbnQucmFuPTE8L3NjcmlwdD4=)",
    f'<a href="javascript:{RUN}" onclick="{RUN}">go</a>',
    '<iframe srcdoc="<script>parent.ran=1</script>"></iframe><object data="data:text/html,x">',
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}></style></mglyph></table>",
    '<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=//evil.example">',
    '<div data-module="x" data-scheme-toggle data-copy="citation" id="content">hook</div>',
    '<form action="https://evil.example"><button formaction="javascript:1">ok</button></form>',
    "<style>*{display:none}</style><link rel=stylesheet href=//evil.example/x.css>",
    "{{ 7*191 }} {% raw %} ${7*191} <%= 7*191 %>",
    "\u202egnp.exe\u2028line",
]
EVIL = " ".join(CORPUS)
BAD_URL = f"javascript:{RUN}//"
TABLE = "a,b\n" + "\n".join(f'"{one.replace(chr(34), chr(34) * 2)}",=1+1' for one in CORPUS)

#: What must not be in a page, found by the browser itself.
LOOK = """() => {
  const bad = [];
  for (const one of document.querySelectorAll("*")) {
    for (const {name, value} of one.attributes) {
      const address = value.replace(/[\\s\\u0000-\\u001f]/g, "").toLowerCase();
      if (name.startsWith("on")) bad.push(`${one.tagName} ${name}`);
      if (["href", "src", "action", "formaction", "xlink:href", "srcdoc"].includes(name) &&
          /^(javascript|data|vbscript):/.test(address)) bad.push(`${one.tagName} ${value}`);
      if (name === "data-module") bad.push("hook");
      if (["href", "action", "formaction"].includes(name) && address.includes("evil.example"))
        if (one.tagName !== "A") bad.push(`${one.tagName} ${value}`);
    }
  }
  for (const tag of ["iframe", "object", "embed", "base", "math", "meta[http-equiv]", "style"])
    if (document.querySelector(tag)) bad.push(tag);
  if (document.querySelectorAll("#content").length > 1) bad.push("second #content");
  if (document.querySelectorAll("[data-scheme-toggle]").length > 1) bad.push("second toggle");
  if (document.body.innerText.includes("1337")) bad.push("template");
  if (window.ran) bad.push("it ran");
  return bad;
}"""


@pytest.fixture(scope="module")
def evil_site(tmp_path_factory):
    """A site on which every field that can hold a text holds the corpus."""
    built = build_site(tmp_path_factory.mktemp("z10"))
    built.call("user_patch", id="ed", fullname=EVIL, about=EVIL)
    for kind in ("organization", "group"):
        name = {"organization": "lab-a", "group": "fig-1"}[kind]
        extras = [{"key": EVIL, "value": EVIL}]
        built.call(f"{kind}_patch", id=name, title=EVIL, description=EVIL, extras=extras)
    texts = ("title", "notes", "author", "maintainer", "url")
    link = {
        "name": EVIL,
        "url": BAD_URL,
        "description": EVIL,
        "format": EVIL,
        "mimetype": EVIL,
        "hash": EVIL,
        EVIL: EVIL,
        "dc:experiment:sample": EVIL,
        f"dc:user:{EVIL}": EVIL,
    }
    built.call(
        "package_create",
        "ada",
        name="evil",
        owner_org="lab-a",
        groups=[{"name": "fig-1"}],
        version=EVIL[:100],
        extras=[{"key": EVIL, "value": EVIL}, {"key": "doi", "value": BAD_URL}],
        resources=[link],
        license_id=EVIL,
        **dict.fromkeys(texts, EVIL),
    )
    token = built.call("api_token_create", "ed", user="ed", name=EVIL[:60])["token"]
    client = built.app.test_client()
    for name, text in (("table.csv", TABLE), ("log.txt", "\n".join(CORPUS))):
        file = (io.BytesIO(text.encode()), f"{EVIL[:60]}{name}")
        sent = {"package_id": "evil", "upload": file, "name": f"{EVIL}{name}"}
        headers = {"Authorization": token}
        answer = client.post("/api/3/action/resource_create", data=sent, headers=headers)
        assert answer.status_code == 200, answer.text
    rids = [one["id"] for one in built.call("package_show", id="evil")["resources"]]
    for rid in rids[1:]:
        view = built.call("resource_view_list", id=rid)[0]
        built.call("resource_view_update", id=view["id"], title=EVIL[:1000], description=EVIL)
    server = make_server("127.0.0.1", 0, built.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", rids
    server.shutdown()
    thread.join()
    built.site.close()


def test_nothing_that_people_write_runs_in_any_page(browser, evil_site):
    url, rids = evil_site
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: (said.append("dialog"), dialog.dismiss()))
    page.goto(f"{url}/user/login")
    page.get_by_label("Name or e-mail").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.wait_for_url("**/dashboard/datasets")
    files = [f"/dataset/evil/resource/{rid}" for rid in rids]
    paths = [
        "/",
        "/dataset/",
        "/dataset/evil",
        "/dataset/edit/evil",
        "/dataset/resources/evil",
        "/dataset/collaborators/evil",
        "/dataset/groups/evil",
        "/dataset/delete/evil",
        "/dataset/evil/download",
        *files,
        f"{files[1]}/edit",
        f"{files[1]}/views",
        f"{files[1]}/delete",
        "/organization/",
        "/organization/lab-a",
        "/organization/edit/lab-a",
        "/organization/members/lab-a",
        "/organization/bulk_process/lab-a",
        "/organization/delete/lab-a",
        "/group/fig-1",
        "/user/ed",
        "/user/edit/ed",
        "/user/",
        "/ckan-admin/",
    ]
    faults = []
    for path in paths:
        answer = page.goto(url + path)
        assert answer is not None
        assert answer.status == 200, path
        faults += [(path, one) for one in page.evaluate(LOOK)]
    page.goto(f"{url}/dataset/?q={'%3Cscript%3E'}window.ran%3D1{'%3C%2Fscript%3E'}")
    faults += [("search", one) for one in page.evaluate(LOOK)]
    refused = [one for one in said if "Content Security Policy" in one or one == "dialog"]
    page.set_content("<p onclick=x><a href=' javascript:1'>x</a><iframe></iframe>")
    seen = page.evaluate(LOOK)
    context.close()
    assert len(seen) == 3  # else nothing would have been found above either
    assert faults == []
    assert refused == []
