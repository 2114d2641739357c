"""The sources file made ready: mappings held against the contract, secrets filled in, files found beside it."""

from pathlib import Path

from msgspec.structs import replace

from pipelines.config import ConfigError, Settings, SourceFile, SourceSpec, given_secret, load_sources
from pipelines.sources.connectors import CONNECTORS
from pipelines.sources.dropped import SCHEME
from pipelines.sources.mapping import faults_of


def ready_sources(path: Path, chosen: Settings) -> SourceFile:
    """Return the sources of the file at ``path``, ready to be pulled; raises ConfigError."""
    read = load_sources(path)
    return replace(read, source=[_ready(spec, path, chosen) for spec in read.source])


def _ready(spec: SourceSpec, path: Path, chosen: Settings) -> SourceSpec:
    if spec.mapping is not None and (faults := faults_of(spec.mapping, CONNECTORS[spec.kind].answer)):
        raise ConfigError(f"the mapping of source {spec.source_id!r} in {path}: {'; '.join(faults)}")
    if spec.url.startswith(SCHEME):
        spec = replace(spec, url=SCHEME + str(path.absolute().parent / spec.url.removeprefix(SCHEME)))
    if spec.auth is None:
        return spec
    return replace(spec, auth=replace(spec.auth, value=given_secret(chosen, spec.auth.secret)))
