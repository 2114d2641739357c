"""The HTTP services of the simulated registration system: a front end, and the data interface."""

from pipelines.campaign.model import Campaign
from pipelines.config import Settings
from pipelines.intake.faults import FaultBook
from pipelines.intake.servers.web import serve
from pipelines.intake.shared_clock import shared_clock


def serve_front_end(campaign: Campaign, settings: Settings, server_id: str) -> None:
    """Serve one front end, or the city's server, until SIGTERM; raises ConfigError (LedgerError too)."""
    from pipelines.intake.servers.front_end import front_end_app  # the other's costs a restart 40 ms

    index, server = next((i, s) for i, s in enumerate(campaign.servers) if s.server_id == server_id)
    faults = FaultBook(settings.fault_file)
    app = front_end_app(campaign, server, settings.ledger_file, shared_clock(settings), faults)
    serve(app, settings.server_port(index))


def serve_data(campaign: Campaign, settings: Settings) -> None:
    """Serve the data interface until SIGTERM; raises ConfigError (LedgerError too)."""
    from pipelines.intake.servers.data_interface import data_app

    faults = FaultBook(settings.fault_file)
    serve(data_app(campaign, settings.ledger_file, shared_clock(settings), faults), settings.data_port)
