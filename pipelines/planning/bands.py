"""A figure with its 95 % band over replications: where the mean lies, and where a day's own figure lies."""

from dataclasses import dataclass
from math import sqrt

import msgspec
import numpy as np

from pipelines.planning.draws import Floats

Z = 1.959963984540054
SMALL = (12.706204736, 4.302652730, 3.182446305, 2.776445105)


class Band(msgspec.Struct, frozen=True):
    """Mean of replications; the true mean is within ``half_width`` with 95 %, a day in day_low..day_high with 95 %."""

    mean: float
    half_width: float
    day_low: float
    day_high: float

    @property
    def low(self) -> float:
        """The lower end of the mean's band."""
        return self.mean - self.half_width

    @property
    def high(self) -> float:
        """The upper end of the mean's band."""
        return self.mean + self.half_width

    @property
    def is_clear(self) -> bool:
        """Whether the band leaves out 0: for a difference, that the two scenarios do differ."""
        return self.low > 0.0 or self.high < 0.0


@dataclass(frozen=True)
class BandCurve:
    """A figure in equal steps of time, each with its bands; all of one length."""

    mean: tuple[float, ...]
    half_width: tuple[float, ...]
    day_low: tuple[float, ...]
    day_high: tuple[float, ...]


def student(freedom: int) -> float:
    """Return the 97.5 % quantile of Student's t, to 1e-3 (Abramowitz and Stegun 26.7.5; the first four tabled)."""
    if freedom <= len(SMALL):
        return SMALL[freedom - 1]
    z, n = Z, float(freedom)
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )


def bands(values: Floats, least: float | None = 0.0) -> tuple[Floats, Floats, Floats, Floats]:
    """Return mean, half-width, day's low and high over the first axis; a day's low is at least ``least``."""
    count = len(values)
    mean = values.mean(axis=0, dtype=np.float64)
    deviation = values.std(axis=0, ddof=1, dtype=np.float64)
    t = student(count - 1)
    half, day = t * deviation / sqrt(count), t * deviation * sqrt(1.0 + 1.0 / count)
    low = mean - day if least is None else np.maximum(mean - day, least)
    return mean, half, low, mean + day


def band(values: Floats, least: float | None = 0.0) -> Band:
    """Return the band of one figure, a value a replication."""
    return Band(*(float(part) for part in bands(values, least)))


def band_rows(values: Floats, least: float | None = 0.0) -> list[Band]:
    """Return the band of each column of replications × columns."""
    return [Band(*one) for one in zip(*(part.tolist() for part in bands(values, least)), strict=True)]


def band_curves(values: Floats, digits: int = 2) -> list[BandCurve]:
    """Return the bands of each of replications × curves × steps."""
    parts = [np.round(part, digits).tolist() for part in bands(values)]
    return [BandCurve(*map(tuple, of_curve)) for of_curve in zip(*parts, strict=True)]
