"""Why a file as a whole cannot be used."""


class TableUnreadable(Exception):
    """The file as a whole cannot be used; nothing of it was taken.

    ``what`` happened, ``where``, and the ``remedy``.
    """

    def __init__(self, what: str, *, where: str, remedy: str) -> None:
        super().__init__(f"{what} ({where}). {remedy}")
        self.what = what
        self.where = where
        self.remedy = remedy
