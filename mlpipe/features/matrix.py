"""What a preprocessor makes: a dense matrix, or a sparse one where nearly all is zero."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Matrix = NDArray[np.float64] | sparse.csr_matrix
"""Features of shape (n_rows, n_features), float64."""
