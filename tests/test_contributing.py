"""Every path that the page for contributors names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
ROOMS = sorted(path.name for path in (ROOT / "mlpipe").iterdir() if (path / "__init__.py").exists())
CODE = " ".join(re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)))
NAMED = re.findall(r"[\w./*-]+/[\w./*-]*|(?<!\w)\.[\w/.-]+|[\w]+\.(?:py|md|toml)", CODE)


def found(name: str) -> bool:
    return any(next(top.glob(name.rstrip("/")), None) is not None for top in (ROOT, ROOT / "mlpipe", ROOT / ".github"))


@pytest.mark.parametrize("name", sorted(set(NAMED)))
def test_a_path_that_is_named_is_there(name: str) -> None:
    assert found(name), f"CONTRIBUTING.md names {name}"


def test_paths_are_found_and_every_room_is_named() -> None:
    assert len(set(NAMED)) > 40
    assert not found("data/reading/nothing.py")
    assert [room for room in ROOMS if f"`{room}/" not in PAGE] == []
    assert [room for room in ROOMS if not re.search(rf"[`> ]{room}[,` ]", PAGE[PAGE.index("## Layers") :])] == []
