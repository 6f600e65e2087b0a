"""The source of our own transformers, cut out of their modules with all that they stand on."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING

from mlpipe.models.export.constructors import OWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

STAND_INS = {
    "mlpipe.errors": "class {name}(ValueError):\n    def __init__(self, what, **more):\n        super().__init__(what)",
    "mlpipe.words.parameters": "def {name}(parameter, *value):\n    return parameter",
    "mlpipe.words.remedies": "def {name}(*texts):\n    return texts[-1]",
}
"""What belongs to the command line is replaced by the least that does."""


@dataclass
class OwnSource:
    """Definitions in the order in which they can run, and what they import.

    Attributes
    ----------
    imports : set of (str, str)
        Modules (empty for a whole one) and names.
    """

    imports: set[tuple[str, str]] = field(default_factory=set)
    _called: dict[tuple[str, str], str] = field(default_factory=dict)
    _parts: list[str] = field(default_factory=list)

    def add(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Bring names of our modules along."""
        for module, name in sorted(wanted):
            self._bring(module, name)

    @property
    def text(self) -> str:
        """The source."""
        blocks = [(part, part.startswith(("class ", "def ", "@"))) for part in self._parts]
        gaps = ["", *("\n\n\n" if now or before else "\n" for (_, before), (_, now) in pairwise(blocks))]
        return "".join(gap + part for gap, (part, _) in zip(gaps, blocks, strict=True))

    def _bring(self, module: str, name: str) -> str:
        """Bring a name along; gives what it is called in the script."""
        if (module, name) in self._called:
            return self._called[module, name]
        called = name
        while called in self._called.values():  # two modules may have a helper of one name
            called += "_"
        self._called[module, name] = called
        if module in STAND_INS:
            self._parts.append(STAND_INS[module].format(name=called))
            return called
        definitions, imports = _top_level(module)
        if name not in definitions:  # it is only passed on there
            del self._called[module, name]
            return self._bring(*imports[name])
        bare = _bare(definitions[name])
        renamed = {name: called}
        for used in _names_in(bare):
            if used in definitions:
                renamed[used] = self._bring(module, used)
            elif used in imports:
                renamed[used] = self._import(*imports[used], used)
        self._parts.append(ast.unparse(_Renamed(renamed).visit(bare)))
        return called

    def _import(self, module: str, name: str, used: str) -> str:
        if module.split(".", maxsplit=1)[0] == OWN:
            return self._bring(module, name)
        self.imports.add((module, name))
        return used


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.copy_location(ast.Name(self._names.get(node.id, node.id), node.ctx), node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = self._names.get(node.name, node.name) if node.col_offset == 0 else node.name
        return self.generic_visit(node)


@cache
def _top_level(module: str) -> tuple[dict[str, ast.stmt], dict[str, tuple[str, str]]]:
    """What a module defines, and where the names that it imports come from."""
    definitions: dict[str, ast.stmt] = {}
    imports: dict[str, tuple[str, str]] = {}
    for node in ast.parse(inspect.getsource(import_module(module))).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            definitions[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            definitions |= {target.id: node for target in targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.ImportFrom):
            imports |= {alias.asname or alias.name: (node.module or "", alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            imports |= {alias.asname or alias.name: ("", _said(alias)) for alias in node.names}
    return definitions, imports


def _said(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _names_in(node: ast.AST) -> Iterator[str]:
    """Names that a definition uses, each once, in order."""
    yield from dict.fromkeys(part.id for part in ast.walk(node) if isinstance(part, ast.Name))


def _bare(node: ast.stmt) -> ast.stmt:
    """Without annotations, which name types that the script does not have, and without what only documents."""
    bare = _Bare().visit(ast.parse(ast.unparse(node)).body[0])
    assert isinstance(bare, ast.stmt)
    return ast.fix_missing_locations(bare)


class _Bare(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        arguments = node.args
        for argument in (*arguments.args, *arguments.kwonlyargs, *arguments.posonlyargs):
            argument.annotation = None
        for rest in (arguments.vararg, arguments.kwarg):
            if rest is not None:
                rest.annotation = None
        node.body = _first_line_of_docstring(node.body)
        self.generic_visit(node)
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.body = _first_line_of_docstring(node.body)
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return self.generic_visit(ast.Assign(targets=[node.target], value=node.value))


def _first_line_of_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return [ast.Expr(ast.Constant(first.value.value.strip().splitlines()[0])), *body[1:]]
    return body
