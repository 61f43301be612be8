//! Many ask the store at once: each class has its share of the calls, a name is asked for once, and what the store does not
//! know is remembered for a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Semaphore;

use super::*;
use crate::model::Actor;
use crate::simulator::apple::Authority;
use crate::stores::apple::api::ApiFailure;
use crate::stores::http::{CONCURRENT_PER_APP, QUEUE_MAX};
use crate::stores::{Asking, Priority};

/// A store that knows one transaction at most, and says that it knows no other only as often as it is let.
struct SlowStore {
    authority: Authority,
    app: StoreApp,
    apple: Arc<AppleStore>,
    seen: Arc<std::sync::Mutex<Vec<String>>>,
    let_answer: Arc<Semaphore>,
    is_known: Arc<AtomicBool>,
}

impl SlowStore {
    async fn open() -> Self {
        let authority = Authority::generate(NOW).unwrap();
        let (seen, let_answer, is_known) = (Arc::default(), Arc::new(Semaphore::new(0)), Arc::new(AtomicBool::new(false)));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let known = json!({ "signedTransactionInfo": authority.sign_jws(&transaction()).unwrap() });
        let stage: (Arc<std::sync::Mutex<Vec<String>>>, _, _) =
            (Arc::clone(&seen), Arc::clone(&let_answer), Arc::clone(&is_known));
        let router = axum::Router::new().fallback(move |request: axum::extract::Request| {
            let ((seen, let_answer, is_known), known) = (stage.clone(), known.clone());
            async move {
                let id = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
                seen.lock().unwrap().push(id.clone());
                let is_known = || is_known.load(Ordering::SeqCst) && id == ID;
                if !is_known() {
                    let_answer.acquire().await.unwrap().forget();
                }
                let unknown = json!({ "errorCode": 4_040_010, "errorMessage": "Transaction id not found." });
                match is_known() {
                    true => (axum::http::StatusCode::OK, known.to_string()),
                    false => (axum::http::StatusCode::NOT_FOUND, unknown.to_string()),
                }
            }
        });
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let hosts = Hosts::new(format!("http://{addr}"), format!("http://{addr}"));
        hosts.set_own_address(addr);
        let apple = Arc::new(AppleStore::new(vec![authority.root_der().to_vec()], hosts, QUICK).unwrap());
        Self { authority, app: app_with_key(Environment::Simulator), apple, seen, let_answer, is_known }
    }

    /// Asks in a task of its own, and lets it come as far as it can.
    fn ask(&self, asking: Asking, id: impl ToString) -> tokio::task::JoinHandle<Result<Purchase, Refusal>> {
        let (apple, app, proof) = (Arc::clone(&self.apple), self.app.clone(), json!({ "transactionId": id.to_string() }));
        tokio::spawn(async move { verify_json(&*apple, &app, &proof, asking).await })
    }

    async fn until_asked(&self, count: usize) {
        while self.seen().len() < count {
            tokio::task::yield_now().await;
        }
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    fn answer(&self, count: usize) {
        self.let_answer.add_permits(count);
    }
}

fn asking(priority: Priority, caller: u64) -> Asking {
    Asking { now: NOW, priority, caller }
}

fn code(result: &Result<Purchase, Refusal>) -> RefusalCode {
    result.as_ref().unwrap_err().code
}

const ID: &str = "2000000000000001";

#[tokio::test]
async fn staff_and_servers_pass_a_thousand_strangers() {
    let store = SlowStore::open().await;
    let flood: Vec<_> = (0..1_000).map(|number| store.ask(asking(Priority::Client, number % 50), number)).collect();
    store.until_asked(4).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.seen().len(), 4, "strangers have a part of the calls only");
    store.is_known.store(true, Ordering::SeqCst);
    let staff = store.apple.fetch(&store.app, ID, Asking::of(Actor::Operator, NOW)).await;
    let server = store.ask(asking(Priority::Server, 1), ID).await.unwrap();
    let job = store.ask(NOW.into(), ID).await.unwrap();
    assert!(staff.unwrap().is_some() && server.is_ok() && job.is_ok());
    assert_eq!(store.seen().len(), 7, "the strangers still wait");
    store.answer(2_000);
    let mut busy = 0;
    for one in flood {
        match code(&one.await.unwrap()) {
            RefusalCode::ProofInvalid => {}
            other => {
                assert_eq!(other, RefusalCode::TooManyRequests, "a full queue says nothing of the store");
                busy += 1;
            }
        }
    }
    assert!(busy >= 1_000 - QUEUE_MAX[Priority::Client as usize] - CONCURRENT_PER_APP, "{busy}");
}

