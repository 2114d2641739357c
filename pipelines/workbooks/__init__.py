"""What people hand in: a pasted table, a CSV or a workbook, read whole or refused in a sentence, shown before taken."""

from pipelines.workbooks.forms import Ground, on_record
from pipelines.workbooks.opening import LARGEST_BYTES, WorkbookError
from pipelines.workbooks.previews import preview, preview_paste
from pipelines.workbooks.taking import acts_of

__all__ = ["LARGEST_BYTES", "Ground", "WorkbookError", "acts_of", "on_record", "preview", "preview_paste"]
