"""Z15: what a request says of its way is believed only of proxies that the operator names."""

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from cytotheca.core.http.proxies import TrustedProxies
from cytotheca.core.settings.declare import SettingError, load
from cytotheca.core.settings.site import WebSettings

SAID = {"X-Forwarded-For": "9.9.9.9, 8.8.8.8", "X-Forwarded-Host": "evil.example"}
BELIEVED = "8.8.8.8 evil.example"


@Request.application
def tell(request):
    return Response(f"{request.remote_addr} {request.host}")


def told(peer, *proxies):
    client = Client(TrustedProxies(tell, proxies))
    return client.get("/", headers=SAID, environ_overrides={"REMOTE_ADDR": peer}).text


@pytest.mark.parametrize(
    ("peer", "proxy"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("10.1.2.3", "10.0.0.0/8"),
        ("::ffff:10.1.2.3", "10.0.0.0/8"),
        ("fd00::7", "fd00::/8"),
    ],
)
def test_a_proxy_that_is_named_is_believed(peer, proxy):
    assert told(peer, "192.0.2.1", proxy) == BELIEVED


@pytest.mark.parametrize("peer", ["127.0.0.1", "192.0.2.2", "fd00::7", ""])
def test_everybody_else_is_who_the_connection_says(peer):
    assert told(peer, "192.0.2.1") == f"{peer} localhost"


@pytest.mark.parametrize("value", ["proxy.example", "*", "10.0.0.0/99"])
def test_a_proxy_is_named_by_its_address(value):
    with pytest.raises(SettingError, match=r"cytotheca\.trusted_proxies"):
        load(WebSettings, {"cytotheca.trusted_proxies": value})
