"""Whether a server speaks the source contract: asked as the pipelines would ask it, judged by the same checks."""

from pipelines.conformance.document import contract_document
from pipelines.conformance.probing import Judged, judge
from pipelines.conformance.routes import CORE, ROUTES, specs_at

__all__ = ["CORE", "ROUTES", "Judged", "contract_document", "judge", "specs_at"]
