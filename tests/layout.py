"""A reader of the tree that names whatever breaks the architecture of tests/architecture.py."""

import ast
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import takewhile
from pathlib import Path

from tests.architecture import (
    ARROWS,
    ASKED,
    DASHBOARD_MAY,
    INSIDE,
    LONGEST_FUNCTION,
    LONGEST_MODULE,
    LONGEST_PAGE,
    OWNERS,
    TOP_LEVEL,
)

SQL_HEADER = ("-- what: ", "-- grain: ")
REGISTRIES = re.compile(
    r"\b(pypi|pythonhosted|npmjs|yarnpkg|unpkg|jsdelivr|anaconda|crates|golang|maven|rubygems)\.(org|com|io|net)\b"
)
MACHINE_PATH = re.compile(r"(?<![\w./~-])(/work/|/home/\w|/root/|/Users/\w|[A-Z]:\\\\?Users)")
CODE_FILES, DATA_FILES = (".py", ".sql", ".sh", ".html"), (".toml", ".csv", ".cfg", ".yml", ".yaml", ".json")
TEXT_FILES = (*CODE_FILES, *DATA_FILES, ".md", ".txt", ".po", "")
ABOUT_ITSELF = ("tests/layout.py", "tests/test_layout.py")


@dataclass(frozen=True)
class Source:
    """A Python file: its path from the root with slashes, its text and its tree."""

    path: str
    text: str
    tree: ast.Module


@dataclass(frozen=True)
class Import:
    """One imported module, in full: ``from a.b import c`` may mean ``a.b`` or ``a.b.c``, so it is ``a.b.c``."""

    module: str
    line: int


def broken_rules(root: Path) -> list[str]:
    """Return a sentence for every broken rule of the tree at ``root``; none means that the architecture holds."""
    files = list_files(root)
    found = list(stray_entries(files))
    for path in files:
        if path.endswith(".py"):
            found += check_python(path, (root / path).read_text(encoding="utf-8"))
        elif path.endswith(".sql"):
            found += sql_header(path, (root / path).read_text(encoding="utf-8"))
        found += named_places(root, path)
    return found


def list_files(root: Path) -> list[str]:
    """Return the files git knows or would add, else (no repository) all of them, as paths with slashes."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    asked = subprocess.run(command, cwd=root, capture_output=True, check=False)
    if asked.returncode == 0:
        listed = asked.stdout.decode().split("\0")
    else:
        listed = [file.relative_to(root).as_posix() for file in root.rglob("*")]
    return sorted(path for path in listed if path and (root / path).is_file())


def stray_entries(files: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each top-level entry that has no place there."""
    for entry in sorted({path.split("/")[0] for path in files}):
        if not any(fnmatch(entry, allowed) for allowed in TOP_LEVEL):
            yield f"{entry}: the top level holds {', '.join(TOP_LEVEL)} and nothing else; move it into one of them"


def check_python(path: str, text: str) -> list[str]:
    """Return a sentence for every rule that one Python file breaks."""
    source = Source(path, text, ast.parse(text))
    found = [*first_line(source), *sizes(source), *relative_imports(source)]
    if path.startswith(("pipelines/", "dashboard/")):
        found += [*owners(source), *asked_directly(source), *arrows(source)]
    return found


def first_line(source: Source) -> Iterator[str]:
    """Yield a sentence unless the file's first line is (the beginning of) its docstring."""
    if not source.text.startswith('"""') or not (ast.get_docstring(source.tree) or "").strip():
        yield f"{source.path}: its first line must be a docstring that says its one reason to exist"


def sizes(source: Source) -> Iterator[str]:
    """Yield a sentence for a page, module or function that has grown too long."""
    lines = source.text.count("\n")
    is_page = source.path.startswith("dashboard/app_pages/")
    limit = LONGEST_PAGE if is_page else LONGEST_MODULE
    if lines > limit:
        yield f"{source.path}: {lines} lines, at most {limit}; split it by meaning"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{source.path}:{node.lineno}: {node.name} has {length} lines, at most {LONGEST_FUNCTION}"


