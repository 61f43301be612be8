"""Certificate chains under a test root: Apple's recipe, and every deviation that docs/stores/apple.md, Certificates, lists."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LEAF_MARKER = x509.ObjectIdentifier("1.2.840.113635.100.6.11.1")
INTERMEDIATE_MARKER = x509.ObjectIdentifier("1.2.840.113635.100.6.2.1")
DER_NULL = b"\x05\x00"
NOW = datetime.now(timezone.utc)


@dataclass(frozen=True)
class Form:
    """How one certificate is made."""

    curve: ec.EllipticCurve = field(default_factory=ec.SECP256R1)
    digest: hashes.HashAlgorithm = field(default_factory=hashes.SHA256)
    authority_key_id: bool = True
    subject_key_id: bool = True
    key_usage: bool = True
    basic_constraints: bool = True
    is_ca: bool = True
    marker: bool = True
    marker_critical: bool = False
    marker_value: bytes = DER_NULL
    not_before: datetime = NOW - timedelta(days=3650)
    not_after: datetime = NOW + timedelta(days=3650)


@dataclass(frozen=True)
class Chain:
    """A leaf's key, and what goes into x5c."""

    key: ec.EllipticCurvePrivateKey
    certificates: list[bytes]


class Root:
    """A root that signs intermediates."""

    def __init__(self, name: str, form: Form | None = None):
        self.form = form or Form()
        self.key = ec.generate_private_key(self.form.curve)
        self.certificate = certify(name, self.key, None, self.form, None)

    def der(self) -> bytes:
        return der(self.certificate)

    def chain(self, leaf: Form | None = None, intermediate: Form | None = None) -> Chain:
        """A chain of three by the recipe, but for what the forms say."""
        leaf, intermediate = leaf or Form(), intermediate or Form()
        middle_key = ec.generate_private_key(intermediate.curve)
        middle = certify("Test Intermediate", middle_key, self, intermediate, INTERMEDIATE_MARKER)
        key = ec.generate_private_key(leaf.curve)
        signed = certify("Test Leaf", key, Issuer(middle, middle_key), replace(leaf, is_ca=False), LEAF_MARKER)
        return Chain(key, [der(signed), der(middle), self.der()])


@dataclass
class Issuer:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def certify(name, key, issuer, form, marker) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_name = issuer.certificate.subject if issuer else subject
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(form.not_before)
        .not_valid_after(form.not_after)
    )
    if form.basic_constraints:
        path_length = 0 if form.is_ca and issuer else None
        builder = builder.add_extension(x509.BasicConstraints(form.is_ca, path_length), critical=True)
    if form.key_usage:
        builder = builder.add_extension(key_usage(form.is_ca), critical=True)
    if form.subject_key_id:
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    if issuer and form.authority_key_id:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        builder = builder.add_extension(identifier, critical=False)
    if marker and form.marker:
        builder = builder.add_extension(x509.UnrecognizedExtension(marker, form.marker_value), critical=form.marker_critical)
    return builder.sign(signer, form.digest)


def key_usage(is_ca: bool) -> x509.KeyUsage:
    names = ["content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"]
    off = dict.fromkeys(names, False)
    return x509.KeyUsage(digital_signature=not is_ca, key_cert_sign=is_ca, crl_sign=is_ca, **off)


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)
