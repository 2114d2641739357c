"""The practice desk: a trainee's phone that works on the simulated intake, and on nothing else."""

from pipelines.practice.desk import PracticeDesk
from pipelines.practice.memory import Mark, Practice, Seat
from pipelines.practice.places import DeskPlace, DeskServer, practice_places, practice_servers
from pipelines.practice.refusals import PracticeRefused, ServerLost
from pipelines.practice.score import Score, score

__all__ = [
    "DeskPlace",
    "DeskServer",
    "Mark",
    "Practice",
    "PracticeDesk",
    "PracticeRefused",
    "Score",
    "Seat",
    "ServerLost",
    "practice_places",
    "practice_servers",
    "score",
]
