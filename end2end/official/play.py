"""The simulated Google Play, driven by Google's Python client and by google-auth.

    python play.py URL FOLDER PACKAGE PRODUCT SUBSCRIPTION

FOLDER has the app's `service-account.json`. Prints what was done, as JSON.
"""

import base64
import json
import queue
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from google.auth.transport import requests
from google.oauth2 import id_token, service_account
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

SCOPES = ["https://www.googleapis.com/auth/androidpublisher"]


class Inbox:
    """The app's Pub/Sub push endpoint; checks who pushes as Google's own library does."""

    def __init__(self, url: str):
        self.url, self.messages, self.verified = url, queue.Queue(), 0
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                inbox.messages.put((self.headers["authorization"].removeprefix("Bearer "), body))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/push"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def read(self) -> list[dict]:
        """What came since the last time, checked."""
        found = []
        while not self.messages.empty():
            token, body = self.messages.get()
            claims = id_token.verify_token(token, requests.Request(), self.address, f"{self.url}/simulator/oauth2/v1/certs")
            assert claims["iss"] == "https://accounts.google.com" and claims["email_verified"] is True, claims
            message = body["message"]
            assert message["messageId"] == message["message_id"] and body["subscription"].startswith("projects/")
            self.verified += 1
            found.append(json.loads(base64.b64decode(message["data"])))
        return found


class Play:
    def __init__(self, url: str, folder: Path, package: str):
        self.url, self.package = url, package
        info = json.loads((folder / "service-account.json").read_text())
        info["token_uri"] = f"{url}/simulator/token"
        self.public = load_pem_private_key(info["private_key"].encode(), None).public_key()
        credentials = service_account.Credentials.from_service_account_info(info, scopes=SCOPES)
        options = {"api_endpoint": f"{url}/simulator/"}
        self.api = build("androidpublisher", "v3", credentials=credentials, client_options=options)
        self.purchases, self.orders = self.api.purchases(), self.api.orders()
        self.inbox = Inbox(url)
        self.control("notice-address", {"storeAppId": package, "url": self.inbox.address}, "PUT")

    def control(self, path: str, body: dict, method: str = "POST"):
        data, headers = json.dumps(body).encode(), {"content-type": "application/json"}
        request = urllib.request.Request(f"{self.url}/simulator/control/{path}", data, headers, method=method)
        with urllib.request.urlopen(request) as response:
            answer = response.read()
        return json.loads(answer) if answer else None

    def seconds(self, seconds: int):
        self.control("clock", {"advanceMillis": seconds * 1000})

    def days(self, days: int):
        self.control("clock", {"advanceDays": days})

    def buy(self, product: str, player: str, **changes) -> dict:
        sale = {"store": "GG", "storeAppId": self.package, "productId": product, "player": player, "price": "4400", "currency": "KRW"}
        sold = self.control("purchases", sale | changes)
        proof = sold["proof"]
        signature = base64.b64decode(proof["signature"])
        self.public.verify(signature, proof["data"].encode(), padding.PKCS1v15(), hashes.SHA1())
        assert json.loads(proof["data"])["purchaseToken"] == proof["purchaseToken"]
        return sold

    def subscribe(self, product: str, player: str, **changes) -> dict:
        plan = {"store": "GG", "storeAppId": self.package, "productId": product, "player": player, "price": "9900", "currency": "KRW"}
        return self.control("subscriptions", plan | changes)

    def change(self, chain: str, action: str, **body) -> dict:
        return self.control(f"subscriptions/{chain}/{action}", body)

    def settle(self, order: str, action: str, **body):
        return self.control(f"transactions/{order}/{action}", {"storeAppId": self.package} | body)

    def kinds(self) -> list:
        """What was told since the last time: a type's number, or which other kind."""
        self.control("notices/deliver", {})
        kinds = []
        for told in self.inbox.read():
            assert told["packageName"] == self.package and told["eventTimeMillis"].isdigit(), told
            name = next(name for name in told if name.endswith("Notification"))
            kinds.append(told[name].get("notificationType", name))
        return kinds

    def product(self, sold: dict, version: int = 1) -> dict:
        token = sold["proof"]["purchaseToken"]
        if version == 2:
            return self.purchases.productsv2().getproductpurchasev2(packageName=self.package, token=token).execute()
        return self.purchases.products().get(packageName=self.package, productId=sold["productId"], token=token).execute()

    def subscription(self, token: str) -> dict:
        return self.purchases.subscriptionsv2().get(packageName=self.package, token=token).execute()

    def fails(self, status: int, reason: str, request):
        try:
            request.execute()
        except HttpError as error:
            found = json.loads(error.content)["error"]["errors"][0]["reason"]
            assert (error.status_code, found) == (status, reason), (error.status_code, found, reason)
            return
        raise AssertionError(f"not refused: {reason}")


