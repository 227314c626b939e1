"""Names of acts and provisions, and how a citation in words becomes IRIs.

Input: citations such as ``24(2)(g)``, ``Annex II(4)``, ``eIDAS Art 20(2), 46b(4)(f)``.
Output: provisions with IRI, identifier and label after ``docs/model.md``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tools.catalogue import iris

NAMED = {
    "eu-reg-2014-910": ("eidas", "eIDAS"),
    "eu-dir-2022-2555": ("nis2", "NIS2"),
    "eu-reg-2022-2554": ("dora", "DORA"),
    "eu-reg-2016-679": ("gdpr", "GDPR"),
    "eu-dir-2022-2557": ("cer", "CER"),
    "eu-reg-2024-2847": ("cra", "CRA"),
    "eu-reg-2022-2065": ("dsa", "DSA"),
    "eu-reg-2022-868": ("dga", "DGA"),
}
_KINDS = {
    "reg_impl": ("cir", "CIR (EU)"),
    "dec_impl": ("cid", "CID (EU)"),
    "reg": ("reg", "Regulation (EU)"),
    "dir": ("dir", "Directive (EU)"),
}
_ACT_ID = re.compile(r"eu-(reg_impl|dec_impl|reg|dir)-(\d+)-(\d+)")
_ACT_WORD = re.compile(
    r"\b(eIDAS|NIS2|DORA|GDPR|CER|CRA|DSA|DGA)\b|(?:(CIR|CID) (?:\(EU\) )?)?(\d{4}/\d+)"
)
_ARTICLE = r"\d+[a-z]?(?:\([0-9a-z]+\))*(?: (?:second|closing) subparagraph)?"
_PROVISION = re.compile(rf"Annex(?:es)? [IVX]+(?:(?:, | and )[IVX]+)*(?: ?\(\d+\))*|{_ARTICLE}")
_REQUIREMENT = re.compile(r"([A-Z]{3}-[\d.]+-\d+[A-Z]?)|(?<=[ /])-(\d+[A-Z]?)\b")
_SUBPARAGRAPHS = {"second subparagraph": "subpar-2", "closing subparagraph": "subpar-last"}


def short(act_id: str) -> str | None:
    """Short name of an act in IRIs of its provisions, for example ``cir-2025-1943``."""
    if act_id in NAMED:
        return NAMED[act_id][0]
    match = _ACT_ID.fullmatch(act_id)
    return f"{_KINDS[match[1]][0]}-{match[2]}-{match[3]}" if match else None


def display(act_id: str) -> str:
    """Name of an act as people cite it."""
    if act_id in NAMED:
        return NAMED[act_id][1]
    match = _ACT_ID.fullmatch(act_id)
    return f"{_KINDS[match[1]][1]} {match[2]}/{match[3]}" if match else act_id


def eli(act_id: str) -> str | None:
    """European Legislation Identifier of an act."""
    match = _ACT_ID.fullmatch(act_id)
    if not match:
        return None
    return f"http://data.europa.eu/eli/{match[1]}/{match[2]}/{match[3]}/oj"


@dataclass(frozen=True, slots=True, order=True)
class Provision:
    """An article, paragraph, point or annex entry of an act.

    ``text`` is the citation without the act: ``24(2)(g)``, ``Annex II(4)``, ``Section 4``.
    """

    act_id: str
    text: str

    @property
    def local(self) -> str:
        """Local name: ``art-24-2-g``, ``annex-ii-4``, ``annex-5.1``, ``section-4``."""
        text = self.text
        for words, token in _SUBPARAGRAPHS.items():
            text = text.replace(f" {words}", f"({token})")
        if not text.startswith(("Annex", "Section")):
            text = f"art {text}"
        return re.sub(r"[ (]+", "-", text.replace(")", "")).lower()

    @property
    def iri(self) -> str:
        """IRI of the provision."""
        return f"{iris.CATALOGUE}law/{short(self.act_id)}/{self.local}"

    @property
    def identifier(self) -> str:
        """Identifier in words: ``eIDAS 24(2)(g)``."""
        named = self.act_id in NAMED or not self.text[0].isdigit()
        return f"{display(self.act_id)} {self.text if named else 'Article ' + self.text}"

    @property
    def label(self) -> str:
        """Label: ``eIDAS Article 24(2)(g)``."""
        return f"{display(self.act_id)} {'Article ' if self.text[0].isdigit() else ''}{self.text}"

    @property
    def parent(self) -> Provision | None:
        """The provision that contains this one."""
        text, mark, _ = self.text.rpartition("(")
        if self.text.endswith("subparagraph"):
            text, mark, _ = self.text.rpartition(" ")[0].rpartition(" ")
        return Provision(self.act_id, text.strip()) if mark and text else None


def provision(act_id: str, text: str) -> Provision:
    """Normalise a citation within one act: ``Article 2(2)`` and, in CIR (EU) 2024/2690, ``5.1``."""
    text = re.sub(r"^(Articles?|Art) ", "", text.strip())
    if re.fullmatch(r"\d+\.\d+(\.\d+)*", text):
        text = f"Annex {text}"
    text = re.sub(r"(Annex [IVX]+) \(", r"\1(", text)
    return Provision(act_id, text)


def identifiers(text: str) -> list[str]:
    """Requirements named in words: ``OVR-6.4.4-02, -03`` names two; brackets hold remarks."""
    found: list[str] = []
    for full, serial in _REQUIREMENT.findall(re.sub(r"\([^()]*\)", "", text)):
        found.append(full or f"{found[-1].rpartition('-')[0]}-{serial}")
    return found


class Citations:
    """Reads citations in words, given the acts that exist."""

    def __init__(self, act_ids: list[str]) -> None:
        self._by_name = {display(act_id): act_id for act_id in act_ids}
        self._by_number = {
            display(act_id).split(" ")[-1]: act_id for act_id in act_ids if act_id not in NAMED
        }

    def act(self, name: str) -> str | None:
        """The id of an act by the name under which it is cited."""
        return self._by_name.get(name)

    def split(self, citation: str) -> list[tuple[str, list[Provision]]]:
        """The acts of a citation, each with the provisions named for it (perhaps none).

        Identifiers of standards behind a colon, and remarks in brackets with a space in them,
        name no provision.
        """
        words = re.sub(r"\((?=[^)]* )(?:[^()]|\([^()]*\))*\)|: .*$", "", citation)
        marks = list(_ACT_WORD.finditer(words))
        found = []
        for index, mark in enumerate(marks):
            act_id = self._by_name.get(mark[1] or "") or self._by_number.get(mark[3] or "")
            if act_id is None:
                continue
            end = marks[index + 1].start() if index + 1 < len(marks) else len(words)
            named = []
            for text in _PROVISION.findall(words[mark.end() : end]):
                if text.startswith("Annex"):
                    numerals = re.findall(r"\b[IVX]+\b(?: ?\(\d+\))*", text)
                    named += [provision(act_id, f"Annex {n}") for n in numerals]
                else:
                    named.append(provision(act_id, text))
            found.append((act_id, named))
        return found
