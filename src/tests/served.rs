//! The server on a port of its own, for tests of what happens on the wire.

use std::net::SocketAddr;
use std::time::Duration;

use purser::config::ConnectionLimits;
use purser::router::router;
use purser::serve::accept;
use purser::state::AppState;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Longer than anything a test waits for takes.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub struct Served {
    pub addr: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Served {
    pub async fn start(state: &AppState, limits: ConnectionLimits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let (stop, stopped) = watch::channel(false);
        Self { addr, stop, task: tokio::spawn(accept(listener, router(state.clone()), limits, stopped)) }
    }

    /// Connects and sends some text.
    pub async fn send(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.addr).await.expect("connects");
        stream.write_all(text.as_bytes()).await.expect("sends");
        stream
    }

    /// The status of a request on a connection of its own.
    pub async fn ask(&self, text: &str) -> u16 {
        let answer = read_to_end(&mut self.send(text).await).await;
        answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("no answer: {answer:?}"))
    }

    /// Stops, and waits until all is over.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        tokio::time::timeout(PATIENCE, self.task).await.expect("in time").expect("ends");
    }
}

/// All that comes until the server closes or cuts the connection.
pub async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A cut connection may end with an error, after what came before.
    drop(tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("in time"));
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A request as text, on a connection that ends with it.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text + "\r\n" + body
}
