"""From a folder to a Campaign: read everything, apply every rule, and build only when nothing is wrong."""

from pathlib import Path
from typing import Any

from pipelines.campaign import model
from pipelines.campaign.boundary import Boundary, BoundaryError, check_layer, read_boundary
from pipelines.campaign.faults import CampaignError, Fault, Place, fault
from pipelines.campaign.forms import SETTINGS_FILE, TABLES
from pipelines.campaign.forms_keeping import EXTRA_TABLES
from pipelines.campaign.rules import Book, apply, day, identity, place, sums
from pipelines.campaign.settings import SettingsRead, read_settings
from pipelines.campaign.tables import Table, read_extra, read_table
from pipelines.config import ROOT

DATA = ROOT / "data"
LAYERS = ("district", "neighbours", "towns", "water")
RULES = (*identity.RULES, *sums.RULES, *day.RULES, *place.RULES)


def load_campaign(folder: Path) -> model.Campaign:
    """Return the campaign in ``folder``, wholly valid; raises CampaignError that lists every fault."""
    book, faults = _read(folder)
    if faults:
        raise CampaignError(faults)
    return _build(folder, book)


def check_campaign(folder: Path) -> list[Fault]:
    """Return every fault of the campaign in ``folder``; an empty list means that it loads."""
    return _read(folder)[1]


def _read(folder: Path) -> tuple[Book, list[Fault]]:
    faults: list[Fault] = []
    if not folder.is_dir():
        advice = "name a folder that holds campaign.toml; data/README.md describes it"
        faults.append(fault(Place(str(folder)), "a campaign folder", "", advice, came="no such folder"))
        return Book(SettingsRead(), {}, None), faults
    settings = read_settings(folder, faults)
    tables = {form.file: read_table(folder, form, faults) for form in TABLES}
    tables |= {form.file: read_extra(folder, form, faults) for form in EXTRA_TABLES}
    boundary = _read_layers(folder, settings, faults)
    book = Book(settings, tables, boundary)
    return book, faults + apply(RULES, book)


def _read_layers(folder: Path, settings: SettingsRead, faults: list[Fault]) -> Boundary | None:
    """Check every map layer that campaign.toml names, and return the district's outline if it can be used."""
    boundary: Boundary | None = None
    for layer in LAYERS:
        name = settings.values.get(f"map.{layer}")
        if name is None:
            continue
        place_of = Place(SETTINGS_FILE, None, f"map.{layer}")
        try:
            if layer == "district":
                boundary = read_boundary(_find(folder, name))
            else:
                check_layer(_find(folder, name))
        except OSError as error:
            rule, advice = "a file of the campaign folder or of data/", "put the file there or correct the path"
            faults.append(fault(place_of, rule, name, advice, came=f"{name}: {error.strerror or 'no such file'}"))
        except BoundaryError as error:
            rule, advice = "GeoJSON that a map can draw", "export it again as a feature collection of polygons"
            faults.append(fault(place_of, rule, name, advice, came=f"{name}: {error}"))
    return boundary


def _find(folder: Path, name: str) -> Path:
    """Return the file of the campaign folder, else of data/; raises FileNotFoundError."""
    for base in (folder, DATA):
        if (base / name).is_file():
            return (base / name).absolute()
    raise FileNotFoundError(name)


def _build(folder: Path, book: Book) -> model.Campaign:
    values = book.settings.values
    return model.Campaign(
        campaign_id=values["campaign_id"],
        folder=folder.absolute(),
        name=_name(values, "name"),
        district_name=_name(values, "district"),
        district_code=values["district.code"],
        timezone_offset_minutes=values["timezone_offset_minutes"],
        residents=values["district.residents"],
        round=model.Round(name=_name(values, "round"), **_section(values, "round")),
        waits=model.WaitBounds(**_section(values, "waits")),
        norms=model.Norms(**_section(values, "norms")),
        service=model.ServiceTimes(**_section(values, "service")),
        thresholds=model.Thresholds(**_section(values, "thresholds")),
        shifts=tuple(model.Shift(**shift) for _, shift in book.settings.shifts()),
        arrival_hours=values["arrivals.hours"],
        towns=tuple(model.Town(**_named(row)) for row in _rows(book.tables["towns.csv"])),
        sites=tuple(sorted((model.Site(**_named(row)) for row in _rows(book.tables["sites.csv"])), key=_site_id)),
        staff=tuple(model.StaffPlan(**row) for row in _rows(book.tables["staff.csv"])),
        labs=tuple(model.Lab(**_named(row)) for row in _rows(book.tables["labs.csv"])),
        servers=tuple(model.Server(**_named(row)) for row in _rows(book.tables["servers.csv"])),
        accounts=tuple(model.Account(**row) for row in _rows(book.tables["accounts.csv"])),
        map=_map_files(folder, values),
        helpdesk=_helpdesk(values),
        tickets=model.TicketClocks(**_section(values, "tickets")),
        custody=model.Custody(**_section(values, "custody")),
        contacts=tuple(model.Contact(**_named(row)) for row in _rows(book.tables["contacts.csv"])),
        organisations=tuple(model.Organisation(**_named(row)) for row in _rows(book.tables["organisations.csv"])),
        trainings=tuple(model.Training(**row) for row in _rows(book.tables["trainings.csv"])),
        preparation=tuple(model.Prepared(**row) for row in _rows(book.tables["preparation.csv"])),
        benchmarks=tuple(model.Benchmark(**_named(row)) for row in _rows(book.tables["benchmarks.csv"])),
    )


def _helpdesk(values: dict[str, Any]) -> model.HelpDesk | None:
    if "helpdesk.phone" not in values:
        return None
    return model.HelpDesk(name=_name(values, "helpdesk"), **_section(values, "helpdesk"))


def _map_files(folder: Path, values: dict[str, Any]) -> model.MapFiles:
    paths = {layer: _find(folder, values[f"map.{layer}"]) for layer in LAYERS if f"map.{layer}" in values}
    return model.MapFiles(
        district=paths["district"],
        neighbours=paths.get("neighbours"),
        towns=paths.get("towns"),
        water=paths.get("water"),
        towns_are_schematic=values["map.towns_are_schematic"],
        credit=values["map.credit"],
    )


def _rows(table: Table) -> list[dict[str, Any]]:
    return [row.cells for row in table.rows]


def _site_id(site: model.Site) -> str:
    return site.site_id


def _named(cells: dict[str, Any]) -> dict[str, Any]:
    """Return the cells with the two names as one Name."""
    others = {column: value for column, value in cells.items() if column not in ("name_zh", "name_en")}
    return others | {"name": model.Name(cells["name_zh"], cells["name_en"])}


def _name(values: dict[str, Any], section: str) -> model.Name:
    return model.Name(values[f"{section}.zh"], values[f"{section}.en"])


def _section(values: dict[str, Any], section: str) -> dict[str, Any]:
    """Return the keys of a section without its name, the two languages of which are read apart."""
    own = {key.removeprefix(f"{section}."): value for key, value in values.items() if key.startswith(f"{section}.")}
    return {key: value for key, value in own.items() if key not in ("zh", "en")}
