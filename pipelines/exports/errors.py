"""What an export says when it cannot be made or is not what it claims to be."""


class ExportError(Exception):
    """The export was refused or is broken; the message is the sentence."""
