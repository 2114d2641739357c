"""Where one can practise: a site's standby desk, its own roll of practice labels, and the servers on its sheet."""

from dataclasses import dataclass

from pipelines.campaign import Campaign
from pipelines.campaign.model import Name
from pipelines.codes import person_code, server_code
from pipelines.config import LOOPBACK, Settings
from pipelines.intake.barcodes import label_of_group
from pipelines.intake.places import places
from pipelines.vocabulary import SystemKind

FIRST_LABEL = 90_000  # the part of a site's roll that no group of the day gets
LABELS_PER_SHEET = 10
PERSONS_PER_SHEET = 20
SHEETS = 999
OLD_ROUND = "earlier-round"


@dataclass(frozen=True)
class DeskPlace:
    """Grain: the practice desk of one site. ``other_prefix`` is that of a lab the site's town does not work with."""

    site_id: str
    town_code: str
    name: Name
    site_index: int
    lane_no: int
    is_standby: bool
    lab_id: str
    account_id: str
    round_id: str
    prefix: str
    other_prefix: str

    def labels(self, sheet: int) -> tuple[str, ...]:
        """Return the barcodes of a sheet of practice labels."""
        first = FIRST_LABEL + (sheet - 1) * LABELS_PER_SHEET
        return tuple(label_of_group(self.prefix, self.site_index, first + n) for n in range(LABELS_PER_SHEET))

    def persons(self, sheet: int) -> tuple[str, ...]:
        """Return the texts of a sheet of practice person codes."""
        first = (self.site_index * (SHEETS + 1) + sheet) * PERSONS_PER_SHEET
        return tuple(person_code(self.round_id, first + n) for n in range(PERSONS_PER_SHEET))

    def wrong_codes(self, sheet: int) -> dict[str, str]:
        """Return what goes wrong on a day, by name: codes and labels that a server, or the phone itself, refuses."""
        label = self.labels(sheet)[-1]
        person = self.persons(sheet)[0]
        return {
            "old_code": person_code(OLD_ROUND, sheet),
            "blurred_code": person[:-2] + "O" + person[-1],
            "other_lab": label_of_group(self.other_prefix, self.site_index, FIRST_LABEL),
            "misread_label": label[:-1] + ("A" if label[-1] != "A" else "B"),
            "scanned_twice": label * 2,
        }


@dataclass(frozen=True)
class DeskServer:
    """Grain: one server; ``code`` is the text of its QR code on the desk's sheet (Q70, Q71)."""

    server_id: str
    name: Name
    system: SystemKind
    sheet_no: int
    url: str
    code: str


def practice_places(campaign: Campaign) -> dict[str, DeskPlace]:
    """Return the practice desk of every site, by site: its standby desk, or its last one where it has none."""
    prefixes = [lab.barcode_prefix for lab in campaign.labs]
    return {
        place.site_id: DeskPlace(
            site_id=place.site_id,
            town_code=site.town_code,
            name=site.name,
            site_index=place.index,
            lane_no=place.lanes + site.has_standby_desk,
            is_standby=site.has_standby_desk,
            lab_id=place.lab_id,
            account_id=place.account_id,
            round_id=campaign.round.round_id,
            prefix=place.barcode_prefix,
            other_prefix=next((prefix for prefix in prefixes if prefix != place.barcode_prefix), "XX1"),
        )
        for place, site in zip(places(campaign), campaign.sites, strict=True)
    }


def practice_servers(campaign: Campaign, settings: Settings) -> dict[str, DeskServer]:
    """Return the servers in the order of the desks' sheet, by id, at their loopback addresses."""
    found = [
        DeskServer(
            server.server_id,
            server.name,
            server.system,
            server.sheet_no,
            f"http://{LOOPBACK}:{settings.server_port(index)}",
            server_code(server.server_id),
        )
        for index, server in enumerate(campaign.servers)
    ]
    return {server.server_id: server for server in sorted(found, key=lambda server: server.sheet_no)}