def products(play: Play, product: str):
    names = {"packageName": play.package, "productId": product}
    api = play.purchases.products()
    sold = play.buy(product, "one", accountToken="6ba7b810-9dad-11d1-80b4-00c04fd430c8", profileId="hero")
    token = sold["proof"]["purchaseToken"]
    found = play.product(sold)
    assert (found["purchaseState"], found["consumptionState"], found["acknowledgementState"], found["purchaseType"]) == (0, 0, 0, 0)
    assert found["orderId"] == sold["orderId"] and found["obfuscatedExternalProfileId"] == "hero"
    assert play.kinds() == [1]
    assert api.acknowledge(**names, token=token, body={"developerPayload": "x"}).execute() in ("", None)
    assert api.consume(**names, token=token).execute() in ("", None)
    play.fails(400, "invalidPurchaseState", api.consume(**names, token=token))
    newer = play.product(sold, 2)
    assert newer["acknowledgementState"] == "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED"
    item = newer["productLineItem"][0]["productOfferDetails"]
    assert item["consumptionState"] == "CONSUMPTION_STATE_CONSUMED" and newer["testPurchaseContext"] == {"fopType": "TEST"}
    order = play.orders.get(packageName=play.package, orderId=sold["orderId"]).execute()
    assert order["state"] == "PROCESSED" and order["total"] == {"currencyCode": "KRW", "units": "4400"}
    assert order["purchaseToken"] == token
    # Paid in cash, later.
    pending = play.buy(product, "two", pending=True)
    assert play.product(pending)["purchaseState"] == 2 and "orderId" not in play.product(pending) and play.kinds() == []
    pending_token = pending["proof"]["purchaseToken"]
    play.fails(400, "invalidPurchaseState", api.acknowledge(**names, token=pending_token, body={}))
    play.settle(pending["orderId"], "pay")
    assert play.product(pending)["purchaseState"] == 0 and play.kinds() == [1]
    dropped = play.buy(product, "three", pending=True)
    play.settle(dropped["orderId"], "drop-payment")
    assert play.product(dropped, 2)["purchaseStateContext"] == {"purchaseState": "CANCELLED"} and play.kinds() == [2]
    # Codes and rewards, and what nobody acknowledges.
    coded = play.buy(product, "four", origin="PROMO_CODE", world="Production")
    assert play.product(coded)["purchaseType"] == 1 and "orderId" not in play.product(coded)
    assert play.product(play.buy(product, "four", origin="REWARDED", world="Production"))["purchaseType"] == 2
    ordinary = play.buy(product, "four", world="Production")
    assert "purchaseType" not in play.product(ordinary) and "testPurchaseContext" not in play.product(ordinary, 2)
    play.kinds()
    play.seconds(181)
    assert play.product(pending)["purchaseState"] == 1 and play.kinds() == ["voidedPurchaseNotification"]
    play.days(3)
    assert play.product(ordinary)["purchaseState"] == 1
    play.kinds()
    play.fails(404, "purchaseTokenNotFound", api.get(**names, token="abcdefghijklmnopqrstuvwx.AO-J1Oabc"))
    play.fails(400, "invalid", api.get(**names, token="nonsense"))
    play.fails(400, "invalid", api.get(packageName=play.package, productId="other", token=token))
    play.fails(404, "applicationNotFound", api.get(packageName="com.nobody", productId=product, token=token))
    play.fails(410, "purchaseTokenNoLongerValid", play.purchases.subscriptionsv2().get(packageName=play.package, token=token))


