"""How much speaks for each cause: plain sums of what was seen, made to add up to 1.

The weights are judgements, not measurements; the labelled drills in the tests hold them to what they must tell apart.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from pipelines.advice.signs import SiteSigns, Trouble, common_share, share
from pipelines.vocabulary import Cause

FAINT = 0.05  # nothing is ruled out
DESKS_WORD = 1.0  # what the desks say is evidence, not truth
UNTOLD_POWER = 0.5  # a dark site whose kit nobody tells may well be without power


def weighed(raw: Mapping[Cause, float]) -> dict[str, float]:
    """Return the weights of all causes, adding up to 1, the heaviest first."""
    full = {cause: max(raw.get(cause, 0.0), 0.0) + FAINT for cause in Cause}
    total = sum(full.values())
    return {cause.value: round(full[cause] / total, 4) for cause in sorted(full, key=lambda cause: -full[cause])}


def likeliest(scores: Mapping[str, float]) -> Cause:
    """Return the cause that weighs most; the order of the vocabulary decides between equals."""
    return max(Cause, key=lambda cause: scores[cause])


def of_sites(signs: Sequence[SiteSigns], everywhere: Sequence[SiteSigns]) -> dict[str, float]:
    """Weigh why these sites' networks fail, held against all other sites."""
    raw: defaultdict[Cause, float] = defaultdict(float)
    dark = share(signs, frozenset({Trouble.DARK}))
    told = [sign.is_power_on for sign in signs if sign.is_power_on is not None]
    powerless = sum(sign.is_powerless for sign in signs) / max(len(signs), 1)
    raw[Cause.POWER] = 4.0 * powerless if told else UNTOLD_POWER * dark
    if powerless < 0.5:
        carriers = specificity(signs, everywhere)
        raw[Cause.CARRIER] = 3.0 * carriers
        raw[Cause.SITE_NETWORK] = (1.0 + 1.5 * (1.0 - dark)) * (1.0 - carriers)
    for cause, spoken in words(signs).items():
        raw[cause] += DESKS_WORD * spoken
    return weighed(raw)


def specificity(signs: Sequence[SiteSigns], everywhere: Sequence[SiteSigns]) -> float:
    """Return how much these sites' trouble is their carrier's: its share of sites hit, less the others' share.

    0 for several carriers or a single site: one site's network fails on its own account.
    """
    carriers = {sign.site.carrier for sign in signs}
    if len(carriers) != 1 or len(signs) < 2:
        return 0.0
    (carrier,) = carriers
    own = [sign for sign in everywhere if sign.site.carrier == carrier]
    others = [sign for sign in everywhere if sign.site.carrier != carrier]
    return max(common_share(own) - common_share(others), 0.0)


def words(signs: Sequence[SiteSigns]) -> dict[Cause, float]:
    """Return which share of the desks' open interruptions names which cause."""
    said: Counter[Cause] = Counter()
    for sign in signs:
        said.update(sign.said)
    total = said.total()
    return {cause: count / total for cause, count in said.items()} if total else {}
