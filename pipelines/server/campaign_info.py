"""The campaign and its map layers, as the command API tells them."""

from pathlib import Path

from pipelines.api import (
    CampaignInfo,
    HelpDeskInfo,
    LabInfo,
    MapInfo,
    NameInfo,
    RoundInfo,
    ServerInfo,
    SiteInfo,
    ThresholdsInfo,
    TownInfo,
    WaitsInfo,
)
from pipelines.campaign.model import Campaign, Name


def layers(campaign: Campaign) -> dict[str, Path]:
    """Return the campaign's map layers by name."""
    files = campaign.map
    named = {"district": files.district, "neighbours": files.neighbours, "towns": files.towns, "water": files.water}
    return {name: path for name, path in named.items() if path is not None}


def campaign_info(campaign: Campaign) -> CampaignInfo:
    """Return what screens need to know of the campaign."""
    thresholds = campaign.thresholds
    return CampaignInfo(
        campaign_id=campaign.campaign_id,
        name=_name(campaign.name),
        district_name=_name(campaign.district_name),
        round=_round(campaign),
        residents=campaign.residents,
        timezone_offset_minutes=campaign.timezone_offset_minutes,
        waits=WaitsInfo(
            medium_from_minutes=campaign.waits.medium_from_minutes, long_from_minutes=campaign.waits.long_from_minutes
        ),
        thresholds=ThresholdsInfo(
            stale_after_s=thresholds.stale_after_s,
            network_slow_ms=thresholds.network_slow_ms,
            network_loss_share=thresholds.network_loss_share,
            server_slow_ms=thresholds.server_slow_ms,
            server_load_share=thresholds.server_load_share,
        ),
        towns=_towns(campaign),
        sites=_sites(campaign),
        servers=_servers(campaign),
        labs=_labs(campaign),
        map=MapInfo(
            layers=list(layers(campaign)),
            towns_are_schematic=campaign.map.towns_are_schematic,
            credit=campaign.map.credit,
        ),
        helpdesk=_helpdesk(campaign),
    )


def _name(name: Name) -> NameInfo:
    return NameInfo(name.zh, name.en)


def _helpdesk(campaign: Campaign) -> HelpDeskInfo | None:
    the = campaign.helpdesk
    if the is None:
        return None
    return HelpDeskInfo(name=_name(the.name), phone=the.phone, channel=the.channel, hours=the.hours)


def _round(campaign: Campaign) -> RoundInfo:
    the = campaign.round
    return RoundInfo(
        round_id=the.round_id,
        name=_name(the.name),
        mode=the.mode,
        target_persons=the.target_persons,
        opens_at=the.opens_at,
        closes_at=the.closes_at,
    )


def _towns(campaign: Campaign) -> list[TownInfo]:
    return [
        TownInfo(
            town_code=town.town_code,
            name=_name(town.name),
            seat_lon=town.seat_lon,
            seat_lat=town.seat_lat,
            residents=town.residents,
            lab_id=campaign.lab_of(town.town_code),
        )
        for town in campaign.towns
    ]


def _sites(campaign: Campaign) -> list[SiteInfo]:
    return [
        SiteInfo(
            site_id=site.site_id,
            name=_name(site.name),
            town_code=site.town_code,
            lon=site.lon,
            lat=site.lat,
            lanes=site.lanes,
            planned_persons=site.planned_persons,
            size_class=site.size_class,
            carrier=site.carrier,
        )
        for site in campaign.sites
    ]


def _servers(campaign: Campaign) -> list[ServerInfo]:
    return [
        ServerInfo(
            server_id=server.server_id,
            name=_name(server.name),
            system=server.system,
            sheet_no=server.sheet_no,
            capacity_logins=server.capacity_logins,
        )
        for server in campaign.servers
    ]


def _labs(campaign: Campaign) -> list[LabInfo]:
    return [
        LabInfo(
            lab_id=lab.lab_id,
            name=_name(lab.name),
            capacity_tubes_per_day=lab.capacity_tubes_per_day,
            has_interface=lab.has_interface,
        )
        for lab in campaign.labs
    ]
