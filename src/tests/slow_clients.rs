//! Clients that are slow, silent or too many: cut in time, and never in the way of others.

use std::time::Duration;

use purser::config::ConnectionLimits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::served::{PATIENCE, Served, read_to_end, request};
use crate::support::{Kind, TestState};

/// Short, yet longer than it takes a busy machine to read what is there.
const SHORT: Duration = Duration::from_millis(500);
const HALF_A_HEAD: &str = "GET /healthz HTTP/1.1\r\nHost: te";
const KEPT_OPEN: &str = "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";

async fn served(change: impl FnOnce(&mut ConnectionLimits)) -> (TestState, Served) {
    let state = TestState::new(Kind::Sqlite).await;
    let mut limits = state.config.connections;
    change(&mut limits);
    let served = Served::start(&state, limits).await;
    (state, served)
}

async fn read_answer(stream: &mut tokio::net::TcpStream) -> String {
    let mut answer = Vec::new();
    while !answer.ends_with(b"ok") {
        let read = tokio::time::timeout(PATIENCE, stream.read_buf(&mut answer)).await.expect("in time").expect("reads");
        assert!(read > 0, "closed after {:?}", String::from_utf8_lossy(&answer));
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn headers_have_their_time_and_the_rest_between_requests_another() {
    let (_state, served) = served(|limits| limits.header_timeout = SHORT).await;
    let mut resting = served.send(KEPT_OPEN).await;
    assert!(read_answer(&mut resting).await.starts_with("HTTP/1.1 200"));
    let mut silent = served.send("").await;
    let mut half = served.send(HALF_A_HEAD).await;
    assert_eq!((read_to_end(&mut silent).await, read_to_end(&mut half).await), (String::new(), String::new()));
    // The time for headers is over, and this one rested all the while.
    resting.write_all(KEPT_OPEN.as_bytes()).await.expect("sends");
    assert!(read_answer(&mut resting).await.starts_with("HTTP/1.1 200"));
    resting.write_all(HALF_A_HEAD.as_bytes()).await.expect("sends");
    assert_eq!(read_to_end(&mut resting).await, "", "a further request's headers have no more time than the first's");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_does_not_come_is_cut() {
    let (_state, served) = served(|limits| limits.body_timeout = SHORT).await;
    let head = "POST /callback/subscription/x/AS/v2 HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n{";
    assert_eq!(read_to_end(&mut served.send(head).await).await, "");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_rests_too_long_is_closed() {
    let (_state, served) = served(|limits| limits.idle_timeout = SHORT).await;
    assert!(read_to_end(&mut served.send(KEPT_OPEN).await).await.starts_with("HTTP/1.1 200"));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_silent_connections_locks_nobody_out() {
    let (_state, served) = served(|limits| limits.connections_max = 20).await;
    let mut flood = Vec::new();
    for index in 0..100 {
        let silent = match index % 3 {
            0 => HALF_A_HEAD,
            1 => "",
            _ => "POST /callback/subscription/x/AS/v2 HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n{",
        };
        flood.push(served.send(silent).await);
        if index % 5 == 4 {
            let honest = request("GET", "/healthz", &[], "");
            assert_eq!(tokio::time::timeout(PATIENCE, served.ask(&honest)).await.expect("in time"), 200);
        }
    }
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_it_lets_open_requests_end_and_closes_the_rest() {
    let (_state, served) = served(|limits| limits.header_timeout = SHORT).await;
    let mut resting = served.send(KEPT_OPEN).await;
    read_answer(&mut resting).await;
    let _half = served.send(HALF_A_HEAD).await;
    served.stop().await;
    assert_eq!(read_to_end(&mut resting).await, "");
}
