"""The model campaign with more sites than it has: each like one of its own, a little beside it."""

from dataclasses import replace

from pipelines.campaign import Campaign

# A step of some 400 m, so that no two sites lie on each other.
STEP_DEGREES, ROW = 0.004, 7


def grown(campaign: Campaign, count: int) -> Campaign:
    """Return the campaign with so many sites."""
    own = campaign.sites
    return replace(
        campaign,
        sites=tuple(
            replace(
                own[n % len(own)],
                site_id=f"X-{n:05}",
                lon=own[n % len(own)].lon + (n // len(own) % ROW) * STEP_DEGREES,
                lat=own[n % len(own)].lat + (n // len(own) // ROW) * STEP_DEGREES,
            )
            for n in range(count)
        ),
    )
