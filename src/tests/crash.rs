//! What was answered 2xx survives `kill -9` under load, and is found again after a restart.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::{TestState, on_both};

const DECLARED: &str = r#"
[[project]]
name = "Crash"
app_key = "crash-app-key"
secret_keys = [{ name = "server", value = "env:CRASH_SECRET_KEY" }]
  [[project.app]]
  store = "TEST"
  store_app_id = "com.example.crash"
  environment = "SIMULATOR"
    [[project.app.product]]
    store_product_id = "gem_100"
    type = "CONSUMABLE"
"#;
const SECRET_KEY: &str = "sk_crash456789abcdef0123456789";
/// Enough that the kill comes in the middle.
const ANSWERS_BEFORE_KILL: usize = 150;
const CLIENTS: usize = 16;

struct Server {
    child: Child,
    base: String,
}

impl Server {
    fn start(url: &str, folder: &Path) -> Self {
        std::fs::write(folder.join("crash.toml"), DECLARED).expect("writes");
        let mut child = Command::new(env!("CARGO_BIN_EXE_purser"))
            .args(["serve", "--apply", "crash.toml"])
            .current_dir(folder)
            .env("PURSER_ADDR", "127.0.0.1:0")
            .env("PURSER_DATABASE_URL", url)
            .env("PURSER_MASTER_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
            .env("CRASH_SECRET_KEY", SECRET_KEY)
            .env("RUST_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let base = lines
            .find_map(|line| line.ok()?.strip_prefix("Purser listens on ").map(str::to_owned))
            .expect("says where it listens");
        // Whatever else it prints must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, base }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

async fn post(client: &reqwest::Client, base: &str, path: &str, body: Value) -> Option<Value> {
    let request = client.post(format!("{base}{path}")).bearer_auth(SECRET_KEY).json(&body);
    let response = request.send().await.ok()?;
    if !response.status().is_success() {
        return None;
    }
    response.json().await.ok()
}

/// One purchase after another until the server is gone; every 2xx is noted once it is here.
async fn buy_until_gone(client: reqwest::Client, base: String, name: String, answered: Arc<Mutex<Vec<(String, &'static str)>>>) {
    for index in 0..10_000 {
        let note = |payment: &Value, step| {
            let seq = payment["paymentSeq"].as_str().expect("a number").to_owned();
            answered.lock().expect("not poisoned").push((seq, step));
        };
        let input = json!({ "store": "TEST", "productId": "gem_100", "userKey": name });
        let Some(reserved) = post(&client, &base, "/api/v1/payments", input).await else { return };
        note(&reserved, "RESERVED");
        let path = format!("/api/v1/payments/{}", reserved["paymentSeq"].as_str().expect("a number"));
        let proof = json!({ "proof": { "token": format!("test:gem_100:{name}-{index}") } });
        let Some(verified) = post(&client, &base, &format!("{path}/verify"), proof).await else { return };
        note(&verified, "SUCCESS");
        let input = json!({ "accessToken": verified["accessToken"] });
        let Some(consumed) = post(&client, &base, &format!("{path}/consume"), input).await else { return };
        note(&consumed, "CONSUMED");
    }
}

on_both! {
    async fn every_answer_is_there_after_kill(state: TestState) {
        let folder = std::env::temp_dir().join(format!("purser_crash_{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let url = state.config.database_url.clone();
        let mut server = Server::start(&url, &folder);
        let client = reqwest::Client::new();
        let answered: Arc<Mutex<Vec<(String, &'static str)>>> = Arc::default();
        let buyers: Vec<_> = (0..CLIENTS).map(|index| {
            let (client, base, answered) = (client.clone(), server.base.clone(), answered.clone());
            tokio::spawn(buy_until_gone(client, base, format!("player-{index}"), answered))
        }).collect();
        while answered.lock().expect("not poisoned").len() < ANSWERS_BEFORE_KILL {
            tokio::task::yield_now().await;
        }
        server.child.kill().expect("SIGKILL");
        for buyer in buyers {
            buyer.await.expect("ends when the server is gone");
        }
        drop(server);

        let server = Server::start(&url, &folder);
        let answered = std::mem::take(&mut *answered.lock().expect("not poisoned"));
        for (seq, step) in answered {
            let request = client.get(format!("{}/api/v1/payments/{seq}", server.base)).bearer_auth(SECRET_KEY);
            let found: Value = request.send().await.expect("answers").json().await.expect("JSON");
            let held = match step {
                "RESERVED" => found["status"].is_string(),
                "SUCCESS" => found["status"] == "SUCCESS",
                _ => found["consumed"] == true,
            };
            assert!(held, "{seq} was answered {step}, but is {found}");
        }
        std::fs::remove_dir_all(&folder).expect("removes");
    }
}
