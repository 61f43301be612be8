"""Signed transactions and notifications of every kind, good and bad, each with what Apple's Python library makes of it.

    python cases.py FOLDER BUNDLE_ID PRODUCT_ID

writes `root.der` and `cases.json` into FOLDER: `[{"name", "kind", "jws", "accepted"}]`.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import jwt
from appstoreserverlibrary.models.Environment import Environment
from appstoreserverlibrary.models.InAppOwnershipType import InAppOwnershipType
from appstoreserverlibrary.models.JWSTransactionDecodedPayload import JWSTransactionDecodedPayload
from appstoreserverlibrary.models.LibraryUtility import _get_cattrs_converter
from appstoreserverlibrary.models.TransactionReason import TransactionReason
from appstoreserverlibrary.models.Type import Type
from appstoreserverlibrary.signed_data_verifier import SignedDataVerifier, VerificationException
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from chains import NOW, Chain, Form, Root

DAY = 24 * 3600 * 1000
HERE_AND_NOW = int(time.time() * 1000)


class Maker:
    """Makes payloads of one app."""

    def __init__(self, bundle_id: str, product_id: str):
        self.bundle_id, self.product_id = bundle_id, product_id
        self.next_id = 2_000_000_000_000_000

    def transaction(self, **changes) -> dict:
        self.next_id += 1
        payload = JWSTransactionDecodedPayload(
            transactionId=str(self.next_id),
            originalTransactionId=str(self.next_id),
            bundleId=self.bundle_id,
            productId=self.product_id,
            purchaseDate=HERE_AND_NOW - DAY,
            originalPurchaseDate=HERE_AND_NOW - DAY,
            quantity=1,
            type=Type.CONSUMABLE,
            inAppOwnershipType=InAppOwnershipType.PURCHASED,
            signedDate=HERE_AND_NOW,
            environment=Environment.SANDBOX,
            storefront="KOR",
            storefrontId="143466",
            transactionReason=TransactionReason.PURCHASE,
            price=4_400_000,
            currency="KRW",
        )
        plain = _get_cattrs_converter(JWSTransactionDecodedPayload).unstructure(payload)
        return strip(plain) | changes

    def notice(self, signed_transaction: str | None, **changes) -> dict:
        data = {"bundleId": self.bundle_id, "environment": "Sandbox", "appAppleId": 1234}
        if signed_transaction:
            data["signedTransactionInfo"] = signed_transaction
        kind = "ONE_TIME_CHARGE" if signed_transaction else "TEST"
        body = {"notificationType": kind, "notificationUUID": str(uuid.uuid4()), "version": "2.0", "signedDate": HERE_AND_NOW}
        return body | {"data": data | changes.pop("data", {})} | changes


def strip(payload: dict) -> dict:
    """Apple leaves out what is absent."""
    return {name: value for name, value in payload.items() if value is not None}


def sign(chain: Chain, payload: dict, algorithm: str = "ES256", x5c: list[str] | None = None, **headers) -> str:
    certificates = [base64.b64encode(one).decode() for one in chain.certificates] if x5c is None else x5c
    return jwt.encode(payload, chain.key, algorithm=algorithm, headers={"x5c": certificates} | headers)


def x5c_of(chain: Chain) -> list[str]:
    return [base64.b64encode(one).decode() for one in chain.certificates]


def encode(part) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forms() -> dict[str, tuple[Form, Form]]:
    """Leaf and intermediate of each deviating chain."""
    form, sha384, p384 = Form(), Form(digest=hashes.SHA384()), Form(curve=ec.SECP384R1(), digest=hashes.SHA384())
    return {
        "by the recipe": (form, form),
        "P-256 signed with SHA-384": (sha384, sha384),
        "CAs P-384, leaf P-256": (sha384, p384),
        "leaf without authority key id": (replace(form, authority_key_id=False), form),
        "intermediate without authority key id": (form, replace(form, authority_key_id=False)),
        "intermediate without subject key id": (form, replace(form, subject_key_id=False)),
        "leaf without subject key id": (replace(form, subject_key_id=False), form),
        "intermediate without keyUsage": (form, replace(form, key_usage=False)),
        "leaf without keyUsage": (replace(form, key_usage=False), form),
        "leaf without basicConstraints": (replace(form, basic_constraints=False), form),
        "leaf without basicConstraints and keyUsage": (replace(form, basic_constraints=False, key_usage=False), form),
        "intermediate that is no CA": (form, replace(form, is_ca=False)),
        "no marker on the leaf": (replace(form, marker=False), form),
        "no marker on the intermediate": (form, replace(form, marker=False)),
        "critical marker on the leaf": (replace(form, marker_critical=True), form),
        "critical marker on the intermediate": (form, replace(form, marker_critical=True)),
        "empty marker": (replace(form, marker_value=b""), replace(form, marker_value=b"")),
        "leaf not valid yet when signed": (replace(form, not_before=NOW + timedelta(days=1)), form),
        "leaf expired when signed": (replace(form, not_after=NOW - timedelta(days=1)), form),
        "intermediate expired when signed": (form, replace(form, not_after=NOW - timedelta(days=1))),
    }


def chain_cases(root: Root, make: Maker):
    for name, (leaf, intermediate) in forms().items():
        yield f"chain: {name}", sign(root.chain(leaf, intermediate), make.transaction())
    stranger = Root("Test Root")
    yield "chain: a stranger's root of the same name", sign(stranger.chain(), make.transaction())
    ours = root.chain()
    swapped = Chain(stranger.chain().key, ours.certificates)
    yield "chain: another's key", sign(swapped, make.transaction())
    p384 = root.chain(Form(curve=ec.SECP384R1()))
    yield "chain: leaf P-384 with ES384", sign(p384, make.transaction(), "ES384")
    expired = root.chain(Form(not_after=NOW - timedelta(days=30)))
    then = HERE_AND_NOW - 60 * DAY
    dates = {"signedDate": then, "purchaseDate": then - DAY, "originalPurchaseDate": then - DAY}
    yield "chain: leaf expired now, valid when signed", sign(expired, make.transaction(**dates))


def envelope_cases(root: Root, make: Maker):
    chain = root.chain()
    leaf, middle, top = x5c_of(chain)
    lists = {
        "of two": [leaf, middle],
        "of four": [leaf, middle, top, top],
        "of one": [leaf],
        "empty": [],
        "turned round": [top, middle, leaf],
        "with a third that is no certificate": [leaf, middle, base64.b64encode(b"not a certificate").decode()],
        "with a third that is not base64": [leaf, middle, "?"],
        "with a second that is no certificate": [leaf, base64.b64encode(b"no").decode(), top],
        "with a line break": [leaf[:64] + "\n" + leaf[64:], middle, top],
    }
    for name, x5c in lists.items():
        yield f"x5c: {name}", sign(chain, make.transaction(), x5c=x5c)
    yield "header: no x5c", jwt.encode(make.transaction(), chain.key, algorithm="ES256")
    yield "header: with kid and typ", sign(chain, make.transaction(), kid="Some_Key", typ="JWT")
    payload = make.transaction()
    header = {"alg": "none", "x5c": [leaf, middle, top]}
    yield "header: alg none", f"{encode(header)}.{encode(payload)}."
    signed = f"{encode(header | {'alg': 'HS256'})}.{encode(payload)}"
    secret = base64.b64decode(leaf)
    yield "header: alg HS256", f"{signed}.{encode(hmac.digest(secret, signed.encode(), hashlib.sha256))}"
    plain = f"{encode(header | {'alg': 'ES256'})}.{encode(payload)}"
    yield "signature: in DER", f"{plain}.{encode(chain.key.sign(plain.encode(), ec.ECDSA(hashes.SHA256())))}"
    yield "signature: empty", f"{plain}."
    yield "signature: zeros", f"{plain}.{encode(bytes(64))}"
    head, _, tail = sign(chain, make.transaction()).split(".")
    yield "payload: altered", f"{head}.{encode(make.transaction(price=1))}.{tail}"
    yield "token: two parts", f"{head}.{tail}"
    yield "token: no text", ""


def payload_cases(root: Root, make: Maker):
    chain = root.chain()
    changes = {
        "another app": {"bundleId": "com.example.other"},
        "Production": {"environment": "Production"},
        "Xcode": {"environment": "Xcode"},
        "no environment": {"environment": None},
        "expired exp": {"exp": 1_000},
        "an audience": {"aud": "somebody"},
        "a price in quotes": {"price": "990"},
        "a null": {"offerType": None},
        "a price with a fraction of zero": {"price": 990.0},
        "an unknown key": {"somethingNew": {"a": [1]}},
        "an unknown type": {"type": "Something New"},
        "not valid yet": {"nbf": HERE_AND_NOW // 1000 + 3600},
    }
    for name, change in changes.items():
        payload = make.transaction(**change)
        if name == "no environment":
            del payload["environment"]
        yield f"payload: {name}", sign(chain, payload)


def notice_cases(root: Root, make: Maker):
    chain, stranger = root.chain(), Root("Test Root").chain()
    good = lambda: sign(chain, make.transaction())
    yield "notice: a test", sign(chain, make.notice(None))
    yield "notice: a one-time charge", sign(chain, make.notice(good()))
    yield "notice: another app", sign(chain, make.notice(good(), data={"bundleId": "com.example.other"}))
    yield "notice: Production", sign(chain, make.notice(good(), data={"environment": "Production"}))
    yield "notice: a stranger's", sign(stranger, make.notice(good()))
    yield "notice: a stranger's transaction within", sign(chain, make.notice(sign(stranger, make.transaction())))
    yield "notice: another app's transaction within", sign(chain, make.notice(sign(chain, make.transaction(bundleId="com.other"))))
    yield "notice: an unknown type", sign(chain, make.notice(good(), notificationType="SOMETHING_NEW"))
    head, _, tail = sign(chain, make.notice(good())).split(".")
    yield "notice: altered", f"{head}.{encode(make.notice(None))}.{tail}"
    summary = {"environment": "Sandbox", "appAppleId": 1234, "bundleId": make.bundle_id, "productId": make.product_id}
    summary |= {"requestIdentifier": str(uuid.uuid4()), "succeededCount": 5, "failedCount": 2}
    body = make.notice(None, notificationType="RENEWAL_EXTENSION", subtype="SUMMARY", summary=summary)
    del body["data"]
    yield "notice: a summary", sign(chain, body)


def judged(verifier: SignedDataVerifier, kind: str, jws: str) -> bool:
    """Whether the library takes it; a notice together with the transaction within, as its users do."""
    try:
        if kind == "transaction":
            verifier.verify_and_decode_signed_transaction(jws)
            return True
        notice = verifier.verify_and_decode_notification(jws)
        if notice.data and notice.data.signedTransactionInfo:
            verifier.verify_and_decode_signed_transaction(notice.data.signedTransactionInfo)
        return True
    except VerificationException:
        return False


def main(folder: Path, bundle_id: str, product_id: str) -> None:
    root, make = Root("Test Root"), Maker(bundle_id, product_id)
    verifier = SignedDataVerifier([root.der()], False, Environment.SANDBOX, bundle_id)
    sources = {"transaction": [chain_cases, envelope_cases, payload_cases], "notice": [notice_cases]}
    cases = [
        {"name": name, "kind": kind, "jws": jws, "accepted": judged(verifier, kind, jws)}
        for kind, makers in sources.items()
        for maker in makers
        for name, jws in maker(root, make)
    ]
    (folder / "root.der").write_bytes(root.der())
    (folder / "cases.json").write_text(json.dumps(cases))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
