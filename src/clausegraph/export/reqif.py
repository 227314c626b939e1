"""ReqIF 1.2: requirements, clauses, outcomes and references for requirement tools.

Input: the views of a checked pack. Output: one XML file: a specification per standard with its
clauses and requirements in order, enumerations for modality, standing and outcome, and relations
for references between requirements. Identifiers are UUIDv5 of IRIs, so that a later export updates
the same objects. Source: OMG ReqIF 1.2; element order and mandatory attributes after its schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clausegraph.export.package import Part
from clausegraph.export.projection import Projection, Request
from clausegraph.export.workbook.model import cell_text
from clausegraph.views import Row, Value

NAMESPACE = "http://www.omg.org/spec/ReqIF/20110401/reqif.xsd"
MODALITIES = ("shall", "shall-not", "should", "should-not", "may")
STANDINGS = ("applies", "undecided", "not-applicable", "excluded", "superseded", "not-reached")
OUTCOMES = ("met", "inherited", "stale", "disputed", "missing", "undecided", "not-applicable")
RELATIONS = ("incorporates", "incorporates-if", "refines", "excludes", "supersedes")
_TEXTS = ("identifier", "title", "summary", "policies", "evidence", "chain", "law", "iri")
_ENUMERATIONS: Mapping[str, Sequence[str]] = {
    "modality": MODALITIES,
    "standing": STANDINGS,
    "outcome": OUTCOMES,
}


def parts(request: Request) -> Iterator[Part]:
    """``requirements.reqif``."""
    content = Writer(request.projection).document()
    yield Part("requirements.reqif", "application/xml", content)


class Writer:
    """Writes the document of one pack.

    Args:
        pack: the checked pack.
    """

    def __init__(self, pack: Projection) -> None:
        from lxml import etree

        self._pack = pack
        self._etree = etree
        self._requirements = [r for r in pack.rows("catalogue") if r["modality"] != "void"]

    def document(self) -> bytes:
        """The file."""
        spaces: Any = {None: NAMESPACE}
        root = self._etree.Element(f"{{{NAMESPACE}}}REQ-IF", nsmap=spaces)
        self._header(self._add(root, "THE-HEADER"))
        content = self._add(self._add(root, "CORE-CONTENT"), "REQ-IF-CONTENT")
        self._datatypes(self._add(content, "DATATYPES"))
        self._types(self._add(content, "SPEC-TYPES"))
        self._objects(self._add(content, "SPEC-OBJECTS"))
        self._relations(self._add(content, "SPEC-RELATIONS"))
        self._specifications(self._add(content, "SPECIFICATIONS"))
        written: bytes = self._etree.tostring(
            root, xml_declaration=True, encoding="UTF-8", pretty_print=True
        )
        return written

    def _id(self, *names: str) -> str:
        """An identifier; XML wants it to begin with a letter or an underscore."""
        return "_" + self._pack.uuid(self._pack.base + "reqif/" + "/".join(names))

    def _add(self, parent: Any, tag: str, text: str = "", **attributes: str) -> Any:
        named = {key.replace("_", "-"): value for key, value in attributes.items()}
        node = self._etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", named)
        if text:
            node.text = text
        return node

    def _known(self, parent: Any, tag: str, *names: str, name: str = "", **more: str) -> Any:
        """An element with identity: identifier, time of change, name."""
        attributes = {"IDENTIFIER": self._id(*names), "LAST_CHANGE": self._pack.stamp}
        if name:
            attributes["LONG_NAME"] = cell_text(name)
        return self._add(parent, tag, "", **attributes, **more)

    def _header(self, parent: Any) -> None:
        header = self._add(parent, "REQ-IF-HEADER", "", IDENTIFIER=self._id("header"))
        self._add(header, "COMMENT", f"Pack {self._pack.base}, graph SHA-256 {self._pack.hash}")
        self._add(header, "CREATION-TIME", self._pack.stamp)
        tool = f"clausegraph {self._pack.version}"
        self._add(header, "REQ-IF-TOOL-ID", tool)
        self._add(header, "REQ-IF-VERSION", "1.0")  # fixed by the schema of 1.2 as well
        self._add(header, "SOURCE-TOOL-ID", tool)
        self._add(header, "TITLE", cell_text(f"Requirements and outcomes of {self._pack.name}"))

    def _datatypes(self, parent: Any) -> None:
        self._known(
            parent, "DATATYPE-DEFINITION-STRING", "datatype", "text", name="text",
            MAX_LENGTH="32000",
        )  # fmt: skip
        for name, codes in _ENUMERATIONS.items():
            tag = "DATATYPE-DEFINITION-ENUMERATION"
            values = self._add(
                self._known(parent, tag, "datatype", name, name=name), "SPECIFIED-VALUES"
            )
            for key, code in enumerate(codes):
                value = self._known(values, "ENUM-VALUE", "value", name, code, name=code)
                properties = self._add(value, "PROPERTIES")
                self._add(properties, "EMBEDDED-VALUE", "", KEY=str(key), OTHER_CONTENT=code)

    def _types(self, parent: Any) -> None:
        for kind in ("clause", "requirement"):
            node = self._known(parent, "SPEC-OBJECT-TYPE", "type", kind, name=kind)
            attributes = self._add(node, "SPEC-ATTRIBUTES")
            for text in _TEXTS:
                tag = "ATTRIBUTE-DEFINITION-STRING"
                one = self._known(attributes, tag, "attribute", kind, text, name=text)
                ref = self._id("datatype", "text")
                self._add(self._add(one, "TYPE"), "DATATYPE-DEFINITION-STRING-REF", ref)
            if kind == "requirement":
                self._enumerations(attributes)
        for relation in RELATIONS:
            self._known(parent, "SPEC-RELATION-TYPE", "relation", relation, name=relation)
        self._known(parent, "SPECIFICATION-TYPE", "type", "standard", name="standard")

    def _enumerations(self, attributes: Any) -> None:
        for name in _ENUMERATIONS:
            tag = "ATTRIBUTE-DEFINITION-ENUMERATION"
            one = self._known(
                attributes, tag, "attribute", "requirement", name, name=name, MULTI_VALUED="false"
            )
            ref = self._id("datatype", name)
            self._add(self._add(one, "TYPE"), "DATATYPE-DEFINITION-ENUMERATION-REF", ref)

    def _objects(self, parent: Any) -> None:
        for row in self._pack.rows("clauses"):
            values = {"identifier": row["identifier"], "title": row["title"], "iri": row["clause"]}
            self._object(parent, "clause", str(row["clause"]), values, {})
        outcomes = {r["requirement"]: r for r in self._pack.rows("outcomes")}
        for row in self._requirements:
            found: Row = outcomes.get(row["requirement"], {})
            texts = {
                "identifier": row["identifier"],
                "summary": row["summary"],
                "policies": row["policies"] or "all",
                "evidence": found.get("evidence"),
                "chain": found.get("chain"),
                "law": found.get("law"),
                "iri": row["requirement"],
            }
            codes = {
                "modality": str(row["modality"]),
                "standing": str(found.get("standing") or "not-reached"),
                "outcome": str(found.get("outcome") or "not-applicable"),
            }
            self._object(parent, "requirement", str(row["requirement"]), texts, codes)

    def _object(
        self, parent: Any, kind: str, iri: str, texts: Mapping[str, Value], codes: Mapping[str, str]
    ) -> None:
        node = self._known(parent, "SPEC-OBJECT", "object", iri, name=str(texts["identifier"]))
        values = self._add(node, "VALUES")
        for name, text in texts.items():
            if text:
                value = self._add(
                    values, "ATTRIBUTE-VALUE-STRING", "", THE_VALUE=cell_text(str(text))
                )
                ref = self._id("attribute", kind, name)
                self._add(self._add(value, "DEFINITION"), "ATTRIBUTE-DEFINITION-STRING-REF", ref)
        for name, code in codes.items():
            value = self._add(values, "ATTRIBUTE-VALUE-ENUMERATION")
            chosen = self._add(value, "VALUES")
            self._add(chosen, "ENUM-VALUE-REF", self._id("value", name, code))
            ref = self._id("attribute", kind, name)
            self._add(self._add(value, "DEFINITION"), "ATTRIBUTE-DEFINITION-ENUMERATION-REF", ref)
        self._add(self._add(node, "TYPE"), "SPEC-OBJECT-TYPE-REF", self._id("type", kind))

    def _relations(self, parent: Any) -> None:
        known = {r["requirement"] for r in self._requirements}
        for row in self._pack.rows("chain-references"):
            source, target = row["source"], row["target"]
            if source not in known or target not in known:
                continue
            names = (str(row["reference"]), str(source), str(target))
            node = self._known(parent, "SPEC-RELATION", *names, name=str(row["cited"]))
            for tag, iri in (("TARGET", target), ("SOURCE", source)):
                ref = self._id("object", str(iri))
                self._add(self._add(node, tag), "SPEC-OBJECT-REF", ref)
            ref = self._id("relation", str(row["relation"]))
            self._add(self._add(node, "TYPE"), "SPEC-RELATION-TYPE-REF", ref)

    def _specifications(self, parent: Any) -> None:
        clauses: dict[str, list[Row]] = {}
        for row in self._pack.rows("clauses"):
            clauses.setdefault(f"{row['standard']} {row['edition']}", []).append(row)
        for title, rows in clauses.items():
            node = self._known(parent, "SPECIFICATION", "specification", title, name=title)
            ref = self._id("type", "standard")
            self._add(self._add(node, "TYPE"), "SPECIFICATION-TYPE-REF", ref)
            children: dict[str, list[Row]] = {}
            for row in rows:
                children.setdefault(str(row["parent"] or ""), []).append(row)
            self._level(self._add(node, "CHILDREN"), "", children)

    def _level(self, parent: Any, clause: str, children: Mapping[str, Sequence[Row]]) -> None:
        """Clauses of a level, each with its requirements before its sub-clauses."""
        for row in children.get(clause, ()):
            identifier, standard = str(row["identifier"]), row["standard"]
            held = [
                r
                for r in self._requirements
                if r["clause"] == identifier and r["standard"] == standard
            ]
            node = self._place(parent, str(row["clause"]))
            if not held and identifier not in children:
                continue
            below = self._add(node, "CHILDREN")
            for requirement in held:
                self._place(below, str(requirement["requirement"]))
            self._level(below, identifier, children)

    def _place(self, parent: Any, iri: str) -> Any:
        node = self._known(parent, "SPEC-HIERARCHY", "place", iri)
        self._add(self._add(node, "OBJECT"), "SPEC-OBJECT-REF", self._id("object", iri))
        return node
