"""The job of the watched folder: a file laid into ``<home>/inbox`` is taken whole, or refused with its sentences.

Either way it moves on, to ``inbox/taken`` or ``inbox/refused``, with a ``.txt`` of the same name beside it.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pipelines.acts import ActRefused
from pipelines.api_workbooks import Preview
from pipelines.clock import wall_now
from pipelines.jobs.work import Desk, Harvest
from pipelines.vocabulary import Outcome, ScopeLevel
from pipelines.workbooks import LARGEST_BYTES, Ground, acts_of, on_record, preview

EVERY_S = 5.0
AT_ONCE = 10
STATION = "inbox"
LONGEST_NAME = 50
TAKEN, REFUSED = "taken", "refused"
_SEEN = "inbox"


def take_inbox(desk: Desk) -> Harvest:
    """Take or refuse the files that have not changed since the last look; a file with one bad row is refused whole."""
    folder = desk.store.folder / "inbox"
    for part in (folder, folder / TAKEN, folder / REFUSED):
        part.mkdir(mode=0o700, exist_ok=True)
    ready = list(_ready(desk, folder))[:AT_ONCE]
    if not ready or desk.acts is None:
        return Harvest()
    ground = _ground(desk)
    ends = [_handled(desk, file, ground) for file in ready]
    bad = [sentence for _, sentence in ends if sentence]
    outcome = Outcome.OK if not bad else Outcome.PARTIAL if len(bad) < len(ends) else Outcome.REJECTED
    return Harvest(rows_pulled=sum(rows for rows, _ in ends), outcome=outcome, reason=" | ".join(bad))


def _ready(desk: Desk, folder: Path) -> Iterator[Path]:
    """Yield the files whose writer is done: as large and as old as when they were last looked at."""
    before: dict[str, tuple[int, int]] = desk.memory.get(_SEEN, {})
    now: dict[str, tuple[int, int]] = {}
    for file in sorted(folder.iterdir()):
        if file.name.startswith((".", "~$")) or (file.is_dir() and not file.is_symlink()):
            continue
        told = file.lstat()
        now[file.name] = (told.st_size, told.st_mtime_ns)
        if before.get(file.name) == now[file.name]:
            yield file
    desk.memory[_SEEN] = now


def _ground(desk: Desk) -> Ground:
    edge = desk.store.moments.edge()
    bound = {"as_of": edge.as_of, "speed": edge.speed, "scope_level": ScopeLevel.DISTRICT.value, "scope_id": None}
    known = desk.store.ask("site_inputs", bound | {"hour": ""})
    sites = frozenset(site.site_id for site in desk.campaign.sites)
    return Ground(desk.campaign, sites, desk.clock.now(), on_record(known))


def _handled(desk: Desk, file: Path, ground: Ground) -> tuple[int, str]:
    """Return how many rows were taken, and the sentence when none was."""
    told = _read(file, ground)
    sentence = told.trouble or _of_rows(told)
    if not sentence:
        sentence = _recorded(desk, told)
    lines = [sentence or f"taken: {told.rows} rows, {told.unchanged} were on record already", *told.notes]
    lines += [found.sentence for found in told.refused]
    lines += [f"and {told.refused_more} refusals more"] if told.refused_more else []
    _moved(file, REFUSED if sentence else TAKEN, lines, desk.clock.now())
    return (0, f"{_shown(file.name)}: {sentence}") if sentence else (told.rows, "")


def _read(file: Path, ground: Ground) -> Preview:
    if file.is_symlink() or not file.is_file():
        return Preview(trouble="it is no plain file but points elsewhere; lay the file itself into the folder")
    if (size := file.stat().st_size) > LARGEST_BYTES:
        return Preview(
            trouble=f"it has {size / 1e6:,.0f} MB, more than {LARGEST_BYTES // 1_000_000}; hand it in in parts"
        )
    try:
        return preview(file.name, file.read_bytes(), ground)
    except OSError as error:
        return Preview(trouble=f"it cannot be read ({error.strerror}); let this server's user read it")


def _of_rows(told: Preview) -> str:
    bad = len(told.refused) + told.refused_more
    if not bad:
        return ""
    faults = "1 fault" if bad == 1 else f"{bad} faults"
    return f"refused whole: {faults}, so none of its good rows ({told.rows}) was taken either"


def _recorded(desk: Desk, told: Preview) -> str:
    acts, at = acts_of(told, STATION), desk.clock.now()
    if desk.acts is None or not acts:
        return ""
    try:
        desk.acts.append_all(acts, STATION, "", at, wall_now())
    except ActRefused as refused:
        return refused.sentence
    return ""


def _moved(file: Path, where: str, lines: list[str], at: datetime) -> None:
    stamp, name = f"{at:%Y%m%dT%H%M%S}", _shown(file.name)
    target, number = file.parent / where / f"{stamp}-{name}", 1
    while target.exists() or target.is_symlink():
        number += 1
        target = target.with_name(f"{stamp}-{number}-{name}")
    file.rename(target)
    target.with_name(target.name + ".txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _shown(name: str) -> str:
    """Return a file's name in signs that can be written anywhere, its end if it is long."""
    plain = "".join(sign if sign.isprintable() else "_" for sign in name.encode("utf-8", "replace").decode())
    return plain[-LONGEST_NAME:]
