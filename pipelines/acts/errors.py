"""What can be wrong with an act or its ledger; every message is a sentence."""

from pipelines.config import ConfigError


class ActRefused(Exception):
    """The act is not taken; ``rule`` names why, ``field`` what to change."""

    def __init__(self, rule: str, sentence: str, field: str) -> None:
        """Keep the parts of the answer."""
        super().__init__(sentence)
        self.rule, self.sentence, self.field = rule, sentence, field


class ActConflict(ActRefused):
    """Another act is recorded under the same act_id; nothing of this one was recorded."""


class ActOvertaken(Exception):
    """Another act came between what this one was checked against and itself; nothing of this one was recorded."""


class ActsError(ConfigError):
    """The ledger cannot be used; the message says why and what to do."""


class ActsUnavailable(ActsError):
    """The ledger could not be written or read just now; nothing of the act was recorded, a later try may succeed."""
