"""The command server: scheduler, store and command API in one process, because one process must own the store."""

from pipelines.server.process import serve_command

__all__ = ["serve_command"]