def refunds(play: Play, product: str):
    sold = play.buy(product, "many", quantity=3, price="3000")
    token, order = sold["proof"]["purchaseToken"], sold["orderId"]
    names = {"packageName": play.package, "productId": product, "token": token}
    play.purchases.products().acknowledge(**names, body={}).execute()
    play.settle(order, "refund", quantity=1)
    assert play.product(sold)["refundableQuantity"] == 2 and play.product(sold)["purchaseState"] == 0
    found = play.orders.get(packageName=play.package, orderId=order).execute()
    assert found["state"] == "PARTIALLY_REFUNDED", found
    play.orders.refund(packageName=play.package, orderId=order, revoke=True).execute()
    assert play.product(sold)["purchaseState"] == 1
    play.fails(400, "invalidPurchaseState", play.orders.refund(packageName=play.package, orderId=order, revoke=True))
    play.kinds()
    kept = play.buy(product, "kept")
    play.purchases.products().acknowledge(packageName=play.package, productId=product, token=kept["proof"]["purchaseToken"], body={}).execute()
    play.orders.refund(packageName=play.package, orderId=kept["orderId"]).execute()
    assert play.product(kept)["purchaseState"] == 0
    both = play.orders.batchget(packageName=play.package, orderIds=[order, kept["orderId"]]).execute()["orders"]
    assert [one["state"] for one in both] == ["REFUNDED", "REFUNDED"], both
    assert both[0]["orderHistory"].keys() == {"processedEvent", "refundEvent", "partialRefundEvents"}
    play.fails(404, "notFound", play.orders.batchget(packageName=play.package, orderIds=[order, "GPA.0"]))
    # A bank asks.
    play.settle(kept["orderId"], "request-refund")
    play.control("notices/deliver", {})
    asked = next(told for told in play.inbox.read() if "pendingRefundReviewNotification" in told)["pendingRefundReviewNotification"]
    answer = {"pendingRefundToken": asked["pendingRefundToken"], "refundPreference": "DECLINE", "sampleContentProvided": False}
    review = play.orders.reviewrefund
    review(packageName=play.package, orderId=asked["orderId"], body=answer).execute()
    review(packageName=play.package, orderId=asked["orderId"], body=answer).execute()
    play.fails(400, "invalid", review(packageName=play.package, orderId=order, body=answer))
    # What was taken back.
    api = play.purchases.voidedpurchases()
    whole = api.list(packageName=play.package).execute()["voidedPurchases"]
    parts = api.list(packageName=play.package, includeQuantityBasedPartialRefund=True).execute()["voidedPurchases"]
    assert len(parts) > len(whole) and {8, 0} <= {one["voidedReason"] for one in whole}, whole
    assert all(one["kind"] == "androidpublisher#voidedPurchase" for one in parts)
    page = api.list(packageName=play.package, maxResults=1).execute()
    seen = [one["orderId"] for one in page["voidedPurchases"]]
    while "tokenPagination" in page:
        page = api.list(packageName=play.package, maxResults=1, token=page["tokenPagination"]["nextPageToken"]).execute()
        seen += [one["orderId"] for one in page.get("voidedPurchases", [])]
    assert sorted(seen) == sorted(one["orderId"] for one in whole)
    play.fails(400, "invalid", api.list(packageName=play.package, startTime="1000"))


