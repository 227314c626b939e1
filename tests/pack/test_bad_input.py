"""Every kind of bad input gives an error with file, line, field, expectation and mending."""

from __future__ import annotations

import pytest

from clausegraph.errors import InputError, InputErrors
from clausegraph.pack import load_pack

from .conftest import HEAD, SMALL, Write

SERVICE = HEAD + "service:\n  id: service\n"
CASES = {
    "unknown key": (SERVICE + "  polcy: QCP-n\n", 7, "service.polcy", "did you mean 'policy'"),
    "unknown key at the root": (HEAD + "servise: {}\n", 5, "servise", "did you mean 'service'"),
    "unknown policy": (SERVICE + "  policy: QCP-x\n", 7, "service.policy", "QCP-n"),
    "own code of another list": (SERVICE + "  purpose: granted\n", 7, "service.purpose", "seal"),
    "wrong type: list": (SERVICE + "  name: [a, b]\n", 7, "service.name", "not a list"),
    "wrong type: map": (SERVICE + "  name: {a: b}\n", 7, "service.name", "single value"),
    "wrong type: text for a node": (HEAD + "service: text\n", 5, "service", "keys with values"),
    "wrong type: bool": (
        SERVICE + "  secure-device-required: perhaps\n",
        7,
        "service.secure-device-required",
        "true or false",
    ),
    "no object identifier": (SERVICE + "  policy-oid: 1.x\n", 7, "service.policy-oid", "object id"),
    "date without time": (
        HEAD + "sign-offs:\n  - date: 2026-01-01\n",
        6,
        "sign-offs.date",
        "time zone",
    ),
    "date without zone": (
        HEAD + "sign-offs:\n  - date: 2026-01-01T00:00:00\n",
        6,
        "sign-offs.date",
        "time zone",
    ),
    "day that does not exist": (
        HEAD + "sign-offs:\n  - date: 2026-02-30T00:00:00Z\n",
        6,
        "sign-offs.date",
        "calendar",
    ),
    "duplicate identifier": (SERVICE + "provider: {id: service}\n", 7, "provider.id", "twice"),
    "duplicate key": (SERVICE + "  id: other\n", 7, "id", "twice"),
    "dangling reference": (
        SERVICE + "  authorities: [nobody]\n",
        7,
        "service.authorities",
        "no node",
    ),
    "unknown requirement": (
        HEAD + "evidence:\n  - supports: 411-2:OVR-6.3.5-99\n",
        6,
        "evidence.supports",
        "411-2:OVR-6.3.5-",
    ),
    "unknown standard": (
        HEAD + "evidence:\n  - supports: X:Y\n",
        6,
        "evidence.supports",
        "catalogue",
    ),
    "path leaves the pack": (
        HEAD + "evidence:\n  - path: ../../etc/passwd\n",
        6,
        "evidence.path",
        "inside the pack",
    ),
    "absolute path": (HEAD + "evidence:\n  - path: /etc/passwd\n", 6, "evidence.path", "inside"),
    "no digest": (HEAD + "evidence:\n  - sha256: abc\n", 6, "evidence.sha256", "64 hexadecimal"),
    "alias": (HEAD + "title: &a x\ndescription: *a\n", 5, None, "anchors"),
    "alias of nothing": (HEAD + "title: *a\n", 5, None, "anchors"),
    "second document": (HEAD + "---\ntitle: x\n", 5, None, "document"),
    "key that is a list": (HEAD + "? [a]\n: b\n", 5, None, "plain text"),
    "list as a key of a list": (HEAD + "x: [{[a]: b}]\n", 5, None, "plain text"),
    "tag": (HEAD + "title: !!python/object:os.system x\n", 5, None, "tag"),
    "broken YAML": (HEAD + "title: [\n", None, None, "no valid YAML"),
    "no mapping": ("- a\n", None, None, "base"),
    "empty": ("", 1, None, "empty"),
    "no base": ("id: ./\n", 1, "@context", "no base IRI"),
    "base without slash": (SMALL.replace("id/tiny/", "id/tiny"), 3, "@base", "ends with /"),
    "foreign context": ('"@context": https://example.org/c\n', 1, None, "no other JSON-LD context"),
    "identifier no IRI can hold": (
        SERVICE.replace("id: service", "id: 'a b'"),
        6,
        "service.id",
        "IRI",
    ),
    "control character": (SERVICE + '  name: "a\\u0007b"\n', 7, "service.name", "control"),
}


