"""Application certificates of OPC UA (OPC 10000-6, 6.2.2): made, read and judged, the same on both sides of the wire.

A certificate is trusted when it is in the list, byte for byte. Nothing that it signed is trusted with it, so no chain
is ever walked. `cryptography` comes with the OPC UA stack and is imported only by the functions that need it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa

DAYS: Final = 3 * 365
"""How long a certificate of ours lasts."""
LEAST_RSA_BITS: Final = 2048
"""What both security policies in use ask for."""

# -- Why a link is not made, whichever side says so --------------------------------------------------------------
BAD: Final = "CERTIFICATE_BAD"
"""No certificate, or one that the security policies do not allow."""
EXPIRED: Final = "CERTIFICATE_EXPIRED"
NOT_YET_VALID: Final = "CERTIFICATE_NOT_YET_VALID"
WRONG_URI: Final = "CERTIFICATE_WRONG_URI"
UNTRUSTED: Final = "CERTIFICATE_UNTRUSTED"
NO_SECURE_ENDPOINT: Final = "NO_SECURE_ENDPOINT"
"""The machine offers no endpoint that signs, encrypts and asks for a user."""
LOGIN_REFUSED: Final = "LOGIN_REFUSED"
"""The machine does not know the user, or the password is another."""
CONTROLLER_REFUSED: Final = "CONTROLLER_REFUSED"
"""The machine does not take the controller's certificate."""
KEYS_UNUSABLE: Final = "KEYS_UNUSABLE"
"""The controller's own keys for the machine are missing, damaged, outdated or readable by others."""
SECURITY_REFUSALS: Final = (
    BAD,
    EXPIRED,
    NOT_YET_VALID,
    WRONG_URI,
    UNTRUSTED,
    NO_SECURE_ENDPOINT,
    LOGIN_REFUSED,
    CONTROLLER_REFUSED,
    KEYS_UNUSABLE,
)

_HASHES: Final = frozenset({"sha256", "sha384", "sha512"})
_BACKDATED: Final = timedelta(hours=1)
"""A peer whose clock is a little behind takes a new certificate too."""


class CertificateError(ValueError):
    """What should be a certificate is none."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says of itself."""

    der: bytes
    subject: str
    not_before: datetime
    not_after: datetime
    uris: tuple[str, ...]
    """Application URIs; there should be one."""
    hosts: tuple[str, ...]
    weakness: str
    """Why the security policies do not allow it; empty when they do."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 as two people read it to each other."""
        return fingerprint(self.der)


def fingerprint(der: bytes) -> str:
    """Return the SHA-256 of a certificate as 16 groups of four hexadecimal digits."""
    digits = hashlib.sha256(der).hexdigest().upper()
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def first(chain: bytes) -> bytes:
    """Return the first certificate of `chain`, DER certificates one after the other; all of it when it is none."""
    if len(chain) < 4 or chain[:2] != b"\x30\x82":  # noqa: PLR2004 - tag, length of the length, two bytes of length
        return chain
    return chain[: int.from_bytes(chain[2:4], "big") + 4]


def read(data: bytes) -> Certificate:
    """Return what the certificate `data`, DER or PEM, says.

    Raises:
        CertificateError: it is no certificate.
    """
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    try:
        load = x509.load_pem_x509_certificate if data.startswith(b"-----") else x509.load_der_x509_certificate
        parsed = load(data)
        names = _names(parsed)
        return Certificate(
            der=parsed.public_bytes(Encoding.DER),
            subject=parsed.subject.rfc4514_string(),
            not_before=parsed.not_valid_before_utc,
            not_after=parsed.not_valid_after_utc,
            uris=tuple(names.get_values_for_type(x509.UniformResourceIdentifier)) if names else (),
            hosts=(*names.get_values_for_type(x509.DNSName), *map(str, names.get_values_for_type(x509.IPAddress)))
            if names
            else (),
            weakness=_weakness(parsed),
        )
    except (ValueError, TypeError, x509.InvalidVersion, x509.DuplicateExtension) as error:
        message = f"no certificate: {error}"
        raise CertificateError(message) from error


