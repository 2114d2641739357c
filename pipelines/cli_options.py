"""What the commands share: the options that say which day is meant, and the two ends of the terminal."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipelines.campaign import Campaign, load_campaign
from pipelines.config import Settings, settings

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

CampaignOption = Annotated[
    Path | None,
    typer.Option("--campaign", help="Campaign folder [env: TENFOLD_CAMPAIGN; default: Sanshui 2021-06-06]."),
]
HomeOption = Annotated[
    Path | None, typer.Option("--home", help="Runtime folder [env: TENFOLD_HOME; default: .tenfold].")
]
PortOption = Annotated[
    int | None, typer.Option("--port", min=1024, max=65_000, help="First port [env: TENFOLD_PORT; default: 8500].")
]


def opened(home: Path | None, campaign: Path | None, port: int | None) -> tuple[Settings, Campaign]:
    """Return the settings that the options ask for and their campaign; raises ConfigError or CampaignError."""
    chosen = settings(home, campaign, port)
    return chosen, load_campaign(chosen.campaign_folder)
