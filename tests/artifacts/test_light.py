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
    start = time.perf_counter()
    for _ in range(20):
        with open_artifact(tmp_path / "split", ArtifactKind.SPLIT) as folder:
            folder.verify()
    assert (time.perf_counter() - start) / 20 < 0.02
