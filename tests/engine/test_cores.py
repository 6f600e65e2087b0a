"""As many processes as this one may keep busy."""

import os
from pathlib import Path

import pytest

from mlpipe.engine import local
from mlpipe.engine.local import WORTH_A_PROCESS, choose_jobs, usable_cores


@pytest.fixture(autouse=True)
def eight_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(8)), raising=False)


def system(root: Path, groups: str, **files: str) -> Path:
    """A made-up root: the process's groups, and control files by path with `__` for `/`."""
    for name, text in {"proc__self__cgroup": groups, **files}.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize(
    ("limit", "cores"),
    [
        ("max 100000", 8),
        ("800000 100000", 8),
        ("900000 100000", 8),
        ("300000 100000", 3),
        ("299999 100000", 2),
        ("100000 50000", 2),
        ("50000 100000", 1),
        ("1000 100000", 1),
        ("", 8),
    ],
)
def test_the_quota_of_a_container_counts_rounded_down(tmp_path: Path, limit: str, cores: int) -> None:
    top = {"sys__fs__cgroup__" + "cpu.max": f"{limit}\n"}
    assert usable_cores(system(tmp_path, "0::/\n", **top)) == cores


@pytest.mark.parametrize(
    ("outer", "inner", "cores"), [("200000", "max", 2), ("max", "300000", 3), ("200000", "5000000", 2)]
)
def test_a_group_is_bound_by_those_above_it(tmp_path: Path, outer: str, inner: str, cores: int) -> None:
    files = {"sys__fs__cgroup__a__cpu.max": f"{outer} 100000", "sys__fs__cgroup__a__b__cpu.max": f"{inner} 100000"}
    assert usable_cores(system(tmp_path, "0::/a/b\n", **files)) == cores


@pytest.mark.parametrize("folder", ["cpu", "cpu,cpuacct"])
@pytest.mark.parametrize(("quota", "cores"), [("-1", 8), ("250000", 2)])
def test_the_first_generation_of_groups_has_a_folder_a_controller(
    tmp_path: Path, folder: str, quota: str, cores: int
) -> None:
    groups = "5:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n1:name=systemd:/docker/x\n"
    files = {
        f"sys__fs__cgroup__{folder}__cpu.cfs_quota_us": f"{quota}\n",
        f"sys__fs__cgroup__{folder}__cpu.cfs_period_us": "100000\n",
        "sys__fs__cgroup__memory__cpu.max": "100000 100000",  # not of the cores
    }
    assert usable_cores(system(tmp_path, groups, **files)) == cores


def test_without_groups_all_that_the_process_may_run_on_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert usable_cores(tmp_path) == 8
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert usable_cores(tmp_path) == 6
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert usable_cores(tmp_path) == 1


def test_jobs_are_as_asked_else_as_many_as_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "usable_cores", lambda: 3)
    assert choose_jobs(2, tasks=5, cells=0) == 2
    assert choose_jobs(6, tasks=5, cells=0) == 5
    assert choose_jobs(0, tasks=5, cells=0) == 1
    assert choose_jobs(None, tasks=5, cells=WORTH_A_PROCESS - 1) == 1
    assert choose_jobs(None, tasks=5, cells=WORTH_A_PROCESS) == 3
    assert choose_jobs(None, tasks=2, cells=WORTH_A_PROCESS) == 2
