use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::routing::get;
use tokio::sync::Notify;
use tower::ServiceExt;

use super::*;

fn request() -> Request {
    Request::get("/").body(Body::empty()).expect("a request")
}

fn layer(turns: usize, abandoned_max: Duration) -> DetachedLayer {
    DetachedLayer { turns: Arc::new(Semaphore::new(turns)), abandoned_max }
}

/// Says when it is dropped, and whether it got through.
struct Ends(Arc<Notify>, Arc<AtomicBool>);

impl Drop for Ends {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

/// A handler that says it has begun, waits to go on, and says that it ended.
fn app(layer: DetachedLayer) -> (Router, Arc<[Notify; 2]>, Arc<Notify>, Arc<AtomicBool>) {
    let (gates, ended, is_done) = (Arc::new([Notify::new(), Notify::new()]), Arc::new(Notify::new()), Arc::default());
    let handler = {
        let (gates, ended, is_done) = (Arc::clone(&gates), Arc::clone(&ended), Arc::clone(&is_done));
        move || async move {
            let ends = Ends(ended, is_done);
            gates[0].notify_one();
            gates[1].notified().await;
            ends.1.store(true, Ordering::SeqCst);
        }
    };
    (Router::new().route("/", get(handler)).layer(layer), gates, ended, is_done)
}

#[tokio::test]
async fn a_handler_goes_on_without_its_client() {
    let (app, gates, ended, is_done) = app(layer(1, Duration::from_secs(60)));
    let call = tokio::spawn(app.clone().oneshot(request()));
    gates[0].notified().await;
    call.abort();
    assert!(call.await.is_err());
    let refused = app.clone().oneshot(request()).await.expect("answers");
    assert_eq!((refused.status().as_u16(), refused.headers()["retry-after"].as_bytes()), (503, b"1".as_slice()));
    gates[1].notify_one();
    ended.notified().await;
    assert!(is_done.load(Ordering::SeqCst));
}

#[tokio::test]
async fn and_is_stopped_in_the_end() {
    let (app, gates, ended, is_done) = app(layer(1, Duration::ZERO));
    let call = tokio::spawn(app.oneshot(request()));
    gates[0].notified().await;
    call.abort();
    ended.notified().await;
    assert!(!is_done.load(Ordering::SeqCst));
}
