"""Credentials: where they come from, where they go, and where they never stand."""

from __future__ import annotations

import base64
import sys
import types

import pytest

from clausegraph.errors import InputError, StoreError
from clausegraph.remote import credentials
from clausegraph.remote.credentials import PASSWORD, TOKEN, USER, Credentials
from clausegraph.remote.endpoint import connect

from . import faults
from .faults import answer
from .test_transport import endpoint

SECRET = "s3cret"  # noqa: S105 - made up
SHORT = "t"
LOCAL = "http://127.0.0.1:1/"
BOTH = {USER: "me", PASSWORD: SECRET}
BASIC = answer(b"", None, 401, WWW_Authenticate='Basic realm="r"')
DIGEST = answer(
    b"", None, 401, WWW_Authenticate='Digest realm="r", nonce="n1", qop="auth", algorithm="MD5"'
)


def sent(seen: faults.Seen) -> list[str]:
    return [headers.get("Authorization", "") for _, _, headers, _ in seen.requests]


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, Credentials()),
        (BOTH, Credentials("me", SECRET)),
        ({TOKEN: SHORT}, Credentials(token=SHORT)),
        ({**BOTH, TOKEN: SHORT}, Credentials(token=SHORT)),
    ],
)  # fmt: skip
def test_the_environment_is_asked_first(environment: dict[str, str], expected: Credentials) -> None:
    assert credentials.find(LOCAL, environment) == expected


@pytest.mark.parametrize(
    "environment",
    [{USER: "me"}, {PASSWORD: SECRET}, {USER: "a:b", PASSWORD: SECRET}, {TOKEN: "a b"}, {TOKEN: "a\nb"}],
)  # fmt: skip
def test_half_a_pair_and_unusable_characters_are_refused(environment: dict[str, str]) -> None:
    with pytest.raises(InputError) as caught:
        credentials.find(LOCAL, environment)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        f"http://me:{SECRET}@127.0.0.1/", f"https://{SECRET}@host/sparql", "ftp://host/", "file:///etc/passwd",
        "host/sparql", "http://", "http://host:99999/", "http://[::1/", "http://host/#part", "http://host/a b",
    ],
)  # fmt: skip
def test_urls_that_are_refused(url: str) -> None:
    with pytest.raises(InputError) as caught:
        connect(url)
    assert SECRET not in str(caught.value)


def test_plain_http_to_another_machine_needs_a_word() -> None:
    far = "http://store.example/sparql"
    with pytest.raises(InputError, match="plain http") as caught:
        credentials.find(far, BOTH)
    assert SECRET not in str(caught.value)
    assert credentials.find(far, BOTH, plain=True)
    assert credentials.find("https://store.example/sparql", BOTH)
    assert not credentials.find(far, {})


def test_the_keyring_is_asked_last(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def get_credential(service: str, _user: None) -> object:
        asked.append(service)
        return types.SimpleNamespace(username="me", password=SECRET)

    ring = types.ModuleType("keyring")
    ring.__spec__ = types.SimpleNamespace()  # type: ignore[assignment]
    ring.get_credential = get_credential  # type: ignore[attr-defined]
    errors = types.ModuleType("keyring.errors")
    errors.KeyringError = OSError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", ring)
    monkeypatch.setitem(sys.modules, "keyring.errors", errors)
    assert credentials.find("https://h/sparql", {}) == Credentials("me", SECRET)
    assert asked == ["clausegraph https://h:443"]
    assert credentials.find("https://h/sparql", {TOKEN: SHORT}) == Credentials(token=SHORT)
    assert len(asked) == 1


def test_secrets_stand_in_no_repr() -> None:
    assert SECRET not in repr(Credentials("me", SECRET, SECRET))


def test_a_token_is_sent_at_once() -> None:
    with faults.serving(answer()) as (url, seen):
        list(endpoint(url, Credentials(token=SHORT)).select("SELECT ?n {}"))
    assert sent(seen) == ["Bearer t"]


def test_basic_only_when_the_server_asks_for_it() -> None:
    with faults.serving(BASIC, answer(), answer()) as (url, seen):
        store = endpoint(url, Credentials("me", SECRET))
        list(store.select("SELECT ?n {}"))
        list(store.select("SELECT ?n {}"))
    expected = "Basic " + base64.b64encode(f"me:{SECRET}".encode()).decode()
    assert sent(seen) == ["", expected, expected]
    assert seen.requests[0][3] == b"", "the body is not sent before the server has asked"


def test_digest_never_sends_the_password() -> None:
    with faults.serving(DIGEST, answer()) as (url, seen):
        list(endpoint(url, Credentials("me", SECRET)).select("SELECT ?n {}"))
    first, second = sent(seen)
    assert first == ""
    assert second.startswith('Digest username="me"')
    assert "qop=auth" in second
    assert SECRET not in second


def test_a_stale_digest_is_renewed() -> None:
    newer = answer(
        b"",
        None,
        401,
        WWW_Authenticate='Digest realm="r", nonce="n2", stale=true, qop="auth", algorithm="MD5"',
    )
    with faults.serving(DIGEST, answer(), newer, answer()) as (url, seen):
        store = endpoint(url, Credentials("me", SECRET))
        list(store.select("SELECT ?n {}"))
        list(store.select("SELECT ?n {}"))
    assert ['nonce="n1"' in s for s in sent(seen)] == [False, True, True, False]
    assert 'nonce="n2"' in sent(seen)[3]


@pytest.mark.parametrize(
    "who", [Credentials(), Credentials("me", SECRET), Credentials(token=SECRET)]
)
@pytest.mark.parametrize("refusal", [BASIC, DIGEST, answer(SECRET.encode(), "text/plain", 403)])
def test_a_refusal_says_where_credentials_come_from(
    who: Credentials, refusal: faults.Handler
) -> None:
    with faults.serving(refusal) as (url, _), pytest.raises(StoreError, match=USER) as caught:
        list(endpoint(url, who).select("SELECT ?n {}"))
    assert SECRET not in str(caught.value)


def test_a_server_that_repeats_the_secret_is_not_quoted() -> None:
    with (
        faults.serving(answer(f"bad {SECRET}".encode(), "text/plain", 400)) as (url, _),
        pytest.raises(StoreError) as caught,
    ):
        list(endpoint(url, Credentials(token=SECRET)).select("SELECT ?n {}"))
    assert "bad …" in str(caught.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_credentials_follow_no_redirect(status: int) -> None:
    with faults.serving(answer()) as (other, elsewhere):
        moved = answer(b"", None, status, Location=f"{other}?x=1")
        with faults.serving(moved) as (url, seen), pytest.raises(StoreError, match="elsewhere"):
            list(endpoint(url, Credentials(token=SECRET)).select("SELECT ?n {}"))
    assert len(seen.requests) == 1
    assert elsewhere.requests == []


def test_finding_the_dialect_sends_nothing_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, SECRET)
    with faults.serving(answer(), name="Oxigraph/9") as (url, seen):
        assert connect(url).dialect.name == "oxigraph"
    assert sent(seen) == [""]
