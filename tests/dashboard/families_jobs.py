"""Keys of the jobs' card that the code makes at run time."""

FAMILIES = {"card.jobs": ["card.jobs", "card.jobs.help"]}
