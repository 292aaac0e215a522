"""Z6: a second factor: the password alone is not enough any more."""

from __future__ import annotations

import html
import re
import time
from datetime import timedelta

import pyotp
import pytest
from pages_site import PASSWORD

from cytotheca.core.auth import second_factor
from cytotheca.core.models.second_factor import SecondFactor

STEP = second_factor.STEP_S


@pytest.fixture
def clock(monkeypatch):
    """A clock that tests move, so that no code is used twice by chance."""
    real, offset = second_factor.utc_now, [0.0]
    monkeypatch.setattr(second_factor, "utc_now", lambda: real() + timedelta(seconds=offset[0]))
    return lambda seconds: offset.__setitem__(0, offset[0] + seconds)


@pytest.fixture
def person(town, clock):
    """Somebody whose logins need a code; name, app, recovery codes."""
    user = town.hire()
    browser = town.browser(user["name"])
    base = f"/user/{user['name']}/second-factor"
    page = town.send(browser, f"{base}/begin", current_password=PASSWORD)
    assert "data:image/svg+xml" in page.text
    app = pyotp.TOTP(re.search(r'id="secret">([A-Z2-7]+)<', page.text)[1])
    done = town.send(browser, f"{base}/confirm", code=app.now())
    assert done.status_code == 200
    codes = re.findall(r"<code>([0-9a-f-]{19})</code>", html.unescape(done.text))
    assert len(codes) == 8
    return user["name"], app, codes


def log_in(town, name, password=PASSWORD):
    browser = town.browser()
    answer = town.send(browser, "/user/login", login=name, password=password)
    return browser, answer


def is_in(browser):
    return browser.get("/dashboard/datasets").status_code == 200


def code_at(app, seconds):
    return app.at(time.time() + seconds)


def test_the_password_alone_opens_nothing(town, person):
    name, _, _ = person
    browser, answer = log_in(town, name)
    assert (answer.status_code, answer.location) == (303, "/user/login/code")
    assert not is_in(browser)
    assert browser.get("/api/3/action/user_show").status_code in {403, 404}
    assert "Your code" in browser.get("/user/login/code").text


def test_password_and_code_do(town, person, clock):
    name, app, _ = person
    browser, _ = log_in(town, name)
    clock(3 * STEP)
    answer = town.send(browser, "/user/login/code", code=code_at(app, 3 * STEP))
    assert (answer.status_code, answer.location) == (302, "/dashboard/datasets")
    assert is_in(browser)


def test_a_code_works_once(town, person, clock):
    name, app, _ = person
    clock(3 * STEP)
    code = code_at(app, 3 * STEP)
    first, _ = log_in(town, name)
    assert town.send(first, "/user/login/code", code=code).status_code == 302
    second, _ = log_in(town, name)
    refused = town.send(second, "/user/login/code", code=code)
    assert refused.status_code == 401
    assert "was used already" in refused.text
    assert not is_in(second)


def test_recovery_codes_work_once_each(town, person):
    name, _, codes = person
    browser, _ = log_in(town, name)
    assert town.send(browser, "/user/login/code", code=f" {codes[0]} ").status_code == 302
    again, _ = log_in(town, name)
    assert town.send(again, "/user/login/code", code=codes[0]).status_code == 401
    assert town.send(again, "/user/login/code", code=codes[1]).status_code == 302


def test_codes_are_not_guessed(town, person):
    name, _, _ = person
    browser, _ = log_in(town, name)
    statuses = [
        town.send(browser, "/user/login/code", code=f"{number:06}").status_code
        for number in range(8)
    ]
    assert statuses[0] == 401
    assert statuses[-1] == 429


def test_the_code_alone_opens_nothing(town, person, clock):
    name, app, _ = person
    browser, answer = log_in(town, name, "wrong words here")
    assert answer.status_code == 401
    clock(3 * STEP)
    sent = town.send(browser, "/user/login/code", code=code_at(app, 3 * STEP))
    assert sent.location == "/user/login"
    assert not is_in(browser)


def test_only_the_password_switches_it_off(town, person, clock):
    name, app, _ = person
    browser, _ = log_in(town, name)
    clock(3 * STEP)
    town.send(browser, "/user/login/code", code=code_at(app, 3 * STEP))
    base = f"/user/{name}/second-factor"
    assert town.send(browser, f"{base}/remove", current_password="wrong").status_code == 400
    assert town.send(browser, f"{base}/remove", current_password=PASSWORD).status_code == 303
    assert log_in(town, name)[1].location == "/dashboard/datasets"


def test_nobody_sets_up_the_factor_of_another(town, person):
    name, _, _ = person
    for user in ("ed", "ada"):
        begun = town.call(user, "user_second_factor_begin", user_id=name, current_password=PASSWORD)
        assert begun.status_code == 403
    removed = town.call("ada", "user_second_factor_remove", user_id=name, current_password="no")
    assert removed.status_code == 409


def test_an_administrator_helps_who_lost_everything(town, person):
    name, _, _ = person
    given = {"user_id": name, "current_password": PASSWORD}
    assert town.call("ed", "user_second_factor_remove", **given).status_code == 403
    assert town.call("ada", "user_second_factor_remove", **given).status_code == 200
    assert log_in(town, name)[1].location == "/dashboard/datasets"
    assert town.events(action="second_factor_removed")[0]["detail"]["name"] == name


def test_a_factor_that_was_not_confirmed_asks_for_nothing(town):
    user = town.hire()
    browser = town.browser(user["name"])
    base = f"/user/{user['name']}/second-factor"
    begun = town.send(browser, f"{base}/begin", current_password=PASSWORD).text
    sent = {
        name: html.unescape(re.search(rf'name="{name}" value="([^"]+)"', begun)[1])
        for name in ("secret", "uri")
    }
    refused = town.send(browser, f"{base}/confirm", code="000000", **sent)
    assert refused.status_code == 400
    assert sent["secret"] in refused.text
    assert "data:image/svg+xml" in refused.text
    assert "This code is wrong" in refused.text
    assert log_in(town, user["name"])[1].location == "/dashboard/datasets"


def test_the_database_holds_neither_secret_nor_codes(town, person):
    name, app, codes = person
    with town.pages.site.database.reading() as session:
        row = session.get(SecondFactor, town.pages.users[name])
        stored = f"{row.nonce} {row.recovery}"
    assert app.secret not in stored
    assert codes[0].replace("-", "") not in stored
