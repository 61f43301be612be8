//! A connection that speaks just enough HTTP/1.1 to cost little beside the server it shares the cores with.

use std::net::SocketAddr;

use purser::error::{Error, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// No page or answer is longer.
const ANSWER_BYTES_MAX: usize = 8 * 1024 * 1024;
const HEAD_END: &[u8] = b"\r\n\r\n";

/// A connection that is kept open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    /// The body, or what came instead of it.
    pub fn ok(self) -> Result<Vec<u8>> {
        if self.status == 200 {
            return Ok(self.body);
        }
        Err(Error::internal(format!("answered {}: {}", self.status, String::from_utf8_lossy(&self.body))))
    }
}

impl Connection {
    pub async fn open(addr: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(addr).await.map_err(Error::internal)?;
        stream.set_nodelay(true).map_err(Error::internal)?;
        Ok(Self { stream, buffer: Vec::with_capacity(64 * 1024) })
    }

    /// Sends the bytes of a request and reads its whole answer.
    pub async fn send(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.write_all(request).await.map_err(Error::internal)?;
        self.buffer.clear();
        let head_end = loop {
            if let Some(at) = find(&self.buffer, HEAD_END) {
                break at + HEAD_END.len();
            }
            self.read().await?;
        };
        let head = String::from_utf8_lossy(&self.buffer[..head_end]).to_ascii_lowercase();
        let status = head.get(9..12).and_then(|text| text.parse().ok()).ok_or_else(|| Error::internal("not HTTP"))?;
        let length = head.split("\r\n").find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
        let body = match length {
            Some(length) => {
                while self.buffer.len() < head_end + length {
                    self.read().await?;
                }
                self.buffer[head_end..head_end + length].to_vec()
            }
            None if head.contains("transfer-encoding: chunked") => self.read_chunks(head_end).await?,
            None => Vec::new(),
        };
        Ok(Answer { status, body })
    }

    async fn read_chunks(&mut self, mut at: usize) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line_end = loop {
                match find(&self.buffer[at..], b"\r\n") {
                    Some(end) => break at + end,
                    None => self.read().await?,
                }
            };
            let size = String::from_utf8_lossy(&self.buffer[at..line_end]).into_owned();
            let size = usize::from_str_radix(size.trim(), 16).map_err(Error::internal)?;
            let start = line_end + 2;
            while self.buffer.len() < start + size + 2 {
                self.read().await?;
            }
            body.extend_from_slice(&self.buffer[start..start + size]);
            at = start + size + 2;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    async fn read(&mut self) -> Result<()> {
        let count = self.stream.read_buf(&mut self.buffer).await.map_err(Error::internal)?;
        if count == 0 || self.buffer.len() > ANSWER_BYTES_MAX {
            return Err(Error::internal("the connection broke off"));
        }
        Ok(())
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// The bytes of a GET with one more header.
pub fn get(path: &str, header: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html, application/json\r\n{header}\r\n\r\n").into_bytes()
}

/// The head of a POST of JSON, for a body of this length; `key` is the header that says who calls.
pub fn post_head(path: &str, key: &str, length: usize) -> String {
    head("POST", path, key, length)
}

/// The same of a PUT.
pub fn put_head(path: &str, key: &str, length: usize) -> String {
    head("PUT", path, key, length)
}

fn head(method: &str, path: &str, key: &str, length: usize) -> String {
    let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n");
    let key = if key.is_empty() { String::new() } else { format!("{key}\r\n") };
    format!("{head}{key}Content-Length: {length}\r\n\r\n")
}
