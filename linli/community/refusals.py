"""Why an operation on the grid or its people was refused. The sentence for each code is in `grid/wording.py`."""

from typing import Any


class GridRefused(Exception):
    """A change that cannot be made. ``code`` says why, ``field`` what it is about, ``data`` fills the sentence."""

    def __init__(self, code: str, *, field: str = "", **data: Any) -> None:
        super().__init__(code)
        self.code, self.field, self.data = code, field, data
