"""The programs that tests use and pip does not bring: installed where root on Debian runs this, or told of.

``python -m tests.programs`` makes sure of them; a test whose program is missing all the same is skipped in one line.
"""

import os
import shutil
import subprocess
import sys

from tests import browser, office

INSTALL_WITHIN_S = 900
# The Debian package that brings each, and how it is known that it is here.
PACKAGES = {"chromium": browser.reason_to_skip, "libreoffice-calc-nogui": office.reason_to_skip}


def missing() -> list[str]:
    """Return the packages whose programs are not here."""
    return [package for package, reason in PACKAGES.items() if reason()]


def may_install() -> bool:
    """Whether this process may install Debian packages."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(packages: list[str]) -> None:
    """Install Debian packages; a failure is left to the reasons to skip to tell."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(command, env=environment, capture_output=True, timeout=INSTALL_WITHIN_S, check=False)


def main() -> None:
    """Install what is missing, if that may be, and say in a line what the tests will use or do without."""
    if (wanted := missing()) and may_install():
        sys.stdout.write(f"installing {', '.join(wanted)} for the tests …\n")
        sys.stdout.flush()
        install(wanted)
    reasons = [reason for reason in (browser.reason_to_skip(), office.reason_to_skip()) if reason]
    sys.stdout.write("\n".join(reasons or [f"browser tests use {browser.installed()}"]) + "\n")


if __name__ == "__main__":
    main()