#[tokio::test]
async fn a_place_in_the_queue_is_given_up_with_its_caller() {
    let store = SlowStore::open().await;
    let running: Vec<_> = (0..4).map(|number| store.ask(asking(Priority::Client, 1), number)).collect();
    store.until_asked(4).await;
    let waiting: Vec<_> = (10..40).map(|number| store.ask(asking(Priority::Client, 1), number)).collect();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    for one in waiting.into_iter().chain(running) {
        one.abort();
        assert!(one.await.unwrap_err().is_cancelled());
    }
    store.answer(1_000);
    for number in 100..110 {
        assert_eq!(code(&store.ask(asking(Priority::Client, 1), number).await.unwrap()), RefusalCode::ProofInvalid);
    }
    assert!(!store.seen().contains(&"10".to_owned()), "who left was not asked for");
}

#[tokio::test]
async fn our_own_queue_is_no_word_on_the_store() {
    let refusal = Refusal::from(ApiFailure::Busy);
    assert_eq!(refusal.code, RefusalCode::TooManyRequests);
    let fake = FakeStore::start(|_, _| Reply::Silence).await;
    let apple = AppleStore::new(Vec::new(), hosts(&fake), Limits { total: Duration::from_millis(300), ..QUICK }).unwrap();
    let app = app_with_key(Environment::Sandbox);
    let ask = |id: u32| {
        let (apple, app) = (&apple, &app);
        async move { verify_json(apple, app, &json!({ "transactionId": id.to_string() }), asking(Priority::Client, 1)).await }
    };
    let answers = futures::future::join_all((0..6).map(ask)).await;
    let codes: Vec<_> = answers.iter().map(code).collect();
    let (asked, queued) = codes.split_at(4);
    assert!(asked.iter().all(|code| *code == RefusalCode::StoreUnavailable), "{codes:?}");
    assert!(queued.iter().all(|code| *code == RefusalCode::TooManyRequests), "{codes:?}");
}

#[tokio::test]
async fn a_name_asked_for_by_many_is_one_question() {
    let store = SlowStore::open().await;
    let all: Vec<_> = (0..100).map(|caller| store.ask(asking(Priority::Client, caller), ID)).collect();
    store.until_asked(1).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    all[0].abort();
    store.is_known.store(true, Ordering::SeqCst);
    store.answer(100);
    let mut answered = 0;
    for one in all {
        answered += usize::from(one.await.is_ok_and(|answer| answer.is_ok()));
    }
    assert!(answered >= 99, "who leaves takes nobody along");
    assert!(store.seen().len() <= 2, "{:?}", store.seen());
}

#[tokio::test]
async fn what_the_store_does_not_know_is_remembered_for_a_while() {
    for priority in [Priority::Client, Priority::Server] {
        let store = SlowStore::open().await;
        store.answer(1_000);
        let at = |seconds: i64| Asking { now: NOW.plus_millis(seconds * 1_000), ..asking(priority, 1) };
        for second in [0, 1, 29] {
            assert_eq!(code(&store.ask(at(second), ID).await.unwrap()), RefusalCode::ProofInvalid);
        }
        assert_eq!(store.seen().len(), 1);
        let staff = store.apple.fetch(&store.app, ID, Asking::of(Actor::Operator, NOW)).await.unwrap();
        assert!(staff.is_none() && store.seen().len() == 2, "staff always ask");
        store.ask(at(31), ID).await.unwrap().unwrap_err();
        assert_eq!(store.seen().len(), 3, "forgotten after a while");

        store.is_known.store(true, Ordering::SeqCst);
        let other = StoreApp { app_seq: crate::model::AppSeq(store.app.app_seq.0 + 1), ..store.app.clone() };
        let proof = json!({ "transactionId": ID });
        assert!(verify_json(&*store.apple, &other, &proof, at(32)).await.is_ok(), "another app's is another question");
        let token = store.authority.sign_jws(&transaction()).unwrap();
        verify_json(&*store.apple, &store.app, &json!({ "signedTransaction": token }), NOW.into()).await.unwrap();
        assert!(store.ask(at(33), ID).await.unwrap().is_ok(), "a signed transaction shows that there is one");
    }
}

#[tokio::test]
async fn an_answer_found_is_given_to_apps_again_and_to_nobody_else() {
    let store = SlowStore::open().await;
    store.is_known.store(true, Ordering::SeqCst);
    store.answer(1_000);
    for (priority, asked) in [(Priority::Client, 1), (Priority::Client, 1), (Priority::Server, 2), (Priority::Background, 3)] {
        store.ask(asking(priority, 1), ID).await.unwrap().unwrap();
        assert_eq!(store.seen().len(), asked, "{priority:?}");
    }
}

#[tokio::test]
async fn a_store_that_is_away_is_not_remembered() {
    let fake = FakeStore::start(|_, _| Reply::error(5_000_000)).await;
    let apple = AppleStore::new(Vec::new(), hosts(&fake), QUICK).unwrap();
    for asked in 1..=2 {
        let answer = verify_json(
            &apple,
            &app_with_key(Environment::Sandbox),
            &json!({ "transactionId": ID }),
            asking(Priority::Client, 1),
        )
        .await;
        assert_eq!((code(&answer), fake.seen().len()), (RefusalCode::StoreUnavailable, asked));
    }
}
