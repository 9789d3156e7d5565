"""``python -m benchmarks``: measure, print a table, write ``_build/bench.json``."""

import os
from pathlib import Path

THREADS = 2

if __name__ == "__main__":
    # NumPy's and torch's libraries read the number of threads when they are loaded.
    os.environ.update(OPENBLAS_NUM_THREADS=str(THREADS), OMP_NUM_THREADS=str(THREADS))

    from benchmarks.report import main

    main(Path("_build/bench.json"), THREADS)
