"""What can be wrong with an account, a sign-in or their file; every message is a sentence."""

from pipelines.config import ConfigError


class IdentityError(ConfigError):
    """The file of accounts cannot be used; the message says why and what to do."""


class AccountRefused(ConfigError):
    """An account is not made or changed; the message says why and what to do."""


class SignInRefused(Exception):
    """Nobody is signed in. ``rule`` names why; ``wait_s`` says after how many seconds a further try is heard."""

    def __init__(self, rule: str, sentence: str, wait_s: int = 0) -> None:
        """Keep the parts of the answer."""
        super().__init__(sentence)
        self.rule, self.sentence, self.wait_s = rule, sentence, wait_s
