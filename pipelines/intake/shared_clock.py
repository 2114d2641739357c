"""The clock that all processes of the intake read."""

import msgspec

from pipelines.clock import FileClock
from pipelines.config import ConfigError, Settings


def shared_clock(settings: Settings) -> FileClock:
    """Return the clock of the settings' home; raises ConfigError when there is none, or none that can be read."""
    path = settings.clock_file
    try:
        return FileClock(path)
    except FileNotFoundError as error:
        raise ConfigError(
            f"no clock at {path}; `tenfold up` sets one, or choose the TENFOLD_HOME that has it"
        ) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ConfigError(f"the clock {path} cannot be read: {error}; remove it and run `tenfold up`") from error
