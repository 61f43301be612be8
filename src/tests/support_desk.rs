//! What staff do for a player: deliver again, close, assign and reassign, write notes; and what a payment's page tells them first.

use axum::http::StatusCode;
use futures::future::join_all;
use purser::audit::{self, By};
use purser::console::said::said;
use purser::error::Error;
use purser::model::{
    Answer, AuditQuery, ClosedBy, EventKind, NOTE_CHARS_MAX, NOTES_MAX, Payment, PaymentEvent, PaymentQuery, PaymentSeq,
    RefundedBy, Timestamp, Undelivered,
};
use purser::notes::{self, About};
use purser::payments::{self, Assignment, Explained};
use purser::projects;
use purser::statistics;
use purser::users::{self, User};
use serde_json::json;

use crate::apple_life::{self, CHAIN, MONTH, apple_app, gem, period, renewal, tell, told, unconsumed};
use crate::goods::{bring, consume, proof};
use crate::google_payments::Play;
use crate::shop::{Shop, text};
use crate::support::{START, TestState, on_both};

const BY: By = By::System("test");

fn seq(text: &str) -> PaymentSeq {
    PaymentSeq(text.to_owned())
}

fn user(key: &str) -> User {
    User { channel: "GF".into(), key: key.into() }
}

/// A purchase the player's app brought; its number.
async fn bought(state: &TestState, shop: &Shop, player: &str, id: &str) -> String {
    let (status, body) = bring(shop, player, &proof(state, &gem(id, json!({})))).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    text(&body, "paymentSeq")
}

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    result.expect_err("is refused").code().to_owned()
}

async fn reopen(state: &TestState, shop: &Shop, number: &str) -> Result<(), Error> {
    payments::reopen(state, &BY, &shop.project, &seq(number), "never arrived, ticket 7", None).await
}

async fn assign(state: &TestState, shop: &Shop, number: &str, player: &str, is_new: bool) -> Result<Payment, Error> {
    let user = user(player);
    let input = Assignment { user: &user, is_new, reason: "ticket 77" };
    payments::assign_user(state, &BY, &shop.project, &seq(number), input).await
}

async fn explained(state: &TestState, shop: &Shop, number: &str) -> Explained {
    let payment = payments::find(state, &shop.project, &seq(number)).await.expect("a payment");
    payments::explain(state, &shop.project, &[payment]).await.expect("explained").remove(0)
}

/// What was done to a payment, by the audit log; the newest first.
async fn audited(state: &TestState, number: &str) -> Vec<(String, Option<String>, Option<String>)> {
    let query = AuditQuery { target: Some(format!("payment:{number}")), ..AuditQuery::default() };
    let rows = audit::list(state, &query).await.expect("a list").items;
    rows.into_iter().map(|row| (row.action, row.before, row.after)).collect()
}

/// Expects the console to understand every line that this server and the stores wrote into the project's timelines, so that it says
/// them in the reader's language.
pub async fn expect_understood(state: &TestState, shop: &Shop) {
    let query = PaymentQuery { limit: 100, ..PaymentQuery::default() };
    for payment in payments::list(state, &shop.project, &query).await.expect("a list").items {
        let detail = payments::get_detail(state, &shop.project, &payment.payment_seq).await.expect("a payment");
        // A finish that failed is told in the store's own words, and a correction in those of whoever made it.
        let is_ours = |line: &&PaymentEvent| !matches!(line.kind, EventKind::Finish | EventKind::Correct);
        for line in detail.events.iter().filter(|line| line.reason.is_some()).filter(is_ours) {
            assert!(said(line).text.is_some(), "no words in console/said.rs for {line:?}");
        }
    }
}

/// Told by the store alone, so that nobody is known for it.
async fn nobodys(state: &TestState, shop: &Shop, id: &str) -> String {
    tell(state, shop, &told("ONE_TIME_CHARGE", None, gem(id, json!({ "appTransactionId": format!("99{id}") })))).await;
    text(&apple_life::payment_of(shop, id).await, "paymentSeq")
}

