"""Apple's Python library as a client of the simulated App Store: every endpoint, every kind of notice, both worlds.

    python clients.py URL FOLDER BUNDLE_ID PRODUCT_ID SUBSCRIPTION_ID

FOLDER holds `AuthKey.p8`. Only the base URL and the root certificate are other than a developer's own. Prints a line of
JSON that says how much was verified, and fails on the first thing Apple's library does not take.
"""

import json
import sys
import time
import urllib.request
import uuid
from pathlib import Path

from appstoreserverlibrary.api_client import APIException, AppStoreServerAPIClient, GetTransactionHistoryVersion
from appstoreserverlibrary.models.ConsumptionRequest import ConsumptionRequest
from appstoreserverlibrary.models.ConsumptionRequestV1 import ConsumptionRequestV1
from appstoreserverlibrary.models.DeliveryStatus import DeliveryStatus
from appstoreserverlibrary.models.Environment import Environment
from appstoreserverlibrary.models.ExtendReasonCode import ExtendReasonCode
from appstoreserverlibrary.models.ExtendRenewalDateRequest import ExtendRenewalDateRequest
from appstoreserverlibrary.models.MassExtendRenewalDateRequest import MassExtendRenewalDateRequest
from appstoreserverlibrary.models.NotificationHistoryRequest import NotificationHistoryRequest
from appstoreserverlibrary.models.NotificationTypeV2 import NotificationTypeV2
from appstoreserverlibrary.models.SendAttemptResult import SendAttemptResult
from appstoreserverlibrary.models.Status import Status
from appstoreserverlibrary.models.TransactionHistoryRequest import Order, ProductType, TransactionHistoryRequest
from appstoreserverlibrary.models.UpdateAppAccountTokenRequest import UpdateAppAccountTokenRequest
from appstoreserverlibrary.signed_data_verifier import SignedDataVerifier

ISSUER = "57246542-96fe-1a63-e053-0824d011072a"
KEY_ID = "2X9R4HXF34"
DAY = 24 * 3600 * 1000
TYPES_BY_LIFE = {
    "SUBSCRIBED", "DID_RENEW", "DID_CHANGE_RENEWAL_PREF", "DID_CHANGE_RENEWAL_STATUS", "OFFER_REDEEMED", "DID_FAIL_TO_RENEW",
    "GRACE_PERIOD_EXPIRED", "EXPIRED", "PRICE_INCREASE", "REFUND", "REFUND_DECLINED", "REFUND_REVERSED", "CONSUMPTION_REQUEST",
    "ONE_TIME_CHARGE", "REVOKE", "RENEWAL_EXTENDED", "RENEWAL_EXTENSION", "TEST",
}


