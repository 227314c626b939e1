"""SPARQL expressions about literals: lexical spaces and comparability.

They say what `clausegraph.validate.literals` says, in SPARQL 1.1 without casts to datatypes that
an engine may not know. A store that rewrites literals on load has lost what is asked for here
(see ``docs/engines.md``).
"""

from __future__ import annotations

import pyoxigraph as ox

from clausegraph.validate.shapes import Node

XSD = "http://www.w3.org/2001/XMLSchema#"
_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_YEAR = "-?([1-9][0-9]{3,}|0[0-9]{3})"
_FOURTH = "(0[48]|[2468][048]|[13579][26])"
_LEAP = f"-?([1-9][0-9]*)?([0-9]{{2}}{_FOURTH}|([02468][048]|[13579][26])00)"
_DAY = (
    f"({_YEAR}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    f"|02-(0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
_CLOCK = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_SECONDS = r"([0-9]+(\.[0-9]+)?S)?"
_DOUBLE = r"([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)"
_FORMS = {
    "boolean": "(true|false|0|1)",
    "decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    "double": _DOUBLE,
    "float": _DOUBLE,
    "date": _DAY + _ZONE,
    "dateTime": f"{_DAY}T{_CLOCK}{_ZONE}",
    "dateTimeStamp": f"{_DAY}T{_CLOCK}{_ZONE[:-1]}",
    "time": _CLOCK + _ZONE,
    "gYear": _YEAR + _ZONE,
    "gYearMonth": f"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}",
    "gMonth": f"--(0[1-9]|1[0-2]){_ZONE}",
    "gMonthDay": f"--(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]){_ZONE}",
    "gDay": f"---(0[1-9]|[12][0-9]|3[01]){_ZONE}",
    "duration": f"-?P([0-9]+Y)?([0-9]+M)?([0-9]+D)?(T([0-9]+H)?([0-9]+M)?{_SECONDS})?",
    "dayTimeDuration": f"-?P([0-9]+D)?(T([0-9]+H)?([0-9]+M)?{_SECONDS})?",
    "yearMonthDuration": "-?P([0-9]+Y)?([0-9]+M)?",
    "hexBinary": "([0-9a-fA-F]{2})*",
    "base64Binary": "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
    "language": "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
}
_INTEGER = "[+-]?[0-9]+"
_INTEGERS: dict[str, tuple[str, tuple[int, int] | None]] = {
    "integer": (_INTEGER, None),
    "nonNegativeInteger": ("([+]?[0-9]+|-0+)", None),
    "positiveInteger": ("[+]?0*[1-9][0-9]*", None),
    "nonPositiveInteger": ("(-[0-9]+|[+]?0+)", None),
    "negativeInteger": ("-0*[1-9][0-9]*", None),
    "long": (_INTEGER, (-(2**63), 2**63 - 1)),
    "int": (_INTEGER, (-(2**31), 2**31 - 1)),
    "short": (_INTEGER, (-(2**15), 2**15 - 1)),
    "byte": (_INTEGER, (-128, 127)),
    "unsignedLong": (_INTEGER, (0, 2**64 - 1)),
    "unsignedInt": (_INTEGER, (0, 2**32 - 1)),
    "unsignedShort": (_INTEGER, (0, 2**16 - 1)),
    "unsignedByte": (_INTEGER, (0, 255)),
}
_SAME_KIND = ("string", "boolean", "date", "dateTime")
_NUMBERS = frozenset({"decimal", "double", "float", *_INTEGERS})


def text(value: str) -> str:
    """A string literal as SPARQL writes it."""
    return str(ox.Literal(value))


def has_datatype(var: str, datatype: str) -> str:
    """Whether a variable holds a well-typed literal of a datatype."""
    wanted = f"COALESCE(DATATYPE({var}) = <{datatype}>, false)"
    local = datatype.removeprefix(XSD) if datatype.startswith(XSD) else ""
    form, bounds = _INTEGERS.get(local, (_FORMS.get(local), None))
    if form is None:
        return f"(isLiteral({var}) && {wanted})"
    space = r"[ \t\r\n]*"
    subject = f"STR({var})"
    if local == "base64Binary":
        subject = f'REPLACE({subject}, {text(space[:-1] + "+")}, "")'
    checks = [f"REGEX({subject}, {text(f'^{space}{form}{space}$')})"]
    if local.lower().endswith("duration"):
        checks.append(f"!REGEX({subject}, {text(f'[PT]{space}$')})")
    if bounds is not None:
        bare = f'REPLACE({subject}, {text(space[:-1] + "+")}, "")'
        number = f"<{XSD}decimal>({bare})"
        checks.append(f"COALESCE({number} >= {bounds[0]}.0 && {number} <= {bounds[1]}.0, false)")
    return f"(isLiteral({var}) && {wanted} && {' && '.join(checks)})"


def in_order(left: str, operator: str, right: str, bound: Node) -> str:
    """Whether two expressions compare as stated, of which ``bound`` is a known one.

    False where SPARQL 1.1 (chapter 17.3) cannot compare them.
    """
    var = left if left.startswith("?") else right
    guard = "false"
    if isinstance(bound, ox.Literal) and bound.datatype.value.startswith(XSD):
        local = bound.datatype.value.removeprefix(XSD)
        if local in _NUMBERS:
            guard = f"isNumeric({var})"
        elif local in _SAME_KIND:
            guard = f"DATATYPE({var}) = <{XSD}{local}>"
    if guard == "false":
        return guard
    return f"(isLiteral({var}) && COALESCE({guard} && {left} {operator} {right}, false))"


def pair_in_order(left: str, operator: str, right: str) -> str:
    """Whether two variables compare as stated; false where SPARQL 1.1 cannot compare them."""
    kinds = ", ".join(f"<{XSD}{k}>" for k in _SAME_KIND)
    numbers = f"(isNumeric({left}) && isNumeric({right}))"
    same = f"(DATATYPE({left}) = DATATYPE({right}) && DATATYPE({left}) IN ({kinds}))"
    test = f"({numbers} || {same}) && {left} {operator} {right}"
    return f"(isLiteral({left}) && isLiteral({right}) && COALESCE({test}, false))"
