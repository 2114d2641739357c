"""Certificates that must not be accepted (36), and one that must."""

import shutil
import ssl
import subprocess
from pathlib import Path

import pytest

from pipelines.http import Http, HttpFailure
from pipelines.vocabulary import Outcome
from tests.hostile import LoopbackServer, answers, drips_in_headers

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="needs the openssl command to make certificates"
)

CA_SETTINGS = """
[ca]
default_ca = own
[own]
database = index.txt
rand_serial = yes
new_certs_dir = .
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = {names}
"""


def _made(folder: Path, names: str, start: str, end: str) -> Path:
    """Make a self-signed certificate and its key in one PEM file."""
    (folder / "ca.cnf").write_text(CA_SETTINGS.format(names=names))
    (folder / "index.txt").write_text("")
    new = "openssl req -new -newkey rsa:2048 -nodes -keyout key.pem -subj /CN=test -out req.pem"
    sign = "openssl ca -batch -config ca.cnf -selfsign -keyfile key.pem -in req.pem -out cert.pem -notext"
    sign += f" -startdate {start} -enddate {end}"
    for command in (new, sign):
        subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    whole = folder / "whole.pem"
    whole.write_bytes((folder / "key.pem").read_bytes() + (folder / "cert.pem").read_bytes())
    return whole


def _serving(certificate: Path, behaviour=None) -> LoopbackServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    good = behaviour or answers(b"{}")
    return LoopbackServer(lambda _path: good, lambda plain: context.wrap_socket(plain, server_side=True))


def _ask(server: LoopbackServer, ca_file: Path | None):
    http = Http([server.address], ca_file=ca_file)
    return http.ask("GET", f"https://{server.address}/", deadline_s=1, cap_bytes=100)


def test_a_certificate_of_a_known_authority_for_this_address_is_accepted(tmp_path: Path):
    certificate = _made(tmp_path, "IP:127.0.0.1", "20200101000000Z", "20991231000000Z")
    with _serving(certificate) as server:
        reply = _ask(server, tmp_path / "cert.pem")
    assert reply.status == 200
    assert reply.phases.tls_ms is not None and reply.phases.connect_ms is not None


@pytest.mark.parametrize(
    ("names", "end", "is_known", "words"),
    [
        ("IP:127.0.0.1", "20991231000000Z", False, "self-signed"),
        ("IP:127.0.0.1", "20200102000000Z", True, "expired"),
        ("DNS:intake.example", "20991231000000Z", True, "not valid for '127.0.0.1'"),
    ],
)
def test_36_any_other_certificate_is_refused(tmp_path: Path, names: str, end: str, is_known: bool, words: str):
    certificate = _made(tmp_path, names, "20200101000000Z", end)
    with _serving(certificate) as server, pytest.raises(HttpFailure, match=words) as caught:
        _ask(server, tmp_path / "cert.pem" if is_known else None)
    assert caught.value.outcome is Outcome.REFUSED
    assert server.asked == []


def test_the_deadline_holds_under_tls(tmp_path: Path):
    certificate = _made(tmp_path, "IP:127.0.0.1", "20200101000000Z", "20991231000000Z")
    with _serving(certificate, drips_in_headers) as server, pytest.raises(HttpFailure) as caught:
        _ask(server, tmp_path / "cert.pem")
    assert caught.value.outcome is Outcome.TIMEOUT


def test_a_plain_server_asked_over_tls_is_a_sentence():
    with LoopbackServer(lambda _path: answers(b"{}")) as server, pytest.raises(HttpFailure):
        _ask(server, None)
