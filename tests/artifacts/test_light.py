"""The room costs little to enter."""

import subprocess
import sys
import time
from pathlib import Path

from mlpipe.artifacts.kinds import ArtifactKind
from mlpipe.artifacts.store.folder import open_artifact
from mlpipe.artifacts.store.manifest import ManifestDraft
from mlpipe.artifacts.store.writer import ArtifactWriter


def test_store_and_folder_import_no_heavy_library() -> None:
    code = (
        "import sys, mlpipe.artifacts.store.writer, mlpipe.artifacts.store.folder, mlpipe.artifacts.freshness, "
        "mlpipe.artifacts.store.single_file\n"
        "print(sorted({'numpy', 'pandas', 'sklearn', 'joblib', 'pyarrow', 'scipy', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_opening_costs_milliseconds(tmp_path: Path) -> None:
    with ArtifactWriter(tmp_path / "split", ArtifactKind.SPLIT) as writer:
        writer.write_bytes("train.parquet", bytes(100_000))
        writer.commit(ManifestDraft(params={}, context={"columns": [{"name": f"c{i}"} for i in range(30)]}))
    start = time.process_time()
    for _ in range(20):
        with open_artifact(tmp_path / "split", ArtifactKind.SPLIT) as folder:
            folder.verify()
    assert (time.process_time() - start) / 20 < 0.02


def test_a_system_without_posix_locks_and_flags_imports_and_writes(tmp_path: Path) -> None:
    """What Windows lacks; `flock` stands for its module, the flags for `os`."""
    code = (
        "import sys, os, pkgutil, importlib\n"
        "sys.modules['fcntl'] = None\n"
        "import pandas, sklearn.pipeline, matplotlib.figure\n"
        "for name in ('O_NOFOLLOW', 'O_NONBLOCK', 'O_CLOEXEC', 'O_DIRECTORY', 'sched_getaffinity'): delattr(os, name)\n"
        "import mlpipe\n"
        "for module in pkgutil.walk_packages(mlpipe.__path__, 'mlpipe.'):\n"
        "    if not module.name.endswith('__main__'): importlib.import_module(module.name)\n"
        "from tests.artifacts.store.test_writer import write, version_at\n"
        "from pathlib import Path\n"
        f"out = Path({str(tmp_path / 'model')!r})\n"
        "write(out, 1); write(out, 2)\n"
        "print(version_at(out), sorted(path.name for path in out.parent.iterdir()))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "2 ['model']\n", done.stderr
