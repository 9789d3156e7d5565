"""A progress bar for training, on a terminal only; needs tqdm."""

from collections.abc import Iterable

try:
    from tqdm import tqdm
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "rnncore.progress: expected tqdm to be installed, got none; pip install tqdm"
    ) from error


def progress_bar(updates: range) -> Iterable[int]:
    """Show how many updates are done and how long the rest will take.

    Nothing is shown where standard error is not a terminal, as in a log file or a book.

    Args:
        updates: The updates to be made, as :func:`rnncore.fit` hands them over.

    Returns:
        The same numbers.
    """
    bar: Iterable[int] = tqdm(updates, unit="update", leave=False, disable=None)
    return bar
