"""The walls of the house: who may import whom, and what belongs to the command line alone."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "mlpipe"
MODULES = sorted(PACKAGE.rglob("*.py"))

FOUNDATION = {"_version", "words", "errors", "task", "target", "params"}
LAYERS = (
    ("_version", "words"), ("errors",), ("task",), ("target",), ("params",), ("metrics",), ("data",), ("features",),
    ("models",), ("plots",), ("reports",), ("artifacts", "engine"), ("steps",), ("service",), ("cli", "api"),
)  # fmt: skip
"""From the ground up: a room may import those below it, never one beside it."""
BELOW = {room: {low for lower in LAYERS[:i] for low in lower} for i, layer in enumerate(LAYERS) for room in layer}
BELOW["plots"] -= {"data", "features", "models"}  # arrays in, figures out
DOMAIN = {"metrics", "data", "features", "models", "plots", "reports"}
BELOW["__main__"] = {"cli"}
BELOW["__init__"] = BELOW["api"] | {"api"}  # the Python API resolves its functions on first use

INNER = {
    "api": {"api/keywords"},
    "api/keywords": set(),
    "artifacts": {"artifacts/store", "artifacts/fitted"},
    "artifacts/fitted": {"artifacts/errors"},
    "artifacts/store": {"artifacts/errors", "artifacts/kinds"},
    "cli": {"cli/help"},
    "cli/commands": {"cli"},
    "cli/help": set(),
    "data": set(),
    "data/reading": {"data", "data/reading/header"},
    "data/reading/header": {"data", "data/reading"},
    "data/inference": {"data", "data/reading", "data/inference/dates", "data/inference/numbers"},
    "data/inference/dates": {"data", "data/inference"},
    "data/inference/numbers": {"data", "data/inference"},
    "data/auditing": {"data", "data/drift", "data/profiling"},
    "data/drift": {"data", "data/profiling"},
    "data/splitting": {"data", "data/inference"},
    "data/profiling": {"data", "data/reading", "data/inference", "data/inference/dates"},
    "data/roles": {"data", "data/inference", "data/inference/numbers", "data/profiling"},
    "features": {"features/plan", "features/streaming", "features/transformers"},
    "features/transformers": {"features", "features/plan"},
    "features/plan": {"features", "features/transformers", "features/preprocessor", "features/resampling"},
    "features/preprocessor": {"features", "features/plan", "features/transformers"},
    "features/resampling": {"features", "features/plan", "features/preprocessor"},
    "features/streaming": {"features", "features/plan", "features/preprocessor", "features/transformers"},
    "metrics": {"metrics/labels"},
    "metrics/clustering": {"metrics"},
    "metrics/describing": {"metrics"},
    "metrics/drift": {"metrics"},
    "metrics/judging": {"metrics"},
    "metrics/labels": {"metrics"},
    "models": {"models/boosters/one_walk", "models/deciding", "models/neural/aside", "models/streaming"},
    "models/boosters": {"models/streaming"},
    "models/clusters": {"models", "models/streaming"},
    "models/comparison": {"models", "models/ensemble", "models/deciding"},
    "models/deciding": set(),
    "models/ensemble": {"models/each_target", "models/deciding/temperature"},
    "models/explaining": {"models"},
    "models/export": {"models/deciding", "models/ensemble", "models"},
    "models/neural": {"models/streaming"},
    "models/streaming": set(),
    "models/search": {"models", "models/comparison"},
    "plots": set(),
    "plots/clusters": {"plots"},
    "plots/evaluation": {"plots"},
    "plots/monitoring": {"plots"},
    "plots/preparation": {"plots"},
    "plots/training": {"plots"},
    "reports": set(),
    "reports/clusters": {"reports", "reports/evaluation"},
    "reports/evaluation": {"reports"},
    "reports/profile": {"reports"},
    "reports/trust": {"reports", "reports/profile"},
    "steps": {
        "steps/auditing",
        "steps/config",
        "steps/dividing",
        "steps/evaluation",
        "steps/exporting",
        "steps/guide",
        "steps/monitoring",
        "steps/prediction",
        "steps/preprocessing",
        "steps/training",
    },
    "steps/auditing": {"steps"},
    "steps/config": set(),
    "steps/dividing": {"steps", "steps/config"},
    "steps/exporting": {"steps", "steps/evaluation/background"},
    "steps/guide": set(),
    "steps/evaluation": {"steps", "steps/prediction"},
    "steps/monitoring": {"steps"},
    "steps/prediction": {"steps"},
    "steps/preprocessing": {"steps"},
    "steps/training": {"steps", "steps/evaluation", "steps/preprocessing"},
}
"""Inside a house of several rooms: what each may import, rooms or single modules; a house's own name is its hall."""

