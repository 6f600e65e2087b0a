"""Every message of our errors, found in the source: its shape, and that a test quotes it.

A message whose words all come from its caller has none to be quoted.
"""

import ast
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import pytest

import mlpipe
from mlpipe import errors
from mlpipe.errors import MlpipeError
from mlpipe.words.remedies import ways

CLASSES = {
    kind.__name__
    for kind in (*vars(errors).values(), *MlpipeError.__subclasses__())
    if isinstance(kind, type) and issubclass(kind, MlpipeError)
}
BUILDERS = {"UnknownNameError": "no {}", "MissingExtraError": "needs the extra"}
"""Classes that word their messages themselves; in a kind of name stands what differs."""
SHORTEST = 8


@dataclass(frozen=True)
class Message:
    """What one place in the source says: all that may stand there, with {} for what differs."""

    kind: str
    what: tuple[str, ...]
    where: tuple[str, ...]
    remedy: tuple[str, ...]
    place: str = ""

    @property
    def words(self):
        texts = {BUILDERS[self.kind].format(text) for text in self.what} if self.kind in BUILDERS else self.what
        return (*texts, *self.where, *self.remedy)

    @property
    def said(self):
        """The message without its place: alike in several places, it is one."""
        return self.kind, self.words

    def pieces(self):
        """Runs of its own words, without marks, by which it can be known again."""
        for text in self.words:
            for piece in text.split("{}"):
                words = plain(piece).split()
                for length in (2, 3, 4):
                    for start in range(len(words) - length + 1):
                        run = " ".join(words[start : start + length])
                        if len(run) >= SHORTEST:
                            yield run


def plain(text):
    return re.sub(r"[^\w\s{}-]", " ", text.replace("\\", ""))


def texts_of(node, names):
    """What an expression may be as a text: constants, f-strings, sums, choices, and names that were given one."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr():
            return ["".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)]
        case ast.BinOp():
            return [a + b for a in texts_of(node.left, names) for b in texts_of(node.right, names)]
        case ast.Call(func=ast.Name(id="ways"), args=args):
            kinds = [texts_of(way, names) for way in args if not isinstance(way, ast.Starred)]
            return [ways(*texts) for texts in product(*kinds)]
        case ast.Call(func=ast.Name(id="in_step"), args=[_, text]):
            one_of = [text]
        case ast.IfExp():
            one_of = [node.body, node.orelse]
        case ast.Name(id=name) if name in names:
            one_of, names = names[name], {}
        case _:
            return ["{}"]
    return [text for value in one_of for text in texts_of(value, names)]


def messages_in(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        names: dict[str, list[ast.expr]] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                names.setdefault(node.targets[0].id, []).append(node.value)
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CLASSES:
                given = {word.arg: tuple(texts_of(word.value, names)) for word in node.keywords}
                what = tuple(texts_of(node.args[0], names)) if node.args else given.get("what", ())
                yield Message(
                    kind=node.func.id, what=what, where=given.get("where", ()), remedy=given.get("remedy", ()),
                    place=f"{path.name}:{node.lineno}",
                )  # fmt: skip


@cache
def all_messages():
    folder = Path(mlpipe.__file__).parent
    found = [message for path in sorted(folder.rglob("*.py")) for message in messages_in(path)]
    return tuple({message.said: message for message in found}.values())


@cache
def quoted():
    """All that tests say, as one line; texts that go on in the next line are joined."""
    sources = [path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.rglob("*.py"))]
    joined = (re.sub(r"[\"']\s*\n\s*[fr]?[\"']", "", source) for source in sources)
    return " ".join(plain(" ".join(joined)).split())


def test_the_walk_finds_messages_of_every_family():
    found = Counter(message.kind for message in all_messages())
    assert len(all_messages()) > 250
    assert min(found[kind] for kind in ("UsageError", "DataError", "ArtifactError", "FitError", "GateError")) >= 4


@pytest.mark.parametrize("message", all_messages(), ids=lambda message: message.place)
def test_a_message_says_what_and_what_to_do_in_sentences(message):
    assert message.what
    if message.kind in BUILDERS:
        return
    assert message.remedy, "what is to be done?"
    for text in (*message.what, *message.remedy):
        assert text.rstrip().endswith((".", "?", "{}", "> table.csv")), text
        assert re.match(r"[A-Z\[{\-]|(preprocess|run) needs", text), text


def test_every_message_is_quoted_by_a_test():
    """By a run of words that no other message has; where it has none, by any."""
    owners = Counter(piece for message in all_messages() for piece in set(message.pieces()))
    unquoted = []
    for message in all_messages():
        pieces = set(message.pieces())
        own = {piece for piece in pieces if owners[piece] == 1} or pieces
        if own and not any(piece in quoted() for piece in own):
            unquoted.append(f"{message.place} {message.what[0]}")
    assert not unquoted, "write a test that meets it, such as a row in tests/cli/test_refusals.py"
