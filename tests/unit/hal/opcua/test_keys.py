"""A driver's folder of keys: what is made, what is refused, and what a certificate says."""

import shutil
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from hal.drivers.opcua import keys
from hal.drivers.opcua.keys import Identity, KeysError, fingerprint, load, make_keys, set_identity, trust
from hal.wire import certificates
from hal.wire.certificates import BAD, EXPIRED, NOT_YET_VALID, WRONG_URI, first, problems, read

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
URI = "urn:test:controller"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two folders of keys, `one` and `two`; making keys takes a while."""
    root = tmp_path_factory.mktemp("keys")
    for name in ("one", "two"):
        make_keys(root / name, URI, ["packer.example", "192.0.2.7"], now=NOW)
        set_identity(root / name, "controller", 'a "pass\\word" of æøå')
    return root


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made / "one", tmp_path / "packer-1")


def test_keys_are_made_for_their_owner_alone(folder: Path) -> None:
    for file in folder.rglob("*"):
        expected = 0o700 if file.is_dir() else 0o600
        assert stat.S_IMODE(file.stat().st_mode) == expected, file
    loaded = load(folder)
    assert loaded.identity == Identity("controller", 'a "pass\\word" of æøå')
    assert loaded.own.trusted == frozenset()
    certificate = loaded.own.certificate
    assert certificate.uris == (URI,)
    assert certificate.hosts == ("packer.example", "192.0.2.7")
    assert certificate.not_after - certificate.not_before > timedelta(days=1000)
    assert problems(certificate, URI, NOW) == ()
    assert "word" not in repr(loaded)
    assert "PRIVATE" not in repr(loaded)


def test_keys_are_never_overwritten(folder: Path) -> None:
    before = (folder / "own.key.pem").read_bytes()
    for missing in ("own.der", "own.key.pem"):
        (folder / missing).rename(folder / "away")
        with pytest.raises(KeysError, match="is there already"):
            make_keys(folder, URI, now=NOW)
        (folder / "away").rename(folder / missing)
    assert (folder / "own.key.pem").read_bytes() == before


def test_a_certificate_is_trusted_as_der_whatever_its_file_was(folder: Path, made: Path, tmp_path: Path) -> None:
    der = (made / "two" / "own.der").read_bytes()
    pem = x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)
    for name, content in (("machine.der", der), ("machine.pem", pem)):
        (tmp_path / name).write_bytes(content)
        assert trust(folder, tmp_path / name).der == der
        assert fingerprint(tmp_path / name) == read(der).fingerprint
    assert load(folder).own.trusted == {der}
    groups = read(der).fingerprint.split(" ")
    assert [len(group) for group in groups] == [4] * 16


@pytest.mark.parametrize("file", ["own.key.pem", "identity.toml"])
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_what_others_may_read_or_write_is_not_used(folder: Path, file: str, mode: int) -> None:
    (folder / file).chmod(mode)
    with pytest.raises(KeysError, match="chmod 600"):
        load(folder)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def removed(file: Path) -> None:
    file.unlink()


def huge(file: Path) -> None:
    file.write_bytes(b"\x30" * 100_000)


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("file", ["own.der", "own.key.pem", "identity.toml"])
@pytest.mark.parametrize("damage", [empty, cut, removed, huge, a_folder])
def test_a_damaged_file_is_named(folder: Path, file: str, damage: Callable[[Path], None]) -> None:
    damage(folder / file)
    with pytest.raises(KeysError, match=file):
        load(folder)


def test_a_key_that_is_not_the_certificate_s_is_told(folder: Path, made: Path) -> None:
    (folder / "own.key.pem").write_bytes((made / "two" / "own.key.pem").read_bytes())
    with pytest.raises(KeysError, match="not the key of"):
        load(folder)


@pytest.mark.parametrize(
    "text", ["", 'user = "x"', 'user = 1\npassword = "x"', 'user="x"\npassword="y"\nmore=1', "\xff="]
)
def test_an_identity_has_a_user_and_a_password(folder: Path, text: str) -> None:
    (folder / "identity.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(KeysError, match="identity"):
        load(folder)


@pytest.mark.parametrize(("user", "password"), [("", "x"), ("x", ""), ("x\n", "y"), ("x", "y\0"), ("x" * 300, "y")])
def test_an_identity_that_is_none_is_not_kept(folder: Path, user: str, password: str) -> None:
    with pytest.raises(KeysError):
        set_identity(folder, user, password)
    assert load(folder).identity.user == "controller"


def signed(key: object, *, algorithm: object = None, usage: bool = True, names: bool = True) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "x")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
    )
    if usage:
        flags = dict.fromkeys(
            ("content_commitment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
            False,
        )
        builder = builder.add_extension(
            x509.KeyUsage(digital_signature=True, key_encipherment=True, data_encipherment=True, **flags), critical=True
        )
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.UniformResourceIdentifier(URI)]), critical=False
        )
    return builder.sign(key, algorithm or hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_a_certificate_is_judged_whole(folder: Path) -> None:
    good = load(folder).own.certificate
    assert [code for code, _ in problems(good, URI, NOW + timedelta(days=2000))] == [EXPIRED]
    assert [code for code, _ in problems(good, "urn:other", NOW - timedelta(days=2))] == [NOT_YET_VALID, WRONG_URI]
    assert problems(good, None, NOW) == ()
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - the short one
    long = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    curve = ec.generate_private_key(ec.SECP256R1())
    for der in (signed(short), signed(curve), signed(long, usage=False)):
        assert BAD in [code for code, _ in problems(read(der), URI, NOW)]
    assert [code for code, _ in problems(read(signed(long, names=False)), URI, NOW)] == [WRONG_URI]


def test_what_is_no_certificate_is_told(folder: Path) -> None:
    good = (folder / "own.der").read_bytes()
    for data in (b"", b"\x30\x82\xff\xff", good[:-1], b"-----BEGIN CERTIFICATE-----\n", b"x" * 5000, good + b"more"):
        with pytest.raises(certificates.CertificateError):
            read(data)


def test_only_the_first_of_a_chain_counts(made: Path) -> None:
    one, two = ((made / name / "own.der").read_bytes() for name in ("one", "two"))
    assert first(one + two) == one
    # A chain that comes back to itself is never walked.
    assert first(one + two + one) == one
    assert first(b"") == b""
    assert first(b"\x30\x82\xff\xff") == b"\x30\x82\xff\xff"


def test_the_module_needs_no_stack_to_be_looked_at() -> None:
    assert keys.has_keys(None) is False