class Control:
    """Drives the simulator."""

    def __init__(self, url: str, bundle: str, world: str):
        self.url, self.bundle, self.world = url, bundle, world

    def post(self, path: str, **body):
        request = urllib.request.Request(
            f"{self.url}/simulator/control/{path}", json.dumps(body).encode(), {"content-type": "application/json"}
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def buy(self, product: str, player: str, **more):
        return self.post(
            "purchases", store="AS", storeAppId=self.bundle, productId=product, player=player, world=self.world,
            price="4400", currency="KRW", **more,
        )

    def subscribe(self, product: str, player: str, **more):
        return self.post(
            "subscriptions", storeAppId=self.bundle, productId=product, player=player, world=self.world, price="9900",
            currency="KRW", **more,
        )["chainId"]

    def change(self, chain: str, action: str, **body):
        return self.post(f"subscriptions/{chain}/{action}", **body)

    def settle(self, order: str, action: str, **body):
        return self.post(f"transactions/{order}/{action}", storeAppId=self.bundle, world=self.world, **body)

    def days(self, days: int):
        self.post("clock", advanceDays=days)

    def deliver(self):
        while self.post("notices/deliver")["sent"]:
            pass


class World:
    """One world of the simulated App Store, with the library's client and verifier for it."""

    def __init__(self, url: str, folder: Path, bundle: str, environment: Environment):
        self.control = Control(url, bundle, environment.value)
        key = (folder / "AuthKey.p8").read_bytes()
        self.client = AppStoreServerAPIClient(key, KEY_ID, ISSUER, bundle, environment)
        self.client._base_url = url + ("/simulator/production" if environment == Environment.PRODUCTION else "/simulator")
        with urllib.request.urlopen(f"{url}/simulator/root.der") as answer:
            self.root = answer.read()
        self.environment, self.bundle, self.verified = environment, bundle, 0
        self.apple_id = None
        self.verifier = None

    def learn(self, any_id: str):
        """The app's number is told in every answer about a customer."""
        history = self.client.get_transaction_history(
            any_id, None, TransactionHistoryRequest(), GetTransactionHistoryVersion.V2
        )
        self.apple_id = history.appAppleId
        self.verifier = SignedDataVerifier([self.root], False, self.environment, self.bundle, self.apple_id)

    def transaction(self, token: str):
        self.verified += 1
        return self.verifier.verify_and_decode_signed_transaction(token)

    def renewal(self, token: str):
        self.verified += 1
        return self.verifier.verify_and_decode_renewal_info(token)

    def notice(self, token: str):
        self.verified += 1
        notice = self.verifier.verify_and_decode_notification(token)
        if notice.data and notice.data.signedTransactionInfo:
            self.transaction(notice.data.signedTransactionInfo)
        if notice.data and notice.data.signedRenewalInfo:
            self.renewal(notice.data.signedRenewalInfo)
        return notice

    def fails(self, number: int, call, *args):
        try:
            call(*args)
        except APIException as failure:
            assert failure.raw_api_error == number, f"{failure.raw_api_error} {failure.error_message}, not {number}"
            assert failure.http_status_code == number // 10_000, failure.http_status_code
            return
        raise AssertionError(f"{call.__name__} did not fail with {number}")


def look_up(world: World, product: str):
    """Transactions, histories, receipts and refunds of one customer."""
    orders = [world.control.buy(product, "collector")["orderId"] for _ in range(23)]
    world.learn(orders[0])
    client = world.client
    first = world.transaction(client.get_transaction_info(orders[0]).signedTransactionInfo)
    assert first.transactionId == orders[0] and first.price == 4_400_000 and first.currency == "KRW", first
    customer = first.appTransactionId
    pages, revision = [], None
    while True:
        page = client.get_transaction_history(customer, revision, TransactionHistoryRequest(), GetTransactionHistoryVersion.V2)
        pages.append([world.transaction(token).transactionId for token in page.signedTransactions])
        revision = page.revision
        if not page.hasMore:
            break
    assert [len(page) for page in pages] == [20, 3] and sum(pages, []) == orders, pages
    wanted = TransactionHistoryRequest(productTypes=[ProductType.CONSUMABLE], sort=Order.DESCENDING, revoked=False)
    page = client.get_transaction_history(customer, None, wanted, GetTransactionHistoryVersion.V2)
    assert world.transaction(page.signedTransactions[0]).transactionId == orders[-1]
    world.control.settle(orders[3], "refund", appIssue=True, percentage=50_000)
    page = client.get_transaction_history(customer, revision, TransactionHistoryRequest(), GetTransactionHistoryVersion.V2)
    changed = [world.transaction(token) for token in page.signedTransactions]
    assert [one.transactionId for one in changed] == [orders[3]] and changed[0].revocationReason == 1, changed
    refunds = client.get_refund_history(customer, None)
    assert [world.transaction(token).transactionId for token in refunds.signedTransactions] == [orders[3]]
    receipt = next(one["receiptId"] for one in list_sales(world) if one["orderId"] == orders[0])
    assert world.transaction(client.look_up_order_id(receipt).signedTransactions[0]).transactionId == orders[0]
    assert client.look_up_order_id("nothing").rawStatus == 1
    client.finish_transaction(orders[0])
    listed = client.get_transaction_history(orders[0], None, TransactionHistoryRequest(), GetTransactionHistoryVersion.V1)
    assert orders[0] not in [world.transaction(token).transactionId for token in listed.signedTransactions]
    world.verified += 1
    app = world.verifier.verify_and_decode_app_transaction(client.get_app_transaction_info(customer).signedAppTransactionInfo)
    assert app.appTransactionId == customer and app.appAppleId is not None
    world.fails(4040010, client.get_transaction_info, "1")
    world.fails(4000006, client.get_transaction_info, "no-number")
    world.fails(4000048, client.get_transaction_info, customer)
    return orders


def list_sales(world: World):
    with urllib.request.urlopen(f"{world.control.url}/simulator/control/purchases") as answer:
        return json.load(answer)["items"]


def tell_use(world: World, order: str, chain: str):
    """What the developer says of a purchase."""
    client = world.client
    told = ConsumptionRequest(
        customerConsented=True, sampleContentProvided=False, deliveryStatus=DeliveryStatus.DELIVERED, consumptionPercentage=100_000
    )
    client.send_consumption_information(order, told)
    world.fails(4000209, client.send_consumption_information, chain, told)
    refused = ConsumptionRequest(
        customerConsented=False, sampleContentProvided=False, deliveryStatus=DeliveryStatus.DELIVERED
    )
    world.fails(4000035, client.send_consumption_information, order, refused)
    old = ConsumptionRequestV1(
        customerConsented=True, rawConsumptionStatus=3, rawPlatform=1, sampleContentProvided=False, rawDeliveryStatus=0,
        appAccountToken="", rawAccountTenure=1, rawPlayTime=1, rawLifetimeDollarsRefunded=1, rawLifetimeDollarsPurchased=2,
        rawUserStatus=1, rawRefundPreference=2,
    )
    client.send_consumption_data(order, old)
    token = str(uuid.uuid4())
    client.set_app_account_token(chain, UpdateAppAccountTokenRequest(appAccountToken=token))
    assert world.transaction(client.get_transaction_info(chain).signedTransactionInfo).appAccountToken == token


def statuses(world: World, any_id: str, *wanted: Status):
    found = world.client.get_all_subscription_statuses(any_id, list(wanted) or None)
    assert found.bundleId == world.bundle and found.appAppleId == world.apple_id
    items = [item for group in found.data for item in group.lastTransactions]
    for item in items:
        transaction, renewal = world.transaction(item.signedTransactionInfo), world.renewal(item.signedRenewalInfo)
        assert transaction.originalTransactionId == renewal.originalTransactionId == item.originalTransactionId
    return [item.status for item in items]


def live(world: World, product: str):
    """A subscriber's life with everything in it; every kind of notice is sent on the way."""
    control = world.control
    chain = control.subscribe(product, "life", offer={"type": 1, "discount": "FREE_TRIAL", "period": "P1W", "price": "0", "currency": "KRW"})
    assert statuses(world, chain) == [Status.ACTIVE] and statuses(world, chain, Status.EXPIRED) == []
    control.days(8)
    control.change(chain, "cancel")
    control.change(chain, "resume")
    control.change(chain, "change-plan", productId="other", price="19900", currency="KRW", atOnce=True)
    control.change(chain, "change-plan", productId=product, price="9900", currency="KRW")
    control.change(chain, "keep-plan")
    control.change(chain, "redeem", offer={"type": 2, "id": "winter", "discount": "PAY_AS_YOU_GO", "price": "100", "currency": "KRW", "periods": 2})
    control.change(chain, "raise-price", price="29900", currency="KRW", needsConsent=True)
    control.change(chain, "accept-price")
    control.days(31)
    control.change(chain, "fail-billing")
    control.days(32)
    assert statuses(world, chain) == [Status.BILLING_GRACE_PERIOD]
    control.days(20)
    assert statuses(world, chain) == [Status.BILLING_RETRY]
    order = control.change(chain, "fix-billing")["orderId"]
    for action in ("request-refund", "decline-refund", "refund"):
        control.settle(order, action)
    assert statuses(world, chain) == [Status.REVOKED]
    control.settle(order, "reverse-refund")
    control.days(100)
    assert statuses(world, chain) == [Status.EXPIRED]
    family = control.subscribe(product, "family", family=True)
    control.change(family, "revoke")
    return chain


def extend(world: World, product: str):
    client = world.client
    chain = world.control.subscribe(product, "extended")
    ask = ExtendRenewalDateRequest(extendByDays=10, extendReasonCode=ExtendReasonCode.OTHER, requestIdentifier=str(uuid.uuid4()))
    answer = client.extend_subscription_renewal_date(chain, ask)
    assert answer.success and answer.originalTransactionId == chain and answer.webOrderLineItemId, answer
    assert world.transaction(client.get_transaction_info(chain).signedTransactionInfo).expiresDate == answer.effectiveDate
    request = str(uuid.uuid4())
    mass = MassExtendRenewalDateRequest(
        extendByDays=1, extendReasonCode=ExtendReasonCode.UNDECLARED, requestIdentifier=request, productId=product,
        storefrontCountryCodes=["KOR"],
    )
    assert client.extend_renewal_date_for_all_active_subscribers(mass).requestIdentifier == request
    status = client.get_status_of_subscription_renewal_date_extensions(request, product)
    assert status.complete and status.succeededCount >= 1, status
    world.fails(4040009, client.get_status_of_subscription_renewal_date_extensions, str(uuid.uuid4()), product)
    world.fails(4030005, client.extend_subscription_renewal_date, chain, ExtendRenewalDateRequest(
        extendByDays=1, extendReasonCode=ExtendReasonCode.OTHER, requestIdentifier=str(uuid.uuid4())))


def read_inbox(world: World):
    """Every notice that was sent, from its history."""
    client = world.client
    token = client.request_test_notification().testNotificationToken
    world.control.deliver()
    told = client.get_test_notification_status(token)
    assert world.notice(told.signedPayload).notificationType == NotificationTypeV2.TEST
    assert told.sendAttempts[0].sendAttemptResult is not None
    window = dict(startDate=int(time.time() * 1000) - DAY, endDate=int(time.time() * 1000) + 60_000)
    kinds, page_token, uuids = set(), None, []
    while True:
        page = client.get_notification_history(page_token, NotificationHistoryRequest(**window))
        for item in page.notificationHistory:
            notice = world.notice(item.signedPayload)
            kinds.add(notice.rawNotificationType)
            uuids.append(notice.notificationUUID)
        page_token = page.paginationToken
        if not page.hasMore:
            break
    assert len(uuids) == len(set(uuids)) > 20
    assert kinds == TYPES_BY_LIFE, kinds ^ TYPES_BY_LIFE
    failed = client.get_notification_history(None, NotificationHistoryRequest(onlyFailures=True, **window))
    expected = world.environment == Environment.PRODUCTION
    assert bool(failed.notificationHistory) == expected, "a SIMULATOR app takes the sandbox's notices, not production's"
    if expected:
        assert failed.notificationHistory[0].sendAttempts[0].sendAttemptResult == SendAttemptResult.UNSUCCESSFUL_HTTP_RESPONSE_CODE
    return len(uuids)


def main():
    url, folder, bundle, product, subscription = sys.argv[1], Path(sys.argv[2]), *sys.argv[3:6]
    worlds = [World(url, folder, bundle, environment) for environment in (Environment.SANDBOX, Environment.PRODUCTION)]
    report = {}
    for world in worlds:
        orders = look_up(world, product)
        chain = live(world, subscription)
        tell_use(world, orders[1], chain)
        extend(world, subscription)
        notices = read_inbox(world)
        report[world.environment.value] = {"verified": world.verified, "notices": notices, "order": orders[0]}
    other = report["Production"]["order"]
    worlds[0].fails(4040010, worlds[0].client.get_transaction_info, other)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
