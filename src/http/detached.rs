//! Every request is handled in a task of its own. When its client goes away, or the time for an answer is over, the task goes
//! on: no write is cut off half-way, and a client that repeats its call finds the first one's answer.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tower::{Layer, Service};
use tracing::Instrument;

use crate::error::Error;

/// Requests handled at once, those of clients that went away included.
const AT_ONCE_MAX: usize = 4_096;
/// How long a handler goes on after nobody waits for it any more. Together with the time for an answer it is shorter than the
/// lease of an `Idempotency-Key`.
const ABANDONED_MAX: Duration = Duration::from_secs(20);
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("1");

/// Puts what is inside it into a task for each request.
#[derive(Clone)]
pub(super) struct DetachedLayer {
    turns: Arc<Semaphore>,
    abandoned_max: Duration,
}

impl DetachedLayer {
    pub fn new() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE_MAX)), abandoned_max: ABANDONED_MAX }
    }
}

impl<S> Layer<S> for DetachedLayer {
    type Service = Detached<S>;
    fn layer(&self, inner: S) -> Detached<S> {
        Detached { inner, layer: self.clone() }
    }
}

#[derive(Clone)]
pub(super) struct Detached<S> {
    inner: S,
    layer: DetachedLayer,
}

impl<S, R> Service<R> for Detached<S>
where
    S: Service<R, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Handling;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Handling {
        let abandoned_max = self.layer.abandoned_max;
        let Ok(turn) = Arc::clone(&self.layer.turns).try_acquire_owned() else {
            return Handling { task: None, abandoned_max };
        };
        let work = self.inner.call(request);
        let task = async move {
            let answer = work.await;
            drop(turn);
            answer
        };
        Handling { task: Some(tokio::spawn(task.in_current_span())), abandoned_max }
    }
}

/// Waits for a request's task; none when too many go on.
pub(super) struct Handling {
    task: Option<JoinHandle<Result<Response, Infallible>>>,
    abandoned_max: Duration,
}

impl Future for Handling {
    type Output = Result<Response, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(task) = &mut self.task else { return Poll::Ready(Ok(refuse())) };
        let ended = ready!(Pin::new(task).poll(cx));
        self.task = None;
        Poll::Ready(match ended {
            Ok(answer) => answer,
            // The layer around this one makes an answer of it.
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Ok(StatusCode::SERVICE_UNAVAILABLE.into_response()),
        })
    }
}

impl Drop for Handling {
    fn drop(&mut self) {
        let Some(mut task) = self.task.take().filter(|task| !task.is_finished()) else { return };
        let Ok(runtime) = Handle::try_current() else { return };
        let abandoned_max = self.abandoned_max;
        runtime.spawn(async move {
            if tokio::time::timeout(abandoned_max, &mut task).await.is_err() {
                task.abort();
                tracing::warn!("a handler nobody waits for was stopped");
            }
        });
    }
}

fn refuse() -> Response {
    metrics::counter!("purser_requests_overloaded_total").increment(1);
    let message = "too many requests go on at once";
    let mut response = Error::unfit(StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED", message).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER_SECONDS);
    response
}

#[cfg(test)]
mod tests {
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
}