def subscriptions(play: Play, product: str):
    api, package = play.purchases.subscriptionsv2(), play.package
    acknowledge = lambda token, body={}: play.purchases.subscriptions().acknowledge(
        packageName=package, subscriptionId=product, token=token, body=body).execute()
    sold = play.subscribe(product, "life", world="Production", graceDays=3,
                          offer={"type": 1, "id": "trial", "discount": "FREE_TRIAL", "period": "P1W", "price": "0", "currency": "KRW"})
    chain, token = sold["chainId"], sold["proof"]["purchaseToken"]
    found = play.subscription(token)
    assert found["subscriptionState"] == "SUBSCRIPTION_STATE_ACTIVE" and "testPurchase" not in found
    [item] = found["lineItems"]
    assert item["offerPhase"] == {"freeTrial": {}} and item["offerDetails"] == {"basePlanId": "monthly", "offerId": "trial"}
    assert item["autoRenewingPlan"]["autoRenewEnabled"] is True
    acknowledge(token)
    assert play.kinds() == [4]
    play.days(8)
    [item] = play.subscription(token)["lineItems"]
    assert item["offerPhase"] == {"basePrice": {}} and item["latestSuccessfulOrderId"] == f"{sold['orderId']}..0"
    assert play.kinds() == [2]
    etag = play.subscription(token)["etag"]
    defer = lambda **changes: api.defer(packageName=package, token=token, body={
        "deferralContext": {"deferDuration": "864000s", "etag": etag} | changes})
    assert defer(validateOnly=True).execute()["itemExpiryTimeDetails"][0]["productId"] == product
    later = defer().execute()["itemExpiryTimeDetails"][0]["expiryTime"]
    assert play.subscription(token)["lineItems"][0]["expiryTime"] == later
    play.fails(409, "concurrentUpdate", defer())
    api.cancel(packageName=package, token=token, body={"cancellationContext": {"cancellationType": "USER_REQUESTED_STOP_RENEWALS"}}).execute()
    found = play.subscription(token)
    assert found["subscriptionState"] == "SUBSCRIPTION_STATE_CANCELED" and "cancelTime" in found["canceledStateContext"]["userInitiatedCancellation"]
    play.change(chain, "resume")
    play.change(chain, "pause", days=7)
    play.days(42)
    found = play.subscription(token)
    assert found["subscriptionState"] == "SUBSCRIPTION_STATE_PAUSED" and "autoResumeTime" in found["pausedStateContext"], found
    play.days(7)
    assert play.subscription(token)["subscriptionState"] == "SUBSCRIPTION_STATE_ACTIVE"
    assert play.kinds() == [9, 3, 7, 11, 10, 1]
    play.change(chain, "fail-billing")
    play.days(30)
    found = play.subscription(token)
    assert found["subscriptionState"] == "SUBSCRIPTION_STATE_IN_GRACE_PERIOD", found
    assert found["inGracePeriodStateContext"]["renewalDeclined"]["pendingOrderId"] == f"{sold['orderId']}..2"
    play.days(3)
    assert play.subscription(token)["subscriptionState"] == "SUBSCRIPTION_STATE_ON_HOLD"
    play.change(chain, "fix-billing")
    play.change(chain, "raise-price", price="19900", currency="KRW", needsConsent=True)
    change = play.subscription(token)["lineItems"][0]["autoRenewingPlan"]["priceChangeDetails"]
    assert change["priceChangeState"] == "OUTSTANDING" and change["newPrice"]["units"] == "19900"
    play.change(chain, "accept-price")
    assert play.kinds() == [6, 5, 1, 19, 19]
    # Another plan at the next renewal: another token at once, with the plan that runs and the one to come.
    later = play.change(chain, "change-plan", productId="other", price="5000", currency="KRW")["proof"]["purchaseToken"]
    found = play.subscription(later)
    running, coming = found["lineItems"]
    assert found["linkedPurchaseToken"] == token and running["deferredItemReplacement"] == {"productId": "other"}, found
    assert running["productId"] == product and coming["productId"] == "other" and "expiryTime" not in coming
    assert running["latestSuccessfulOrderId"].startswith(sold["orderId"])
    acknowledge(later)
    play.days(32)
    [item] = play.subscription(later)["lineItems"]
    assert item["productId"] == "other" and item["latestSuccessfulOrderId"].endswith("..0")
    assert play.kinds() == [4, 2]
    token = play.change(chain, "change-plan", productId=product, price="9900", currency="KRW", atOnce=True)["proof"]["purchaseToken"]
    acknowledge(token)
    play.kinds()
    # Another plan at once: another token, and the one before says so.
    upgraded = play.change(chain, "change-plan", productId="other", price="29900", currency="KRW", atOnce=True)
    newer = upgraded["proof"]["purchaseToken"]
    found = play.subscription(newer)
    assert newer != token and found["linkedPurchaseToken"] == token and found["lineItems"][0]["productId"] == "other"
    assert "replacementCancellation" in play.subscription(token)["canceledStateContext"]
    acknowledge(newer)
    api.revoke(packageName=package, token=newer, body={"revocationContext": {"proratedRefund": {}}}).execute()
    found = play.subscription(newer)
    assert found["subscriptionState"] == "SUBSCRIPTION_STATE_EXPIRED" and "developerInitiatedCancellation" in found["canceledStateContext"]
    assert play.kinds() == [4, 12, "voidedPurchaseNotification"]
    # Signed up again in Play itself.
    again = play.subscribe(product, "life", world="Production", outOfApp=True)["proof"]["purchaseToken"]
    found = play.subscription(again)
    assert found["outOfAppPurchaseContext"]["expiredPurchaseToken"] == newer and "linkedPurchaseToken" not in found
    acknowledge(again, {"externalAccountIds": {"obfuscatedAccountId": "somebody"}})
    found = play.subscription(again)
    assert "outOfAppPurchaseContext" not in found
    assert found["externalAccountIdentifiers"]["obfuscatedExternalAccountId"] == "somebody"
    play.days(1)
    with_subscriptions = play.purchases.voidedpurchases().list(packageName=package, type=1).execute()["voidedPurchases"]
    assert newer in {one["purchaseToken"] for one in with_subscriptions}
    # One that ends, and is forgotten two months later.
    short = play.subscribe(product, "short", period="P1W")
    token = short["proof"]["purchaseToken"]
    assert play.subscription(token)["testPurchase"] == {}
    acknowledge(token)
    play.purchases.subscriptions().cancel(packageName=package, subscriptionId=product, token=token).execute()
    play.days(8)
    assert play.subscription(token)["subscriptionState"] == "SUBSCRIPTION_STATE_EXPIRED"
    play.days(61)
    play.fails(410, "subscriptionPurchaseNoLongerAvailable", api.get(packageName=package, token=token))