LIGHT = {"mlpipe", "typer", "rich"}
"""Beside the standard library, what may be loaded to print `--help`."""
WRITERS = {
    "write_text",
    "write_bytes",
    "mkdir",
    "unlink",
    "rmdir",
    "touch",
    "to_csv",
    "to_parquet",
}


FILE_NAME = re.compile(r"[\w-]+\.(csv|json|parquet|npz|png|html|md|toml|joblib)")


def room(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(nodes):
    """(module, line) of all imports among `nodes`."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def at_start(path):
    """The statements that run when the module is imported, type checking aside."""
    waiting = list(tree(path).body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        yield node
        waiting.extend(child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt))


def offences(paths, find):
    """`file:line what` for each (what, line) that `find` gives for a file."""
    return [f"{path.relative_to(PACKAGE)}:{line} {what}" for path in paths for what, line in find(path)]


def in_rooms(names):
    return [path for path in MODULES if room(path) in names]


def test_every_room_has_its_place():
    assert {room(path) for path in MODULES} <= set(BELOW)


def test_imports_go_downwards_only():
    def find(path):
        allowed = BELOW[room(path)] | {room(path)}
        for name, line in imported(ast.walk(tree(path))):
            parts = name.split(".")
            if parts[0] == "mlpipe" and len(parts) > 1 and parts[1] in BELOW and parts[1] not in allowed:
                yield name, line

    assert offences(MODULES, find) == []


def inner_room(path):
    return path.relative_to(PACKAGE).parent.as_posix()


def test_rooms_inside_a_house_have_walls_too():
    houses = {path.parent.parent for path in MODULES if path.parent.parent not in (PACKAGE, PACKAGE.parent)}
    rooms = {inner_room(path): path for path in MODULES if {path.parent, path.parent.parent} & houses}
    assert rooms.keys() == INNER.keys()
    modules = {name_of(path): path for path in MODULES}

    def find(path):
        here = inner_room(path)
        for name, line in imported(ast.walk(tree(path))):
            there = modules.get(name)
            if there is None or there.name == "__init__.py" or room(there) != room(path):
                continue
            names = {inner_room(there), there.relative_to(PACKAGE).with_suffix("").as_posix()}
            if here != inner_room(there) and not names & INNER[here]:
                yield name, line

    assert offences([path for path in MODULES if inner_room(path) in INNER], find) == []


def name_of(path):
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def circle(graph):
    """Modules that import each other in a circle; empty where there is none."""
    left = {module: set(needed) for module, needed in graph.items()}
    while free := {module for module, needed in left.items() if not needed & left.keys()}:
        left = {module: needed for module, needed in left.items() if module not in free}
    return sorted(left)


def test_no_modules_import_each_other_in_a_circle():
    """Type checking and functions included; the Python API aside, which resolves its functions on first use."""
    modules = {name_of(path): path for path in MODULES if path.parent != PACKAGE or path.name != "__init__.py"}
    graph = {
        module: {name for name, _ in imported(ast.walk(tree(path)))} & modules.keys()
        for module, path in modules.items()
    }
    assert graph["mlpipe.cli.main"]
    assert circle(graph) == []
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}) == ["a", "b", "c"]


READ_FROM_FILES = "models/boosters/catboost.py"
"""Its library takes the format from files alone, which are gone once it has read them."""


@pytest.mark.parametrize(
    ("module", "rooms"),
    [
        ("typer", set(BELOW) - {"cli"}),
        ("rich", set(BELOW) - {"cli", "words"}),
        ("click", set(BELOW)),
        ("matplotlib.pyplot", set(BELOW)),
        ("argparse", set(BELOW)),
        ("tempfile", DOMAIN),
        ("shutil", DOMAIN),
    ],
)
def test_modules_that_rooms_must_not_know(module, rooms):
    def find(path):
        for name, line in imported(ast.walk(tree(path))):
            if name == module or name.startswith(f"{module}."):
                yield name, line

    # A pipe can be read again only if it was kept, and cells and their bins outgrow memory.
    kept = {"data/reading/source.py", "data/inference/spool.py", "models/boosters/xgboost.py", READ_FROM_FILES}
    keeping = kept if module == "tempfile" else set()
    modules = [path for path in in_rooms(rooms) if path.relative_to(PACKAGE).as_posix() not in keeping]
    assert offences(modules, find) == []


def test_words_take_widths_from_rich_and_only_when_asked():
    def find(path):
        starting = set(imported(at_start(path)))
        for name, line in imported(ast.walk(tree(path))):
            if name.startswith("rich") and (not name.startswith("rich.cells") or (name, line) in starting):
                yield name, line

    assert offences(in_rooms({"words"}), find) == []


def test_only_the_command_line_prints_exits_or_reads_the_environment():
    below = set(BELOW) - {"cli", "__main__", "__init__"}
    names = {"print", "input", "exit", "quit"}
    attributes = {"sys.exit", "sys.stdout", "sys.stderr", "sys.argv", "os.environ", "os.getenv", "os._exit"}

    def find(path):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield node.func.id, node.lineno
            elif isinstance(node, ast.Attribute) and ast.unparse(node) in attributes:
                yield ast.unparse(node), node.lineno

    # A step that writes rows to standard output is handed the stream's name, "-": the one door to it is here.
    doors = {
        "engine/probe.py",  # a copy of the process that has tried something must not return into the program
        "params/signing.py",  # the environment says it for callers in Python too, in each of their threads
        "params/figures.py",  # likewise
        "service/start.py",  # the library that counts asks the environment where several processes do
    }
    modules = [path for path in in_rooms(below) if path.relative_to(PACKAGE).as_posix() not in doors]
    assert [offence for offence in offences(modules, find) if not offence.endswith("sys.stdout")] == []


def test_domain_rooms_write_no_files():
    def find(path):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Attribute) and node.func.attr in WRITERS:
                yield node.func.attr, node.lineno
            elif isinstance(node.func, ast.Name) and node.func.id == "open" and "'w" in ast.unparse(node):
                yield "open", node.lineno

    modules = [path for path in in_rooms(DOMAIN | FOUNDATION) if not path.as_posix().endswith(READ_FROM_FILES)]
    assert offences(modules, find) == []


def test_help_needs_only_light_modules():
    """What `cli` and the foundation load when imported: the standard library, typer, rich, and each other."""
    import sys

    def find(path):
        for name, line in imported(at_start(path)):
            top, *rest = name.split(".")
            heavy_room = top == "mlpipe" and rest and rest[0] in BELOW and rest[0] not in FOUNDATION | {"cli"}
            if heavy_room or (top not in LIGHT and top not in sys.stdlib_module_names):
                yield name, line

    assert offences(in_rooms({"cli", "__main__", "__init__"} | FOUNDATION), find) == []


def test_a_file_of_an_artifact_is_named_once():
    """By its artifact, as a constant that others ask for; texts that mention a file in passing are aside."""
    named: dict[str, set[str]] = {}
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and FILE_NAME.fullmatch(node.value):
                named.setdefault(node.value, set()).add(path.relative_to(PACKAGE).as_posix())
    assert {"metrics.json", "plan.json", "columns.toml"} <= named.keys()
    twice = {name: places for name, places in named.items() if len(places) > 1}
    assert twice.pop("report.html") == {
        "artifacts/audits.py",
        "artifacts/drifts.py",
        "artifacts/evaluations.py",
        "artifacts/profiles.py",
    }
    assert twice.pop("predictions.csv") == {"artifacts/evaluations.py", "artifacts/store/single_file.py"}  # an example
    assert twice == {}


def test_options_are_named_in_the_command_line_alone():
    """Below it a message names a parameter, by `param`; whole commands (`mlpipe split …`) are told as they are."""
    option = re.compile(r"(?<![\w-])(--[a-z]|-[op]\b)")

    def find(path):
        docs = {id(node.value) for node in ast.walk(tree(path)) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                text = node.value.replace("See the --help of the step", "")
                if option.search(text) and not text.startswith("mlpipe "):
                    yield node.value, node.lineno

    spellings = "words/parameters.py"
    guide = PACKAGE / "steps/guide"  # what it tells is how to type
    below = [path for path in in_rooms(set(BELOW) - {"cli"}) if path.parent != guide and path != PACKAGE / spellings]
    assert offences(below, find) == []
    assert list(find(PACKAGE / spellings))


def test_nobody_catches_everything_below_the_command_line():
    def find(path):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ExceptHandler) and (node.type is None or "Exception" in names_in(node.type)):
                yield "except Exception", node.lineno

    def names_in(node):
        return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}

    assert offences(in_rooms(set(BELOW) - {"cli"}), find) == []


def test_files_are_short_and_named_for_their_job():
    assert [path.name for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) > 300] == []
    assert [path.stem for path in MODULES if path.stem in {"utils", "util", "helpers", "common", "base", "misc"}] == []


def test_folders_hold_at_most_twenty_modules():
    counts = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert {str(folder.relative_to(PACKAGE)): count for folder, count in counts.items() if count > 20} == {}


def test_the_walls_would_be_seen_broken(tmp_path, monkeypatch):
    """The finders find: a test that cannot fail proves nothing."""
    bad = tmp_path / "data" / "bad.py"
    bad.parent.mkdir()
    bad.write_text("import typer\nfrom mlpipe import models\nfrom mlpipe.cli.main import main\nprint(1)\n")
    names = {name for name, _ in imported(ast.walk(tree(bad)))}
    assert {"typer", "mlpipe.models", "mlpipe.cli.main"} <= names
    assert {name for name, _ in imported(at_start(bad))} == names