def relative_imports(source: Source) -> Iterator[str]:
    """Yield a sentence for each relative import."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"{source.path}:{node.lineno}: imports are absolute; name the package"


def imports(source: Source) -> Iterator[Import]:
    """Yield every import of a file, wherever it stands, those by a literal name included."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (Import(f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            literals = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            yield from (Import(str(literal), node.lineno) for literal in literals[:1])


def owners(source: Source) -> Iterator[str]:
    """Yield a sentence for each import of a library that belongs to somebody else."""
    for imported in imports(source):
        library = imported.module.split(".")[0]
        allowed = OWNERS.get(library)
        if allowed and not any(fnmatch(source.path, owner) for owner in allowed):
            yield f"{source.path}:{imported.line}: only {' and '.join(allowed)} may import {library}; go through it"


def asked_directly(source: Source) -> Iterator[str]:
    """Yield a sentence for each look at the environment or the wall clock outside their owners."""
    for name, line in _names(source):
        owner = ASKED.get(".".join(name.split(".")[-2:]))
        if owner and owner != source.path:
            yield f"{source.path}:{line}: {name} belongs to {owner}; ask it"


def _names(source: Source) -> Iterator[tuple[str, int]]:
    """Yield dotted names as they are used, and as ``from time import time`` brings them in."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute):
            yield ast.unparse(node), node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module in ("os", "time"):
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def arrows(source: Source) -> Iterator[str]:
    """Yield a sentence for each import against the arrows."""
    package, part = _part(source.path)
    for imported in imports(source):
        of, wanted = _part(imported.module.replace(".", "/"))
        place = f"{source.path}:{imported.line}"
        if of == "dashboard" and package != "dashboard":
            yield f"{place}: nothing imports dashboard"
        elif of == "pipelines" and package == "dashboard" and wanted not in DASHBOARD_MAY:
            yield f"{place}: the dashboard imports {', '.join(DASHBOARD_MAY)} of pipelines, not {wanted}"
        elif of == "pipelines" and package == "pipelines" and wanted not in (part, ""):
            if part and part not in ARROWS:
                yield f"{place}: {part} has no row in the table of arrows; add one that says what it may import"
            elif part and wanted not in ARROWS[part]:
                yield f"{place}: {part} may import {', '.join(ARROWS[part]) or 'nothing'} of pipelines, not {wanted}"
        yield from _inside_the_dashboard(source.path, imported, place)


def _part(path: str) -> tuple[str, str]:
    """Return the package and the part of a path or a slashed module name: ``pipelines``, ``store``."""
    pieces = [*path.removesuffix(".py").removesuffix("/__init__").split("/"), ""]
    return pieces[0], pieces[1]


def _inside_the_dashboard(path: str, imported: Import, place: str) -> Iterator[str]:
    module, _, name = imported.module.rpartition(".")
    if module == "pipelines.client" and name[0].isupper() and name != "CommandClient":
        return
    for patterns, barred, sentence in INSIDE:
        is_barred = any(f"{imported.module}.".startswith(f"{other}.") for other in barred)
        if is_barred and any(fnmatch(path, pattern) for pattern in patterns):
            yield f"{place}: {sentence}; it does not import {imported.module}"


def sql_header(path: str, text: str) -> Iterator[str]:
    """Yield a sentence unless the file opens with what the query is (on some lines, perhaps) and then its grain."""
    comment = list(takewhile(lambda line: line.startswith("--"), text.splitlines()))
    named = [
        begin for line in comment for begin in SQL_HEADER if line.startswith(begin) and line.strip() != begin.strip()
    ]
    if named != list(SQL_HEADER) or not comment[0].startswith(SQL_HEADER[0]):
        yield f"{path}: it must open with a line {SQL_HEADER[0]!r} and a line {SQL_HEADER[1]!r}, got {comment[:2]}"


def named_places(root: Path, path: str) -> Iterator[str]:
    """Yield a sentence for each line that names a package registry's host or a folder of somebody's machine."""
    if Path(path).suffix not in TEXT_FILES or path in ABOUT_ITSELF:
        return
    for number, line in enumerate((root / path).read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        for pattern, what in ((REGISTRIES, "a package registry"), (MACHINE_PATH, "a path of one machine")):
            if found := pattern.search(line):
                yield f"{path}:{number}: names {what}, {found[0]!r}; leave it out"
