"""Ends jobs that a test ran one by one, without their scheduler."""

from pipelines.jobs import Jobs


def end(jobs: Jobs) -> None:
    """Wait for what is under way, and close the connections."""
    for job in jobs._jobs:
        job.worker.shutdown(wait=True)
        job.desk.puller.close()
        job.desk.feed.close()