on_both! {
    async fn what_the_game_consumed_is_delivered_once_more(state: TestState) {
        let shop = apple_life::open(&state).await;
        let number = bought(&state, &shop, "player-1", "1").await;
        assert_eq!(code(reopen(&state, &shop, &number).await), "NOT_REOPENABLE", "it is open already");
        let old = shop.access_token(&state, &number).await;
        assert_eq!(shop.consume(&number, &old).await.0, StatusCode::OK);
        assert!(matches!(explained(&state, &shop, &number).await.answer, Answer::Delivered { .. }));
        reopen(&state, &shop, &number).await.expect("is opened");
        let Answer::Undelivered { cause: Undelivered::Reopened, .. } = explained(&state, &shop, &number).await.answer else {
            panic!("it waits to be consumed");
        };
        // Whoever repeats the consume of before is not given the goods once more, and nobody else is.
        let (status, body) = shop.consume(&number, &old).await;
        assert_eq!((status, &body["code"]), (StatusCode::FORBIDDEN, &json!("ACCESS_TOKEN_INVALID")), "{body}");
        let (_, body) = bring(&shop, "player-2", &proof(&state, &gem("1", json!({})))).await;
        assert_eq!(body["code"], "OWNED_BY_ANOTHER_USER", "{body}");
        assert_eq!((unconsumed(&shop, "player-1").await, unconsumed(&shop, "player-2").await), (1, 0));
        let all = join_all((0..6).map(|_| consume(&state, &shop, &number))).await;
        assert_eq!(all.iter().filter(|answer| *answer == "SUCCESS").count(), 1, "{all:?}");
        let stale = payments::reopen(&state, &BY, &shop.project, &seq(&number), "ticket 7", Some(Timestamp(1))).await;
        assert_eq!(code(stale), "REOPENED_MEANWHILE", "another operator was quicker");
        for _ in 0..2 {
            reopen(&state, &shop, &number).await.expect("is opened");
            assert_eq!(consume(&state, &shop, &number).await, "SUCCESS");
        }
        assert_eq!(code(reopen(&state, &shop, &number).await), "REOPENED_TOO_OFTEN");
        let done = audited(&state, &number).await;
        assert_eq!(done.iter().filter(|(action, ..)| action == "payment.reopen").count(), 3, "{done:?}");
        let events = shop.payment(&number).await["events"].clone();
        let opened = events.as_array().expect("lines").iter().find(|line| line["kind"] == "REOPEN").expect("a line");
        assert_eq!(opened["reason"], "never arrived, ticket 7");
    }

    async fn what_was_refunded_or_consumed_elsewhere_is_not_delivered_again(state: TestState) {
        let shop = apple_life::open(&state).await;
        let refunded = bought(&state, &shop, "player-1", "1").await;
        consume(&state, &shop, &refunded).await;
        payments::refund(&state, &BY, &shop.project, &seq(&refunded), "asked").await.expect("refunds");
        assert_eq!(code(reopen(&state, &shop, &refunded).await), "NOT_REOPENABLE");
        let imported = bought(&state, &shop, "player-1", "2").await;
        let app = apple_app(&state, &shop.project).await;
        payments::import_consumed(&state, &BY, &shop.project, app, b"orderId\n2\n").await.expect("imports");
        assert_eq!(code(reopen(&state, &shop, &imported).await), "NOT_REOPENABLE", "another server gave the goods");
        assert!(matches!(explained(&state, &shop, &imported).await.answer, Answer::DeliveredElsewhere { .. }));
        // Taken back after it was opened: rule 4.
        let reopened = bought(&state, &shop, "player-1", "3").await;
        consume(&state, &shop, &reopened).await;
        reopen(&state, &shop, &reopened).await.expect("is opened");
        payments::refund(&state, &BY, &shop.project, &seq(&reopened), "asked").await.expect("refunds");
        assert_eq!(consume(&state, &shop, &reopened).await, "REFUNDED");
        assert!(code(reopen(&state, &shop, "no-such-payment").await) == "NOT_FOUND");
    }

    async fn what_was_never_paid_is_closed_and_is_no_refund(state: TestState) {
        let shop = apple_life::open(&state).await;
        let (number, token) = shop.reserve("AS", "player-1", "gem_100").await;
        assert!(matches!(explained(&state, &shop, &number).await.answer, Answer::NeverPaid { .. }));
        assert_eq!(code(payments::refund(&state, &BY, &shop.project, &seq(&number), "asked").await), "NOT_REFUNDABLE");
        let close = async |reason: &str| payments::close_by_staff(&state, &BY, &shop.project, &seq(&number), reason).await;
        assert!(close(" ").await.expect_err("needs a reason").to_string().starts_with("reason"));
        close("never paid").await.expect("is closed");
        assert_eq!(code(close("again").await), "NOT_OPEN");
        assert_eq!(shop.payment(&number).await["status"], "USER_CLOSE");
        let said = explained(&state, &shop, &number).await.answer;
        assert!(matches!(said, Answer::Closed { by: ClosedBy::Time, .. }), "by whoever acted: {said:?}");
        let totals = statistics::sum_of_user(&state, &shop.project, &user("player-1")).await.expect("sums");
        assert!(totals.is_empty(), "{totals:?}");
        // The player paid after all.
        let late = gem("1", json!({ "appAccountToken": token }));
        let (status, body) = shop.verify(&number, &proof(&state, &late)).await;
        assert_eq!((status, &body["paymentSeq"]), (StatusCode::OK, &json!(number)), "{body}");
        assert_eq!(code(close("paid").await), "NOT_OPEN");
        let (action, before, after) = audited(&state, &number).await.remove(0);
        assert_eq!(action, "payment.close");
        assert!(before.is_some_and(|text| text.contains("RESERVED")) && after.is_some_and(|text| text.contains("USER_CLOSE")));
    }

    async fn a_purchase_is_assigned_to_a_player_that_exists_and_reassigned_until_it_is_consumed(state: TestState) {
        let shop = apple_life::open(&state).await;
        apple_life::account_token(&shop, "kim_0021").await;
        let number = nobodys(&state, &shop, "7").await;
        assert!(matches!(explained(&state, &shop, &number).await.answer, Answer::WithoutUser { .. }));
        let mistyped = assign(&state, &shop, &number, "kim_0O21", false).await.expect_err("nobody's id").to_string();
        assert!(mistyped.starts_with("isNew"), "{mistyped}");
        assign(&state, &shop, &number, "kim_0O21", true).await.expect("staff insist");
        let wrong = shop.access_token(&state, &number).await;
        assert_eq!(unconsumed(&shop, "kim_0O21").await, 1);
        let given = assign(&state, &shop, &number, "kim_0021", false).await.expect("is reassigned");
        assert_eq!((given.user_key.as_str(), unconsumed(&shop, "kim_0O21").await), ("kim_0021", 0));
        assert_eq!(shop.consume(&number, &wrong).await.1["code"], "ACCESS_TOKEN_INVALID", "of whom it was before");
        let lines = shop.payment(&number).await["events"].clone();
        let last = lines.as_array().expect("lines").iter().rfind(|line| line["kind"] == "ASSIGN").expect("a line").clone();
        assert_eq!(last["reason"], "from kim_0O21 (GF) to kim_0021 (GF): ticket 77");
        let (_, before, after) = audited(&state, &number).await.remove(0);
        assert!(before.is_some_and(|text| text.contains("kim_0O21")) && after.is_some_and(|text| text.contains("kim_0021")));
        assert_eq!(consume(&state, &shop, &number).await, "SUCCESS");
        assert_eq!(code(assign(&state, &shop, &number, "kim_0O21", true).await), "HAS_USER");
        reopen(&state, &shop, &number).await.expect("is opened");
        assert_eq!(code(assign(&state, &shop, &number, "kim_0O21", true).await), "HAS_USER", "the goods were given once");
        // Whose it is by its token, staff do not change.
        let own = bought(&state, &shop, "player-1", "8").await;
        assert_eq!(code(assign(&state, &shop, &own, "kim_0021", false).await), "HAS_USER");
        let known = users::find_activity(&state, &shop.project, &user("kim_0021")).await.expect("reads");
        assert_eq!(known.map(|activity| activity.payments), Some(1));
        assert_eq!(users::find_activity(&state, &shop.project, &user("nobody")).await.expect("reads"), None);
    }

    async fn a_whole_subscription_is_reassigned_unless_a_period_was_consumed(state: TestState) {
        let shop = apple_life::open(&state).await;
        let product = json!({ "productId": "gems_monthly" });
        let first = period("1", 0, product.clone());
        tell(&state, &shop, &told("SUBSCRIBED", None, first).renewing(renewal(0, product.clone()))).await;
        let number = text(&apple_life::payment_of(&shop, "1").await, "paymentSeq");
        assign(&state, &shop, &number, "wrong", true).await.expect("is assigned");
        let second = period("2", MONTH, product.clone());
        tell(&state, &shop, &told("DID_RENEW", None, second).renewing(renewal(MONTH, product))).await;
        assert_eq!(unconsumed(&shop, "wrong").await, 2);
        assign(&state, &shop, &number, "right", true).await.expect("is reassigned");
        assert_eq!((unconsumed(&shop, "wrong").await, unconsumed(&shop, "right").await), (0, 2));
        let chain = apple_life::subscription(&shop).await;
        assert_eq!((&chain["userKey"], &chain["originalOrderId"]), (&json!("right"), &json!(CHAIN)), "{chain}");
        let later = text(&apple_life::payment_of(&shop, "2").await, "paymentSeq");
        assert_eq!(consume(&state, &shop, &later).await, "SUCCESS");
        assert_eq!(code(assign(&state, &shop, &number, "wrong", true).await), "HAS_USER");
        assert_eq!(unconsumed(&shop, "right").await, 1);
    }

    async fn notes_are_added_and_shown_on_payment_and_player(state: TestState) {
        let shop = apple_life::open(&state).await;
        let number = bought(&state, &shop, "player-1", "1").await;
        let (about, player) = (seq(&number), user("player-1"));
        let add = async |about: About<'_>, text: &str| notes::add(&state, &BY, &shop.project, about, text).await;
        add(About::Payment(&about), " Receipt seen\nby mail ").await.expect("is added");
        state.clock.advance(1_000);
        add(About::User(&player), "환불 요청이 잦음").await.expect("is added");
        let payment = payments::find(&state, &shop.project, &about).await.expect("a payment");
        let shown = notes::list_of_payment(&state, &shop.project, &payment).await.expect("a list");
        let on_player = notes::list_of_user(&state, &shop.project, &player).await.expect("a list");
        assert_eq!(shown, on_player, "on both");
        assert_eq!(shown.iter().map(|note| note.text.as_str()).collect::<Vec<_>>(), ["환불 요청이 잦음", "Receipt seen\nby mail"]);
        assert_eq!((shown[0].payment_seq.as_ref(), shown[1].payment_seq.as_ref()), (None, Some(&about)));
        for bad in ["", "  ", &"x".repeat(NOTE_CHARS_MAX + 1), "a\u{0}b"] {
            assert!(add(About::User(&player), bad).await.expect_err("is refused").to_string().starts_with("note"));
        }
        assert_eq!(code(add(About::Payment(&seq("1")), "x").await), "NOT_FOUND");
        // Another player's page, another project's: not theirs.
        let other = notes::list_of_user(&state, &shop.project, &user("player-2")).await.expect("a list");
        let elsewhere = projects::create_project(&state, &BY, "Other", None).await.expect("a project").id;
        let there = notes::list_of_user(&state, &elsewhere, &player).await.expect("a list");
        assert!(other.is_empty() && there.is_empty());
        assert_eq!(code(notes::add(&state, &BY, &elsewhere, About::Payment(&about), "x").await), "NOT_FOUND");
        for _ in 1..NOTES_MAX {
            add(About::User(&player), "again").await.expect("is added");
        }
        assert!(add(About::User(&player), "one too many").await.expect_err("is refused").to_string().starts_with("note"));
        assert!(audited(&state, &number).await.iter().any(|(action, ..)| action == "note.add"));
    }

    async fn the_same_product_twice_within_two_minutes_is_pointed_out_on_both(state: TestState) {
        let shop = apple_life::open(&state).await;
        let mut numbers = Vec::new();
        for (id, after) in [("1", 0), ("2", 119_000), ("3", 400_000)] {
            let bought = gem(id, json!({ "purchaseDate": START.0 + after, "signedDate": START.0 + after }));
            let (_, body) = bring(&shop, "player-1", &proof(&state, &bought)).await;
            numbers.push(text(&body, "paymentSeq"));
        }
        bought(&state, &shop, "player-2", "4").await;
        let mut twins = Vec::new();
        let mut all = Vec::new();
        for number in &numbers {
            let payment = payments::find(&state, &shop.project, &seq(number)).await.expect("a payment");
            let found = payments::list_duplicates(&state, &shop.project, &payment).await.expect("a list");
            twins.push(found.into_iter().map(|other| other.payment_seq.0).collect::<Vec<_>>());
            all.push(payment);
        }
        assert_eq!(twins, [vec![numbers[1].clone()], vec![numbers[0].clone()], vec![]]);
        // The same by the payments of one page.
        let is_twin = |one: usize, other: usize| payments::is_duplicate(&all[one], &all[other]);
        assert!(is_twin(0, 1) && is_twin(1, 0) && !is_twin(1, 2) && !is_twin(0, 0));
    }

    async fn what_is_due_next_and_who_took_it_back_is_told(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.buy(json!({ "world": "Production" })).await;
        let (_, paid) = play.verify_for("user-1", &sold["proof"]).await;
        let number = text(&paid, "paymentSeq");
        let due = explained(&play.state, &play.shop, &number).await;
        let left = due.finish_until.expect("Google waits to be told").0 - play.state.clock.now().0;
        assert!((2 * Timestamp::DAY..=3 * Timestamp::DAY).contains(&left), "{left}");
        assert!(matches!(due.answer, Answer::Undelivered { cause: Undelivered::NeverAsked, .. }), "{due:?}");
        crate::support::run(&play.state, purser::jobs::FinishPurchases).await;
        assert_eq!(explained(&play.state, &play.shop, &number).await.finish_until, None);
        payments::refund(&play.state, &BY, &play.shop.project, &seq(&number), "asked").await.expect("refunds");
        let said = explained(&play.state, &play.shop, &number).await.answer;
        assert!(matches!(said, Answer::Refunded { by: RefundedBy::Server, is_delivered: false, part: None, .. }), "{said:?}");
    }

    async fn only_the_store_told_is_another_cause(state: TestState) {
        let shop = apple_life::open(&state).await;
        let token = apple_life::account_token(&shop, "player-1").await;
        tell(&state, &shop, &told("ONE_TIME_CHARGE", None, gem("1", json!({ "appAccountToken": token })))).await;
        let number = text(&apple_life::payment_of(&shop, "1").await, "paymentSeq");
        let said = explained(&state, &shop, &number).await.answer;
        assert!(matches!(said, Answer::Undelivered { cause: Undelivered::NeverBrought, .. }), "{said:?}");
        let (reserved, _) = shop.reserve("AS", "player-1", "gem_100").await;
        let (_, body) = shop.verify_by_server(&reserved, &json!({ "signedTransaction": "x.y.z" })).await;
        assert_eq!(body["code"], "PROOF_INVALID", "{body}");
        let said = explained(&state, &shop, &reserved).await.answer;
        assert!(matches!(said, Answer::Refused { code: purser::model::RefusalCode::ProofInvalid, .. }), "{said:?}");
        let page = payments::list(&state, &shop.project, &PaymentQuery::default()).await.expect("a list").items;
        let all = payments::explain(&state, &shop.project, &page).await.expect("explained");
        assert_eq!(all.len(), page.len());
    }
}
