"""The tables of facts, and how the catalogue graph names what they say; written without the generator."""

from __future__ import annotations

import csv
import re

from tests.conftest import ROOT

DATA = ROOT / "data"
HOME = "https://w3id.org/clausegraph/catalogue/"
EDITIONS = {
    "EN 319 401": "en-319-401/3.2.1",
    "EN 319 411-1": "en-319-411-1/1.5.1",
    "EN 319 411-2": "en-319-411-2/2.6.1",
}
FOLDERS = {"catalogue": "", "legal": "law_"}

Row = dict[str, str]
Node = dict[str, set[str]]
Fact = tuple[str, Node]  # class and what its node says
MANY = "*"  # behind a property: the node may say more than this row


def table(name: str) -> list[Row]:
    with (DATA / "catalogue" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def some(value: str) -> set[str]:
    return {value} if value else set()


def listed(value: str, prefix: str = "") -> set[str]:
    return {prefix + part for part in value.split("|") if part}


def place(standard: str, number: str) -> str:
    clause = number[0].isdigit() or number.startswith("Annex") or number[1] == "."
    return f"{EDITIONS[standard]}/{'clause/' if clause else ''}{number.replace(' ', '-')}"


def document(name: str) -> str:
    short = re.sub(r"^(ETSI|IETF) ", "", name).lower()
    return "document/" + re.sub(r"[^a-z0-9.+]+", "-", short).strip("-")
