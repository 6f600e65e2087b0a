"""What a preprocessor makes: a dense matrix, or a sparse one where nearly all is zero."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Matrix = NDArray[np.float64] | sparse.csr_matrix
"""Features of shape (n_rows, n_features), float64."""


def plain_array(made: Any) -> NDArray[np.float64]:
    """What a transformer made as a dense matrix; without a zero in it, a sparse one is put among dense ones."""
    return np.asarray(made.toarray() if sparse.issparse(made) else made, dtype=np.float64)