def catalog(play: Play, product: str, subscription: str):
    monetization = play.api.monetization()
    listed = monetization.onetimeproducts().list(packageName=play.package).execute()["oneTimeProducts"]
    assert product in {one["productId"] for one in listed}
    one = monetization.onetimeproducts().get(packageName=play.package, productId=product).execute()
    assert one["purchaseOptions"][0]["state"] == "ACTIVE"
    page = monetization.subscriptions().list(packageName=play.package, pageSize=1).execute()
    assert len(page["subscriptions"]) == 1 and page["nextPageToken"]
    page = monetization.subscriptions().list(packageName=play.package, pageSize=1, pageToken=page["nextPageToken"]).execute()
    assert len(page["subscriptions"]) == 1 and "nextPageToken" not in page
    assert monetization.subscriptions().get(packageName=play.package, productId=subscription).execute()["basePlans"]
    offers = monetization.subscriptions().basePlans().offers()
    assert offers.list(packageName=play.package, productId="-", basePlanId="-").execute() == {}
    play.fails(403, "forbidden", play.api.inappproducts().list(packageName=play.package))


def faults(play: Play, product: str):
    sold = play.buy(product, "faulty")
    read = play.purchases.productsv2().getproductpurchasev2(packageName=play.package, token=sold["proof"]["purchaseToken"])
    for status, reason, expected in [
        (401, "permissionDenied", "permissionDenied"), (409, None, "concurrentUpdate"), (410, None, "purchaseTokenNoLongerValid"),
        (429, None, "rateLimitExceeded"), (503, None, "backendError"), (403, "projectNotLinked", "projectNotLinked"),
    ]:
        play.control("faults", {"api": {"status": status, "reason": reason}}, "PUT")
        play.fails(status, expected, read)
    play.control("faults", {}, "PUT")
    play.control("push-keys/rotate", {})
    play.control("notices", {"store": "GG", "storeAppId": play.package, "notificationType": "TEST"})
    assert "testNotification" in play.kinds()


def main():
    url, folder, package, product, subscription = sys.argv[1], Path(sys.argv[2]), *sys.argv[3:6]
    play = Play(url, folder, package)
    products(play, product)
    refunds(play, product)
    subscriptions(play, subscription)
    catalog(play, product, subscription)
    faults(play, product)
    print(json.dumps({"verified": play.inbox.verified}))


if __name__ == "__main__":
    main()
