"""Who we are for a store: from the environment or the keyring, never from the command line.

``CLAUSEGRAPH_STORE_TOKEN`` is sent as a bearer token; ``CLAUSEGRAPH_STORE_USER`` and
``CLAUSEGRAPH_STORE_PASSWORD`` as basic or digest, as the server asks. Without them the keyring of
the machine is asked (extra ``keyring``), under the service ``clausegraph`` and the URL's origin.
Secrets stand in no message, no log and no ``repr``.
"""

from __future__ import annotations

import importlib.util
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from clausegraph.errors import InputError

USER, PASSWORD = "CLAUSEGRAPH_STORE_USER", "CLAUSEGRAPH_STORE_PASSWORD"
TOKEN = "CLAUSEGRAPH_STORE_TOKEN"  # noqa: S105 - the name of a variable
SERVICE = "clausegraph"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user with a password, a token, or neither.

    Attributes:
        user: name of the user; empty for none.
        password: of the user.
        token: bearer token; empty for none.
    """

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.user or self.token)


def checked_url(url: str) -> SplitResult:
    """The parts of a store's URL.

    Raises:
        InputError: no http(s) URL, or a password in it (which the message does not repeat).
    """
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise _no_url("it cannot be read") from error
    if "@" in parts.netloc:
        raise InputError(
            "credentials do not belong into a URL",
            field="--store",
            expected="a URL without user and password",
            mend=f"set {USER} and {PASSWORD}, or {TOKEN}, in the environment",
        )
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _no_url(f"{parts.scheme or 'no scheme'}, host {parts.hostname or 'missing'}")
    if parts.fragment or any(c.isspace() or ord(c) < 32 for c in url):
        raise _no_url("it has a fragment or white space")
    return parts


def _no_url(seen: str) -> InputError:
    return InputError(
        "this is no URL of a store",
        field="--store",
        expected="http://… or https://…",
        seen=seen,
        mend="for example https://store.example/sparql",
    )


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of a URL."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, (parts.hostname or "").lower(), port


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def find(
    url: str, environment: Mapping[str, str] = os.environ, *, plain: bool = False
) -> Credentials:
    """The credentials for a store.

    Args:
        url: of the store; already checked.
        environment: where the variables are looked up.
        plain: whether credentials may cross a network over plain http.

    Raises:
        InputError: half a pair, characters that no header can carry, or credentials that
            would cross a network in plain text.
    """
    found = _of_environment(environment) or _of_keyring(url)
    scheme, host, _ = origin(url)
    if found and scheme == "http" and not is_loopback(host) and not plain:
        raise InputError(
            "credentials are not sent over plain http to another machine",
            field="--store",
            expected="https://…",
            seen=f"http://{host}",
            mend="use https; where the network itself is protected, add --plain-http",
        )
    return found


def _of_environment(environment: Mapping[str, str]) -> Credentials:
    token = environment.get(TOKEN, "")
    user, password = environment.get(USER, ""), environment.get(PASSWORD, "")
    if token:
        if not token.isascii() or not token.isprintable() or " " in token:
            raise InputError("the token has characters that no header can carry", field=TOKEN)
        return Credentials(token=token)
    if bool(user) != bool(password):
        raise InputError(
            "a user and a password belong together",
            field=USER if password else PASSWORD,
            mend=f"set {PASSWORD if user else USER} as well",
        )
    if ":" in user or not user.isprintable() or not password.isprintable():
        raise InputError("the user or the password cannot be sent", field=USER, expected="no ':'")
    return Credentials(user, password)


def _of_keyring(url: str) -> Credentials:
    if importlib.util.find_spec("keyring") is None:
        return Credentials()
    import keyring
    from keyring.errors import KeyringError

    scheme, host, port = origin(url)
    try:
        entry = keyring.get_credential(f"{SERVICE} {scheme}://{host}:{port}", None)
    except KeyringError:
        return Credentials()
    return Credentials(entry.username, entry.password) if entry else Credentials()