@pytest.mark.parametrize("name", CASES)
def test_message_names_place_and_mending(name: str, write: Write, known: frozenset[str]) -> None:
    text, line, field, words = CASES[name]
    with pytest.raises(InputError) as caught:
        load_pack(write(text), known)
    error = caught.value.errors[0] if isinstance(caught.value, InputErrors) else caught.value
    assert error.file == "pack.yaml"
    if line is not None:
        assert error.line == line
    if field is not None:
        assert error.field == field
    assert words in str(error)
    assert error.exit_code == 2


def test_all_errors_are_reported_at_once(write: Write, known: frozenset[str]) -> None:
    text = SERVICE + "  policy: QCP-x\n  nonsense: 1\n"
    with pytest.raises(InputErrors) as caught:
        load_pack(write(text, evidence__e__yaml="x"), known)
    assert len(caught.value.errors) >= 2


def test_yaml_bomb_is_refused_fast(write: Write, known: frozenset[str]) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    with pytest.raises(InputError, match="anchors and aliases"):
        load_pack(write("\n".join(lines)), known)


def test_deep_nesting_is_refused(write: Write, known: frozenset[str]) -> None:
    with pytest.raises(InputError, match="nested too deeply"):
        load_pack(write("title: " + "[" * 5000 + "]" * 5000), known)


def test_text_that_is_not_utf8(write: Write, known: frozenset[str]) -> None:
    folder = write(HEAD)
    (folder / "pack.yaml").write_bytes(HEAD.encode() + b"title: caf\xe9\n")
    with pytest.raises(InputError) as caught:
        load_pack(folder, known)
    assert caught.value.line == 5
    assert "UTF-8" in str(caught.value)


def test_huge_file_is_refused_unread(write: Write, known: frozenset[str]) -> None:
    folder = write(HEAD)
    with (folder / "pack.yaml").open("r+b") as stream:
        stream.truncate(1024**3)
    with pytest.raises(InputError, match="too large"):
        load_pack(folder, known)


def test_a_file_in_place_of_the_folder_names_the_folder(tmp_path, known: frozenset[str]) -> None:
    file = tmp_path / "pack.yaml"
    file.write_text("")
    with pytest.raises(InputError, match="a pack is a folder") as found:
        load_pack(file, known)
    assert str(tmp_path) in str(found.value.mend)


def test_missing_folder_and_missing_root(tmp_path, known: frozenset[str]) -> None:
    with pytest.raises(InputError, match="no such pack folder"):
        load_pack(tmp_path / "none", known)
    with pytest.raises(InputError, match="exactly one root file"):
        load_pack(tmp_path, known)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("cases__a__txt", "x", "not read here"),
        ("cases__a.yaml", "title: x\n", "states its type"),
        ("cases__a.yaml", "type: holiday\n", "states its type"),
        ("evidence__a.yaml", "items: []\n", "`evidence` and nothing else"),
        ("evidence__a.yaml", "evidence: x\n", "a list of items"),
        ("evidence__a.csv", "", "no header row"),
        ("evidence__a.csv", "id,id\na,b\n", "twice"),
        ("evidence__a.csv", "id\na,b\n", "more cells"),
        ("evidence__a.xlsx", "no zip", "no valid workbook"),
        ("evidence__a.ttl", "<a> <b>", "no valid Turtle"),
        ("evidence__a.ttl", "<a> <http://www.w3.org/2002/07/owl#imports> <b> .", "not followed"),
        ("evidence__a.jsonld", "{", "no valid JSON"),
        ("evidence__a.jsonld", '{"@context": "https://x.example/"}', "not fetched"),
    ],
)
def test_bad_side_files(
    name: str, content: str, words: str, write: Write, known: frozenset[str]
) -> None:
    with pytest.raises(InputErrors) as caught:
        load_pack(write(HEAD, **{name: content}), known)
    assert words in str(caught.value)
    assert name.replace("__", "/") in str(caught.value)


def test_symbolic_links_are_not_followed(write: Write, known: frozenset[str], tmp_path) -> None:
    folder = write(HEAD)
    (tmp_path / "secret.yaml").write_text("evidence: []\n")
    (folder / "evidence").mkdir()
    (folder / "evidence" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    with pytest.raises(InputErrors, match="symbolic links"):
        load_pack(folder, known)
