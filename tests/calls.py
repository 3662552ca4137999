"""Which code of the service a function may reach, read from its source: who calls what, by name.

More is found than is ever called (each branch counts), so it shows that something is never called.
"""

import ast
import inspect
from functools import cache
from pathlib import Path

import livinglab

ROOT = Path(livinglab.__file__).parent.parent


@cache
def _module(name):
    """Definitions of a module by name, and what its imports stand for; None: not one of ours."""
    path = ROOT.joinpath(*name.split("."))
    file = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    if not name.startswith("livinglab") or not file.exists():
        return None
    tree = ast.parse(file.read_text("utf-8"))
    defined, imported = {}, {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                imported[alias.asname or alias.name] = (node.module, alias.name)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            defined.update({t.id: node for t in targets if isinstance(t, ast.Name)})
    return defined, imported


@cache
def _calls(module, name):
    """(module, name) of everything of ours that a definition names; None: there is no such."""
    known = _module(module)
    if known is None:
        return None
    defined, imported = known
    if name in defined:
        return set(_named(module, imported, defined[name]))
    return {imported[name]} if name in imported else None  # handed on by a package


def _named(module, imported, node):
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            package, name = imported.get(part.value.id, (None, None))
            if package:
                yield f"{package}.{name}", part.attr
        elif isinstance(part, ast.Name):
            yield imported.get(part.id, (module, part.id))


def reached(view):
    """(module, name) of all that a view may call, itself included."""
    view = inspect.unwrap(view)
    waiting, seen = [(view.__module__, view.__qualname__.partition(".")[0])], set()
    while waiting:
        module, name = waiting.pop()
        if (module, name) not in seen:
            called = _calls(module, name)
            seen.add((module, name))
            waiting += called or ()
    return seen
