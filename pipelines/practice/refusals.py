"""How a step at the practice desk can fail: refused by a rule, or by a server that does not answer."""


class PracticeRefused(Exception):
    """A rule said no and nothing changed: the rule's name and its sentence, the server's own where it was asked."""

    def __init__(self, rule: str, sentence: str) -> None:
        """Keep both."""
        super().__init__(sentence)
        self.rule, self.sentence = rule, sentence


class ServerLost(PracticeRefused):
    """The server did not answer, or answered that it cannot work: the desk is interrupted (Q61)."""
