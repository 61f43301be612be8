//! Taking connections in and answering what comes on them.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::Service;

use super::connection::{Connection, Phase, counted_address};
use super::open::{Open, Place};
use super::watched::{WatchedBody, WatchedStream};
use crate::config::ConnectionLimits;

/// Headers, and parts of a body or an answer, kept for one connection.
const BUFFER_BYTES_MAX: usize = 64 * 1024;
/// After the system gave no connection, say because the process has too many files open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `stopped` turns true, then lets the open requests end.
pub async fn accept(listener: TcpListener, app: Router, limits: ConnectionLimits, stopped: watch::Receiver<bool>) {
    let open = Open::new(limits);
    let accepting = async {
        loop {
            open.room().await;
            match listener.accept().await {
                Ok((stream, peer)) => {
                    if let Some(place) = open.enter(counted_address(peer.ip(), &limits)) {
                        tokio::spawn(answer((stream, peer), app.clone(), place, stopped.clone()));
                    }
                }
                Err(error) if is_of_the_client(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "can't accept connections");
                    open.cut_one(None);
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    };
    tokio::select! {
        () = accepting => {}
        () = open.watch() => {}
        () = until(stopped.clone()) => {}
    }
    drop(listener);
    tokio::select! {
        () = open.empty() => {}
        () = open.watch() => {}
    }
}

/// Waits until we are told to stop.
pub(super) async fn until(mut stopped: watch::Receiver<bool>) {
    // A closed channel means the waiting task is gone, which is as good as being told to stop.
    drop(stopped.wait_for(|stop| *stop).await);
}

/// The client was gone before we took it in.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn answer((stream, peer): (TcpStream, SocketAddr), app: Router, place: Place, stopped: watch::Receiver<bool>) {
    // An answer's last part must not wait for the client's word on the part before.
    drop(stream.set_nodelay(true));
    let connection = Arc::clone(&place.connection);
    let service = {
        let connection = Arc::clone(&connection);
        service_fn(move |request| call(app.clone(), request, peer, Arc::clone(&connection)))
    };
    let io = TokioIo::new(WatchedStream { stream, connection: Arc::clone(&connection) });
    let mut builder = http1::Builder::new();
    // Headers have their time by `Open::watch`, which tells them from the rest between two requests.
    let mut serving = pin!(builder.header_read_timeout(None).max_buf_size(BUFFER_BYTES_MAX).serve_connection(io, service));
    let (mut cut, mut stopped) = (pin!(connection.cut.notified()), pin!(until(stopped)));
    let mut is_stopping = false;
    loop {
        tokio::select! {
            biased;
            result = serving.as_mut() => {
                if let Err(error) = result {
                    tracing::trace!(%error, "a connection ended");
                }
                return;
            }
            () = cut.as_mut() => return,
            () = stopped.as_mut(), if !is_stopping => {
                is_stopping = true;
                serving.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn call(
    mut app: Router,
    request: hyper::Request<Incoming>,
    peer: SocketAddr,
    connection: Arc<Connection>,
) -> Result<Response, Infallible> {
    let is_whole = request.body().is_end_stream();
    connection.enter(if is_whole { Phase::Handler } else { Phase::Body });
    let mut request: Request = request.map(|body| match is_whole {
        true => Body::empty(),
        false => Body::new(WatchedBody { body, connection: Arc::clone(&connection) }),
    });
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = app.call(request).await;
    connection.enter(Phase::Idle);
    response
}
