"""One HTTP request, one whole answer: retries, time-outs, bounds, authentication.

An answer is read to its end before anybody sees it, so that a connection that drops in the middle
is a failed attempt and never half a result. Redirects are not followed: credentials and queries
go to the host that was named, to no other.
"""

from __future__ import annotations

import base64
import http.client
import re
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from clausegraph.errors import StoreError
from clausegraph.remote.credentials import Credentials, is_loopback, origin

_MIB = 1024 * 1024
_BLOCK = 256 * 1024
_PASSING = frozenset({408, 429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much.

    Attributes:
        silence: seconds without a byte after which an attempt fails; also for connecting.
        whole: seconds that one attempt may take.
        most_bytes: size of an answer.
        attempts: how often a request is sent at most.
        first_wait: seconds before the second attempt; doubled each time.
        most_wait: seconds that one wait takes at most; a longer ``Retry-After`` ends the request.
    """

    silence: float = 120.0
    whole: float = 900.0
    most_bytes: int = 512 * _MIB
    attempts: int = 5
    first_wait: float = 0.5
    most_wait: float = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer.

    Attributes:
        url: that was asked, without query.
        status: HTTP status.
        headers: of the answer.
        body: all of it.
        framed: whether the transport says where the answer ends, so that it is known to be whole.
    """

    url: str
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    framed: bool

    @property
    def media_type(self) -> str:
        """The media type in lower case, without parameters; empty for none."""
        return str(self.headers.get("Content-Type") or "").partition(";")[0].strip().lower()

    def excerpt(self) -> str:
        """The beginning of a body of text, on one line."""
        text = self.body[:1500].decode("utf-8", "replace")
        if "html" in self.media_type or text.lstrip().lower().startswith(("<!doctype", "<html")):
            title = re.search(r"<title[^>]*>(.*?)</title", text, re.IGNORECASE | re.DOTALL)
            text = f"an HTML page, {title[1]!r}" if title else "an HTML page"
        text = "".join(c if c.isprintable() else " " for c in text)
        return " ".join(text.split())[:300]


class _Failed(Exception):
    """An attempt that may be repeated."""

    def __init__(self, seen: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(seen)
        self.status = status
        self.wait = wait


class _Digest(urllib.request.AbstractDigestAuthHandler):
    """Computes digest answers (RFC 7616) of one user."""

    def __init__(self, credentials: Credentials) -> None:
        super().__init__()
        self.credentials = credentials
        self.passwd = self

    def find_user_password(self, _realm: str | None, _uri: str) -> tuple[str, str]:
        """What the base class asks its password manager."""
        return self.credentials.user, self.credentials.password


class Http:
    """Sends requests to one store.

    Args:
        url: of the store; requests to another origin are refused.
        credentials: who we are.
        limits: how long and how much.
        sleep: waits some seconds; another one in tests.
    """

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        limits: Limits | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.origin = origin(url)
        self.limits = limits or Limits()
        self.requests = 0
        self.received = 0
        self._credentials = credentials
        self._digest = _Digest(credentials)
        self._challenges: dict[str, tuple[str, dict[str, str]]] = {}
        self._sleep = sleep
        self._opener = urllib.request.OpenerDirector()
        local = is_loopback(self.origin[1])
        for handler in (
            urllib.request.ProxyHandler({} if local else None),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        ):
            self._opener.add_handler(handler)

    def send(self, request: urllib.request.Request, *, repeatable: bool = True) -> Answer:
        """Send a request until it is answered.

        Args:
            request: URL, method, headers and body.
            repeatable: whether sending it twice does no more than sending it once.

        Returns:
            an answer with a status from 200 to 299, or 404.

        Raises:
            StoreError: no answer, half an answer, or one that says no.
        """
        if origin(request.full_url) != self.origin:
            raise StoreError("a request to another host than the store's", file=_bare(request))
        return self._repeated(
            request, lambda: self._accepted(self._authenticated(request)), repeatable=repeatable
        )

    def server_of(self, url: str) -> str:
        """The ``Server`` header of whatever a URL answers; nothing secret is sent.

        Raises:
            StoreError: no answer at all.
        """
        request = urllib.request.Request(url, method="GET")  # noqa: S310 - the scheme was checked
        answer = self._repeated(request, lambda: self._once(request))
        return str(answer.headers.get("Server") or "")

    def _repeated(
        self,
        request: urllib.request.Request,
        attempt: Callable[[], Answer],
        *,
        repeatable: bool = True,
    ) -> Answer:
        wait = self.limits.first_wait
        count = 1
        while True:
            try:
                return attempt()
            except _Failed as failed:
                pause = max(wait, failed.wait or 0.0)
                last = count >= self.limits.attempts or pause > self.limits.most_wait
                if last or not repeatable:
                    raise self._gave_up(request, failed, count) from failed
                self._sleep(pause)
                wait = min(wait * 2, self.limits.most_wait)
                count += 1

    def _gave_up(
        self, request: urllib.request.Request, failed: _Failed, attempts: int
    ) -> StoreError:
        times = "1 attempt" if attempts == 1 else f"{attempts} attempts"
        asked = f"; it asks to wait {failed.wait:.0f} s" if failed.wait else ""
        return StoreError(
            "the store gives no whole answer",
            file=_bare(request),
            seen=self._clean(f"{failed} ({times}{asked})"),
            mend="nothing was taken from it; try again later",
            status=failed.status,
        )

    def _authenticated(self, request: urllib.request.Request) -> Answer:
        """Send, and once more with an answer to the challenge."""
        self._introduce(request)
        answer = self._once(request)
        if answer.status == 401 and self._credentials.user and self._learn(request, answer):
            self._authorise(request)
            answer = self._once(request)
        return answer

    def _introduce(self, request: urllib.request.Request) -> None:
        """Ask how to authenticate before a body is sent that the server would throw away."""
        known = _bare(request) in self._challenges
        if self._credentials.user and request.data is not None and not known:
            probe = urllib.request.Request(_bare(request), method="GET")  # noqa: S310 - checked
            answer = self._once(probe)
            if answer.status != 401 or not self._learn(request, answer):
                self._challenges[_bare(request)] = "", {}
        self._authorise(request)

    def _learn(self, request: urllib.request.Request, answer: Answer) -> bool:
        """Keep the challenge of a 401; False when it is none that a password answers."""
        for offered in answer.headers.get_all("WWW-Authenticate") or []:
            scheme, _, rest = offered.partition(" ")
            if scheme.lower() in {"basic", "digest"}:
                items = urllib.request.parse_http_list(rest)
                values = urllib.request.parse_keqv_list([i for i in items if "=" in i])
                self._challenges[_bare(request)] = scheme.lower(), values
                return True
        return False

    def _authorise(self, request: urllib.request.Request) -> None:
        if self._credentials.token:
            request.add_unredirected_header("Authorization", f"Bearer {self._credentials.token}")
        scheme, challenge = self._challenges.get(_bare(request), ("", {}))
        if scheme == "basic":
            pair = f"{self._credentials.user}:{self._credentials.password}".encode()
            value = base64.b64encode(pair).decode("ascii")
            request.add_unredirected_header("Authorization", f"Basic {value}")
        elif scheme == "digest":
            try:
                given = self._digest.get_authorization(request, challenge)
            except ValueError:
                given = None
            if given is None:
                raise StoreError(
                    "the store asks for a kind of digest that is not known here",
                    file=_bare(request),
                    expected="MD5 or SHA, qop auth",
                    mend="use a bearer token",
                )
            request.add_unredirected_header("Authorization", f"Digest {given}")

    def _once(self, request: urllib.request.Request) -> Answer:
        """One attempt.

        Raises:
            _Failed: no connection, a time-out, or an answer that ends too early.
            StoreError: an answer that is too large, or a certificate that is not trusted.
        """
        self.requests += 1
        try:
            with self._opener.open(request, timeout=self.limits.silence) as response:
                return self._read(request, response)
        except (urllib.error.URLError, OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, ssl.SSLCertVerificationError):
                raise StoreError(
                    "the certificate of the store is not trusted",
                    file=_bare(request),
                    seen=reason.verify_message,
                    mend="install its CA on this machine (SSL_CERT_FILE)",
                ) from error
            if isinstance(reason, TimeoutError):
                raise _Failed(f"nothing for {self.limits.silence:g} s") from error
            raise _Failed(_told(reason)) from error

    def _read(self, request: urllib.request.Request, response: http.client.HTTPResponse) -> Answer:
        declared = response.headers.get("Content-Length")
        chunked = "chunked" in str(response.headers.get("Transfer-Encoding") or "").lower()
        body = bytearray()
        end = time.monotonic() + self.limits.whole
        while block := response.read1(_BLOCK):
            body += block
            if len(body) > self.limits.most_bytes:
                raise StoreError(
                    "the answer of the store is too large",
                    file=_bare(request),
                    expected=f"{self.limits.most_bytes:,} bytes at most",
                    mend="ask for less",
                )
            if time.monotonic() > end:
                raise _Failed(f"no end of the answer after {self.limits.whole:g} s")
        size = len(body)
        self.received += size
        if declared is not None and not chunked and declared.isdigit() and size < int(declared):
            raise _Failed(f"{size:,} of {int(declared):,} bytes, then the connection ended")
        framed = chunked or declared is not None
        if not framed and not body and response.status != 204:
            # Headers that end in the middle look like this, whatever the status line says.
            raise _Failed("the answer ends before its body")
        return Answer(_bare(request), response.status, response.headers, bytes(body), framed)

    def _accepted(self, answer: Answer) -> Answer:
        """An answer with a status that means yes or "no such thing".

        Raises:
            _Failed: a state that passes.
            StoreError: any other refusal.
        """
        status = answer.status
        if 200 <= status < 300 or status == 404:
            coding = answer.headers.get("Content-Encoding", "identity")
            if coding.lower() != "identity":
                raise StoreError(
                    "the answer is compressed, which was not asked for",
                    file=answer.url, seen=coding, status=status,
                )  # fmt: skip
            return answer
        if status in _PASSING:
            raise _Failed(f"HTTP {status}", status, _retry_after(answer))
        if 300 <= status < 400:
            target = urlsplit(answer.headers.get("Location", ""))
            raise StoreError(
                "the store sends us elsewhere, and redirects are not followed",
                file=answer.url,
                seen=f"HTTP {status} to {target.scheme}://{target.hostname}{target.path}",
                mend="give that URL, if you trust it",
                status=status,
            )
        if status in {401, 403}:
            raise StoreError(
                "the store refuses these credentials"
                if self._credentials
                else "the store wants credentials",
                file=answer.url,
                seen=f"HTTP {status}",
                mend="set CLAUSEGRAPH_STORE_USER and CLAUSEGRAPH_STORE_PASSWORD, or "
                "CLAUSEGRAPH_STORE_TOKEN, in the environment; see docs/remote.md",
                status=status,
            )
        raise StoreError(
            "the store refuses the request",
            file=answer.url,
            seen=self._clean(f"HTTP {status}: {answer.excerpt()}"),
            status=status,
        )

    def _clean(self, text: str) -> str:
        """A text without our secrets, should a server repeat them."""
        for secret in (self._credentials.password, self._credentials.token):
            if secret:
                text = text.replace(secret, "…")
        return text


def _bare(request: urllib.request.Request) -> str:
    """The URL without its query, which may be long."""
    parts = urlsplit(request.full_url)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def _told(reason: object) -> str:
    if isinstance(reason, http.client.IncompleteRead):
        return "the answer ends in the middle"
    if isinstance(reason, OSError) and reason.strerror:
        return str(reason.strerror)
    return str(reason) or type(reason).__name__


def _retry_after(answer: Answer) -> float | None:
    """Seconds that the server asks us to wait (RFC 9110, 10.2.3)."""
    value = str(answer.headers.get("Retry-After") or "").strip()
    if value.isdigit():
        return float(value)
    date = answer.headers.get("Date")
    try:
        if value and date:
            wait = parsedate_to_datetime(value) - parsedate_to_datetime(date)
            return max(0.0, wait.total_seconds())
    except (ValueError, TypeError):
        return None
    return None
