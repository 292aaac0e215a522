"""O18: mail over verified TLS, any port, odd names; an outage delays mails, not actions."""

from __future__ import annotations

import smtplib
import ssl

import pytest
from mail_server import Letterbox, make_authority, start_server
from sqlalchemy import update

from cytotheca.core.jobs.worker import run_job
from cytotheca.core.mail.message import build_message
from cytotheca.core.mail.smtp import deliver, parse_server
from cytotheca.core.mail.texts import MailText
from cytotheca.core.models.base import utc_now
from cytotheca.core.models.outbox import JobState, Outbox
from cytotheca.core.settings.accounts import MailSettings
from cytotheca.core.settings.declare import SettingError, load

TEXT = MailText(subject="Zellen, größer", body="Grüße\n")


def settings(**keys):
    return load(MailSettings, {f"smtp.{key}": str(value) for key, value in keys.items()})


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """A server that takes mail over STARTTLS and with a password only."""
    box = Letterbox()
    file, context = make_authority(tmp_path_factory.mktemp("tls"), "localhost")
    server = start_server(
        box,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=box.authenticate,
    )
    yield box, server.port, file
    server.stop()


def test_names_with_commas_arrive_whole(town):
    message = build_message(town.pages.site, TEXT, to="a@example.org", name="Otto, Ada; <x>\n")
    deliver(message, town.pages.site.settings(MailSettings))
    (mail,) = town.box.take()
    sender, recipient = mail["From"].addresses[0], mail["To"].addresses[0]
    assert (sender.display_name, sender.addr_spec) == ("Lab, Cells & Co", "site@example.org")
    assert (recipient.display_name, recipient.addr_spec) == ("Otto, Ada; <x>", "a@example.org")
    assert (mail["Subject"], mail.get_content().strip()) == ("Zellen, größer", "Grüße")
    assert mail["X-Envelope-To"] == "a@example.org"


def test_mail_goes_encrypted_with_a_password_to_a_server_that_is_known(town, tls):
    box, port, file = tls
    message = build_message(town.pages.site, TEXT, to="a@example.org")
    own = settings(
        server=f"localhost:{port}", starttls="true", user="u", password="geheim", ca_file=file
    )
    deliver(message, own)
    (mail,) = box.take()
    assert mail["X-Encrypted"] == "True"
    assert box.logins[-1] == ("u", "geheim")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_certificate_of_nobody_or_for_another_host_is_refused(town, tls, host):
    """CVE-2026-41132."""
    box, port, file = tls
    own = {"server": f"{host}:{port}", "starttls": "true", "user": "u", "password": "p"}
    if host != "localhost":
        own["ca_file"] = file
    message = build_message(town.pages.site, TEXT, to="a@example.org")
    before = len(box.logins)
    with pytest.raises(ssl.SSLCertVerificationError):
        deliver(message, settings(**own))
    assert box.take() == []
    assert len(box.logins) == before


def test_a_server_that_cannot_encrypt_is_refused_if_that_is_asked_for(town):
    message = build_message(town.pages.site, TEXT, to="a@example.org")
    port = town.pages.site.settings(MailSettings).server.rpartition(":")[2]
    with pytest.raises(smtplib.SMTPNotSupportedError):
        deliver(message, settings(server=f"localhost:{port}", starttls="true"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mail.example.org", ("mail.example.org", 25)),
        ("mail.example.org:587", ("mail.example.org", 587)),
        ("[2001:db8::1]:2525", ("2001:db8::1", 2525)),
    ],
)
def test_hosts_with_and_without_port_are_understood(text, found):
    assert parse_server(text) == found


@pytest.mark.parametrize("text", ["", ":25", "host:port"])
def test_what_is_no_host_is_told(text):
    with pytest.raises(SettingError, match=r"smtp\.server"):
        parse_server(text)


def test_an_outage_delays_mails_but_no_action(town):
    user = town.hire()
    site = town.pages.site
    kept = site.settings(MailSettings)
    site._settings[MailSettings] = settings(server="127.0.0.1:1")
    try:
        answer = town.send(town.browser(), "/user/reset", login=user["name"])
        assert "Look into your mail" in answer.text
        assert town.mails() == []
        (row,) = town.waiting()
        assert (row.state, "Refused" in row.error) == (JobState.PENDING, True)
        assert row.available_at > utc_now()
        assert user["name"] in str(row.payload)
    finally:
        site._settings[MailSettings] = kept
    with site.database.writing() as session:
        session.execute(update(Outbox).where(Outbox.id == row.id).values(available_at=utc_now()))
        session.commit()
    assert run_job(site, row.id)
    (mail,) = town.box.take()
    assert "/user/reset/" in mail.get_content()
    assert town.waiting() == []


def test_without_a_mail_server_nothing_waits_for_one(town):
    site = town.pages.site
    kept = site.settings(MailSettings)
    site._settings[MailSettings] = settings()
    try:
        user = town.hire()
        town.pages.call("user_patch", id=user["id"], password="words of the operator")
        assert town.waiting() == []
        assert town.browser().get("/user/reset").status_code == 404
        assert town.browser().get("/user/register").status_code == 404
        assert "/user/reset" not in town.browser().get("/user/login").text
    finally:
        site._settings[MailSettings] = kept
