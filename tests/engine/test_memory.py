import pytest

from mlpipe.engine.memory import LEAST, Memory, allowed_memory, free_memory
from mlpipe.errors import UsageError


def system(root, *, free_kb, limit=None, used=0):
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/meminfo").write_text(f"MemTotal: 99999999 kB\nMemAvailable:  {free_kb} kB\n")
    (root / "proc/self/cgroup").write_text("0::/box\n")
    (root / "sys/fs/cgroup/box").mkdir(parents=True)
    if limit is not None:
        (root / "sys/fs/cgroup/box/memory.max").write_text(f"{limit}\n")
        (root / "sys/fs/cgroup/box/memory.current").write_text(f"{used}\n")
    return root


@pytest.mark.parametrize(
    ("limit", "used", "free"), [(None, 0, 4_096_000), ("max", 5, 4_096_000), (3_000_000, 1_000_000, 2_000_000)]
)
def test_free_memory_is_what_the_machine_and_the_container_leave(tmp_path, limit, used, free):
    root = system(tmp_path, free_kb=4_000, limit=limit, used=used)
    assert free_memory(root) == free
    assert allowed_memory(None, root).n_bytes == free * 3 // 4


def test_a_system_that_does_not_say_is_taken_to_have_some(tmp_path):
    assert free_memory(tmp_path) > 10**9


def test_what_is_asked_for_is_a_limit_and_has_one():
    assert allowed_memory(LEAST).n_bytes == LEAST
    assert allowed_memory(2 * LEAST).cells > 2 * allowed_memory(LEAST).cells
    with pytest.raises(UsageError, match="less than the program itself needs"):
        allowed_memory(LEAST - 1)
    assert Memory(n_bytes=10).cells == 0  # what is free may be little: no reason to refuse
