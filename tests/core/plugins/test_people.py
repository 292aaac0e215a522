"""Signals, and logins that another service decides on."""

from __future__ import annotations

import pytest
from pages_site import form_token as token_of

from cytotheca.core.runtime.signals import SIGNALS, UnknownSignal

PLUGIN = """
heard = []

@hookimpl
def config_defaults(self):
    return {"smtp.server": "127.0.0.1:1"}  # nobody listens there

@hookimpl
def signal_receivers(self):
    def note(name):
        def receive(sender, **values):
            self.heard.append((name, sender if isinstance(sender, str) else "app", sorted(values)))
        return receive
    return {name: [note(name)] for name in SIGNALS}

@hookimpl
def identify(self, site):
    return self.people.get(flask.request.headers.get("X-Proxy-User"))

@hookimpl
def authenticate(self, site, login, password):
    return self.people.get(login) if password == "of-another-service" else None

@hookimpl
def begin_login(self, site):
    if flask.request.args.get("with") == "sso":
        return flask.redirect("https://login.example.org/")

@hookimpl
def begin_logout(self, site):
    return flask.redirect("https://login.example.org/bye")

@hookimpl
def decode_api_token(self, site, token):
    return self.tokens.get(token)
"""


@pytest.fixture(scope="module")
def eva(listener):
    """Somebody whom the plugin knows, by a header, a password and a token."""
    user = listener.add_user("eva")
    plugin = listener.site.plugins[0]
    plugin.people = {"eva": user["id"]}
    listener.call("api_token_create", {"user": "eva", "name": "t"})
    (token,) = listener.call("api_token_list", {"user_id": "eva"})
    plugin.tokens = {"short": token["id"]}
    return user


def log_in(listener, **fields):
    client = listener.client()
    token = form_token(client, "/user/login")
    return client, client.post("/user/login", data={**fields, "_csrf_token": token})


def form_token(client, path):
    return token_of(client.get(path).text)


def names(heard):
    return [name for name, _, _ in heard if not name.startswith("request_")]


def test_requests_and_actions_are_told(listener, eva, heard):
    listener.client().get("/api/3/action/package_show?id=beads")
    assert heard == [
        ("request_started", "app", []),
        ("action_succeeded", "package_show", ["context", "params", "result"]),
        ("request_finished", "app", ["response"]),
    ]


def test_refused_actions_are_not_told(listener, eva, heard):
    assert listener.client().get("/api/3/action/package_show?id=none").status_code == 404
    assert names(heard) == []


def test_accounts_and_logins_are_told(listener, eva, heard):
    user = listener.add_user("ada")
    log_in(listener, login="ada", password="wrong")
    client, answer = log_in(listener, login="ada", password="correct-horse")
    token = form_token(client, "/user/_logout")
    left = client.post("/user/_logout", data={"_csrf_token": token})
    told = [(name, sender) for name, sender, _ in heard if "log" in name or "user" in name]
    assert answer.status_code == 302
    assert left.headers["Location"] == "https://login.example.org/bye"
    assert told == [
        ("user_created", user["id"]), ("failed_login", "ada"),
        ("logged_in", user["id"]), ("logged_out", user["id"]),
    ]  # fmt: skip


def test_links_to_reset_passwords_are_told(listener, eva, heard):
    listener.call("password_reset_request", {"login": "eva"})
    listener.call("password_reset_request", {"login": "nobody"})
    listener.run_jobs()
    told = [sender for name, sender, _ in heard if name == "request_password_reset"]
    assert told == [eva["id"]]


def test_downloads_are_told(listener, eva, heard):
    link = {"package_id": "beads", "name": "map", "url": "https://example.org/a"}
    made = listener.call("resource_create", link)
    listener.client().get(f"/dataset/beads/resource/{made['id']}/download")
    assert ("resource_download", made["id"], []) in heard


def test_a_signal_that_is_never_sent_is_no_signal(listener):
    with pytest.raises(UnknownSignal, match="logged_in"):
        listener.site.signals.connect({"login": [print]})


def test_all_signals_are_described():
    assert {"request_started", "resource_download", "action_succeeded"} <= set(SIGNALS)
    assert all(SIGNALS.values())


def test_a_proxy_may_tell_who_somebody_is(listener, eva):
    client = listener.client()
    as_eva = client.get("/api/3/action/user_show", headers={"X-Proxy-User": "eva"})
    assert as_eva.json["result"]["name"] == "eva"
    stranger = client.get("/api/3/action/user_show", headers={"X-Proxy-User": "nobody"})
    assert stranger.status_code != 200


def test_whom_a_proxy_knows_cannot_be_made_to_write_by_other_sites(listener, eva):
    answer = listener.client().post(
        "/api/3/action/package_create", json={"name": "x1"}, headers={"X-Proxy-User": "eva"}
    )
    assert "CSRF" in answer.text


def test_passwords_of_another_service_count(listener, eva):
    client, answer = log_in(listener, login="eva", password="of-another-service")
    assert answer.status_code == 302
    assert "eva" in client.get("/dashboard/datasets").text


def test_the_login_page_may_be_elsewhere(listener, eva):
    answer = listener.client().get("/user/login?with=sso")
    assert answer.headers["Location"] == "https://login.example.org/"


def test_tokens_may_have_another_form(listener, eva):
    client = listener.client()
    answer = client.get("/api/3/action/user_show", headers={"Authorization": "short"})
    assert answer.json["result"]["name"] == "eva"
