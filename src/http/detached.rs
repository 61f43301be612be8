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
mod tests;
