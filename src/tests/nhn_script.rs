//! The recorded NHN game server of the documents, run as it stands against a server of our own.

use std::net::SocketAddr;
use std::path::Path;

use purser::router::router;
use tokio::net::TcpListener;

use crate::nhn_shop::NhnShop;
use crate::shop::APP_KEY;
use crate::support::{TestState, on_both};

async fn run(base: &str, app_key: &str) -> (bool, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/nhn-game-server.sh");
    let output = tokio::task::spawn_blocking({
        let (base, app_key) = (base.to_owned(), app_key.to_owned());
        move || std::process::Command::new("bash").arg(script).args([base, app_key]).output()
    });
    let output = output.await.expect("runs").expect("bash is there");
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.success(), text)
}

on_both! {
    async fn the_recorded_game_server_finds_every_answer_right(state: TestState) {
        NhnShop::open(&state).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let app = router(state.state.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move { axum::serve(listener, app).await }).abort_handle();
        let (is_right, text) = run(&base, APP_KEY).await;
        assert!(is_right, "{text}");
        assert!(text.contains("Everything answered as NHN Cloud IAP does."), "{text}");
        let (is_right, text) = run(&base, "no-such-app-key").await;
        assert!(!is_right && text.contains("WRONG"), "a wrong key must not look right: {text}");
        server.abort();
    }
}
