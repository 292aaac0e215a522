"""Signatures of object URLs."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cytotheca.core.storage.objects import ObjectRef
from cytotheca.core.storage.signing import SignatureState, UrlSigner, grid_expiry

REF = ObjectRef(bucket="circle-a", key="resource/abc")
SECRET = "correct horse battery"
SIGNER = UrlSigner([SECRET])


def signed(params: dict[str, str] | None = None) -> list[tuple[str, str]]:
    return parse_qsl(SIGNER.sign("GET", REF, params or {}, expires=1000), keep_blank_values=True)


def test_a_signed_query_is_valid_until_it_expires():
    assert SIGNER.check("GET", REF, signed(), now=999) is SignatureState.VALID
    assert SIGNER.check("GET", REF, signed(), now=1000) is SignatureState.EXPIRED


@pytest.mark.parametrize(
    ("method", "ref"),
    [
        ("PUT", REF),
        ("GET", ObjectRef(bucket="circle-b", key=REF.key)),
        ("GET", ObjectRef(bucket=REF.bucket, key="resource/abd")),
        ("GET", ObjectRef(bucket="circle-a\nresource", key="abc")),
    ],
)
def test_a_signature_is_for_one_method_and_one_object(method, ref):
    assert SIGNER.check(method, ref, signed(), now=0) is SignatureState.INVALID


@pytest.mark.parametrize(
    "tamper",
    [
        lambda query: [*query, ("filename", "b")],
        lambda query: [(n, "9999" if n == "Expires" else v) for n, v in query],
        lambda query: [(n, v) for n, v in query if n != "Expires"],
        lambda query: [(n, v) for n, v in query if n != "Signature"],
        lambda query: [(n, v) for n, v in query if n != "size"],
        lambda query: [*query, ("Signature", "")],
        lambda query: [*query, ("Expires", "1000")],
        lambda query: [(n, v[:-1] if n == "Signature" else v) for n, v in query],
        lambda query: [(n, "Ω" if n == "Signature" else v) for n, v in query],
    ],
)
def test_a_changed_query_is_invalid(tamper):
    query = tamper(signed({"size": "5"}))
    assert SIGNER.check("GET", REF, query, now=0) is SignatureState.INVALID


def test_without_signature_there_is_none():
    assert SIGNER.check("GET", REF, [("filename", "a")], now=0) is SignatureState.ABSENT


def test_a_retired_secret_still_verifies():
    rotated = UrlSigner([SECRET, "a newer and better one"])
    assert rotated.check("GET", REF, signed(), now=0) is SignatureState.VALID
    assert UrlSigner(["a newer and better one"]).check("GET", REF, signed(), now=0) is (
        SignatureState.INVALID
    )


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError, match="16 characters"):
        UrlSigner(["short"])


@given(
    params=st.dictionaries(
        st.text(min_size=1).filter(lambda n: n not in {"Expires", "Signature"}), st.text()
    )
)
def test_any_parameters_survive_the_url(params):
    query = parse_qsl(SIGNER.sign("GET", REF, params, expires=1000), keep_blank_values=True)
    assert SIGNER.check("GET", REF, query, now=0) is SignatureState.VALID


@given(now=st.floats(0, 4e9), lifetime_s=st.integers(10, 10**6))
def test_lifetimes_vary_by_a_tenth_at_most(now, lifetime_s):
    assert abs(grid_expiry(now, lifetime_s) - now - lifetime_s) <= lifetime_s * 0.1 + 1


def test_an_expiry_stays_for_a_fifth_of_the_lifetime():
    assert len({grid_expiry(now, 3600) for now in range(361, 1080)}) == 1
