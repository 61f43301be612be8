#!/usr/bin/env bash
# A game server of NHN Cloud IAP, in curl: what it sends is what it sends to NHN, only the host is ours.
#
#   docs/nhn-game-server.sh [BASE] [APP_KEY]
#
# BASE is http://127.0.0.1:3000 and APP_KEY demo-app-key when absent: what `cargo xtask run` serves.
# The app's part (reserve, pay, verify) is played through the native API and the TEST store, for NHN's SDK speaks a
# protocol of its own. Ends with 0 when every answer was right.
set -euo pipefail

BASE=${1:-http://127.0.0.1:3000}
APP_KEY=${2:-demo-app-key}
PLAYER="nhn-player-$$-$(date +%s)"
ORDER="nhn-order-$$-$(date +%s)"

fail() {
  echo "WRONG: $*" >&2
  exit 1
}

# The text value of a key: field JSON KEY
field() {
  sed -n "s/.*\"$2\":\"\([^\"]*\)\".*/\1/p" <<<"$1"
}

# The game server's calls: nhn PATH BODY
nhn() {
  curl -sS --max-time 10 -X POST "$BASE/v1/service/$1" \
    -H "X-NHN-TCIAP-AppKey: $APP_KEY" -H 'Content-Type: application/json' -d "$2"
}

# The app's calls: app PATH BODY
app() {
  curl -sS --max-time 10 -X POST "$BASE/api/v1/$1" -H "X-AppKey: $APP_KEY" -H 'Content-Type: application/json' -d "$2"
}

# is NAME ANSWER EXPECTED
is() {
  [[ $2 == "$3" ]] || fail "$1"$'\n'"  answered $2"$'\n'"  expected $3"
  echo "ok  $1"
}

echo "Player $PLAYER buys gem_100 at $BASE"

answer=$(nhn consumable "{\"marketId\": \"TEST\", \"userChannel\": \"GF\", \"userKey\": \"$PLAYER\"}")
is 'consumable: nothing yet' "$answer" '{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"success"},"result":[]}'

# The app reserves, pays in the store and hands in the proof.
reserved=$(app payments "{\"store\": \"TEST\", \"productId\": \"gem_100\", \"userKey\": \"$PLAYER\"}")
payment=$(field "$reserved" paymentSeq)
[[ $payment =~ ^[0-9]{16,}$ ]] || fail "reserve answered $reserved"
echo "ok  reserve: $payment"

proof="{\\\"orderId\\\":\\\"$ORDER\\\",\\\"productId\\\":\\\"gem_100\\\",\\\"price\\\":\\\"1500\\\",\\\"currency\\\":\\\"KRW\\\"}"
verified=$(app "payments/$payment/verify" "{\"proof\": {\"token\": \"$proof\"}}")
[[ $(field "$verified" status) == SUCCESS ]] || fail "verify answered $verified"
echo 'ok  verify: SUCCESS'

# The game server lists what it has not granted yet.
answer=$(nhn consumable "{\"marketId\": \"TEST\", \"userChannel\": \"GF\", \"userKey\": \"$PLAYER\"}")
token=$(field "$answer" accessToken)
product=$(sed -n 's/.*"productSeq":\([0-9]*\).*/\1/p' <<<"$answer")
[[ ${#token} == 86 ]] || fail "consumable answered $answer"
is 'consumable: the payment' "$answer" '{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"success"},"result":[{"paymentSeq":"'"$payment"'","productSeq":'"$product"',"currency":"KRW","price":1500,"accessToken":"'"$token"'"}]}'

# Here a game server writes its ledger and grants the goods. Only then it consumes.
answer=$(nhn consume "{\"paymentSeq\": \"$payment\", \"accessToken\": \"$token\"}")
is 'consume: once' "$answer" '{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"result":{"price":1500,"currency":"KRW","productSeq":'"$product"'}}'

answer=$(nhn consume "{\"paymentSeq\": \"$payment\", \"accessToken\": \"$token\"}")
[[ $answer == '{"header":{"isSuccessful":false,"resultCode":5018,'* ]] || fail "a second consume answered $answer"
echo 'ok  consume: 5018 the second time'

answer=$(nhn consume "{\"paymentSeq\": \"$payment\", \"accessToken\": \"not the token\"}")
[[ $answer == '{"header":{"isSuccessful":false,"resultCode":5000,'* ]] || fail "a wrong token answered $answer"
echo 'ok  consume: 5000 with a wrong token'

answer=$(nhn consumable "{\"marketId\": \"TEST\", \"userChannel\": \"GF\", \"userKey\": \"$PLAYER\"}")
is 'consumable: nothing left' "$answer" '{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"success"},"result":[]}'

answer=$(nhn activeSubscriptionList "{\"marketId\": \"AS\", \"packageName\": \"com.example.demo\", \"userChannel\": \"GF\", \"userKey\": \"$PLAYER\"}")
is 'activeSubscriptionList: none' "$answer" '{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"result":[]}'

echo 'Everything answered as NHN Cloud IAP does.'