def problems(certificate: Certificate, application_uri: str | None, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return everything that is wrong with `certificate`, codes with details; trust aside.

    `application_uri` is the URI that its holder goes by, None when it is not known.
    """
    found: list[tuple[str, str]] = []
    if certificate.weakness:
        found.append((BAD, certificate.weakness))
    if now > certificate.not_after:
        found.append((EXPIRED, f"valid until {certificate.not_after:%Y-%m-%d %H:%M} UTC"))
    if now < certificate.not_before:
        found.append((NOT_YET_VALID, f"valid from {certificate.not_before:%Y-%m-%d %H:%M} UTC"))
    if application_uri is not None and application_uri not in certificate.uris:
        found.append((WRONG_URI, f"made out to {', '.join(certificate.uris) or 'nobody'}, not {application_uri}"))
    return tuple(found)


def why_not_its_key(certificate: Certificate, key_pem: bytes) -> str:
    """Return why `key_pem` is not the private key of `certificate`; empty when it is."""
    from cryptography import x509  # noqa: PLC0415
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        key = load_pem_private_key(key_pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        return f"no private key without a password: {error}"
    if key.public_key() != x509.load_der_x509_certificate(certificate.der).public_key():
        return "not the key of the certificate beside it"
    return ""


def make(application_uri: str, hosts: Sequence[str], now: datetime) -> tuple[bytes, bytes]:
    """Return a new self-signed application certificate (DER) and its private key (PEM, PKCS 8, not encrypted)."""
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    key = rsa.generate_private_key(public_exponent=65537, key_size=LEAST_RSA_BITS)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, application_uri.rpartition(":")[2] or "packer")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + timedelta(days=DAYS))
    )
    for extension, critical in _extensions(application_uri, hosts, key.public_key()):
        builder = builder.add_extension(extension, critical=critical)
    certificate = builder.sign(key, hashes.SHA256())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return certificate.public_bytes(serialization.Encoding.DER), pem


def _extensions(
    application_uri: str, hosts: Sequence[str], public_key: "rsa.RSAPublicKey"
) -> "tuple[tuple[x509.ExtensionType, bool], ...]":
    """Return what OPC 10000-6, 6.2.2 asks of an application certificate that signs itself."""
    from cryptography import x509  # noqa: PLC0415
    from cryptography.x509.oid import ExtendedKeyUsageOID  # noqa: PLC0415

    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=True,
        data_encipherment=True,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        (x509.SubjectAlternativeName([x509.UniformResourceIdentifier(application_uri), *map(_host, hosts)]), False),
        # A certificate that signs itself counts as an authority where others build chains; it may sign no further one.
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (usage, True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectKeyIdentifier.from_public_key(public_key), False),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(public_key), False),
    )


def _host(name: str) -> "x509.GeneralName":
    from cryptography import x509  # noqa: PLC0415

    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _names(parsed: "x509.Certificate") -> "x509.SubjectAlternativeName | None":
    from cryptography import x509  # noqa: PLC0415

    try:
        return parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return None


def _weakness(parsed: "x509.Certificate") -> str:
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    key = parsed.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        return "its key is not RSA"
    if key.key_size < LEAST_RSA_BITS:
        return f"its key has {key.key_size} bits, {LEAST_RSA_BITS} are the least"
    signed_with = parsed.signature_hash_algorithm
    if signed_with is None or signed_with.name not in _HASHES:
        return f"signed with {signed_with.name if signed_with else 'no known hash'}"
    try:
        usage = parsed.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return "it does not say what it may be used for"
    if not (usage.digital_signature and usage.key_encipherment and usage.data_encipherment):
        return "it may not be used for signing and encryption"
    return ""
