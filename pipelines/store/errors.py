"""What can go wrong with the store, each as a sentence."""


class StoreError(Exception):
    """The store cannot do what was asked; the message says what, where and what to do."""


class StoreLocked(StoreError):
    """Another process holds the store's file."""


class StoreTooNew(StoreError):
    """The file was written by a newer version of this program or of DuckDB."""


class StoreForeign(StoreError):
    """The file holds another campaign, or is no store at all."""


class StoreFailed(StoreError):
    """The storage failed under a read or a write; nothing of it was kept and the store was opened anew."""


class StoreBusy(StoreError):
    """A tick is being committed for so long that a question about its moment cannot be answered yet."""


class AskUnknown(StoreError):
    """No ask has that name."""


class AskWrong(StoreError):
    """The ask's parameters are not those it needs."""


class AskFailed(StoreError):
    """The ask's own text fails on what the store holds."""
