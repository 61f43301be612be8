//! The console's files as a browser asks for them.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{Request, Response, StatusCode, header};
use purser::http::Assets;
use tower::ServiceExt;

const HASHED: &str = "/pkg/purser.1f2e3d4c5b6a7988.js";
const FOREVER: &str = "public, max-age=31536000, immutable";

fn site(files: &[(&str, &str)]) -> Assets {
    Assets::from_files(files.iter().map(|(place, text)| ((*place).to_owned(), Bytes::from((*text).to_owned()))))
        .expect("a sound test")
}

fn built_site() -> Assets {
    site(&[
        (
            "manifest.json",
            r#"{"purser.js": "purser.1f2e3d4c5b6a7988.js", "favicon.svg": "favicon.svg", "purser.wasm": "purser.2.wasm"}"#,
        ),
        ("pkg/purser.1f2e3d4c5b6a7988.js", "plain script"),
        ("pkg/purser.1f2e3d4c5b6a7988.js.br", "small script"),
        ("pkg/purser.2.wasm", "code"),
        ("favicon.svg", "<svg/>"),
    ])
}

async fn ask(assets: &Assets, method: &str, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let router: Router = assets.router();
    router.oneshot(request.body(Body::empty()).expect("a sound test")).await.expect("a sound test")
}

async fn get(assets: &Assets, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
    ask(assets, "GET", path, headers).await
}

fn header_of(response: &Response<Body>, name: header::HeaderName) -> &str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("a sound test"))
}

async fn text(response: Response<Body>) -> String {
    String::from_utf8(to_bytes(response.into_body(), 1000).await.expect("a sound test").to_vec()).expect("a sound test")
}

#[tokio::test]
async fn a_hashed_file_is_kept_forever() {
    let response = get(&built_site(), HASHED, &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header_of(&response, header::CACHE_CONTROL), FOREVER);
    assert_eq!(header_of(&response, header::CONTENT_TYPE), "text/javascript; charset=utf-8");
    assert_eq!(header_of(&response, header::VARY), "accept-encoding");
    assert_eq!(header_of(&response, header::CONTENT_ENCODING), "");
    assert_eq!(text(response).await, "plain script");
    let response = get(&built_site(), "/pkg/purser.2.wasm", &[]).await;
    assert_eq!(header_of(&response, header::CONTENT_TYPE), "application/wasm");
}

#[tokio::test]
async fn brotli_goes_only_to_who_takes_it() {
    let assets = built_site();
    for accepted in ["br", "gzip, br", "gzip;q=0.5, BR;q=0.8"] {
        let response = get(&assets, HASHED, &[("accept-encoding", accepted)]).await;
        assert_eq!(header_of(&response, header::CONTENT_ENCODING), "br", "{accepted}");
        assert_eq!(text(response).await, "small script");
    }
    for refused in ["gzip", "br;q=0", "brotli"] {
        let response = get(&assets, HASHED, &[("accept-encoding", refused)]).await;
        assert_eq!(text(response).await, "plain script", "{refused}");
    }
    let response = get(&assets, "/pkg/purser.2.wasm", &[("accept-encoding", "br")]).await;
    assert_eq!(header_of(&response, header::CONTENT_ENCODING), "", "there is no compressed form of this one");
}

#[tokio::test]
async fn known_bytes_are_not_sent_again() {
    let assets = built_site();
    let plain = get(&assets, HASHED, &[]).await;
    let etag = header_of(&plain, header::ETAG);
    for known in [etag, &format!("\"other\", W/{etag}"), "*"] {
        let response = get(&assets, HASHED, &[("if-none-match", known)]).await;
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
        assert_eq!(header_of(&response, header::ETAG), etag);
        assert_eq!(text(response).await, "");
    }
    let response = get(&assets, HASHED, &[("if-none-match", etag), ("accept-encoding", "br")]).await;
    assert_eq!(response.status(), StatusCode::OK, "the compressed form has other bytes and another tag");
}

#[tokio::test]
async fn head_says_what_get_would_send() {
    let response = ask(&built_site(), "HEAD", HASHED, &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header_of(&response, header::CONTENT_LENGTH), "12");
    assert_eq!(text(response).await, "");
    assert_eq!(ask(&built_site(), "POST", HASHED, &[]).await.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_public_file_is_kept_for_a_while() {
    let response = get(&built_site(), "/favicon.svg", &[]).await;
    assert_eq!(header_of(&response, header::CACHE_CONTROL), "public, max-age=3600");
    assert_eq!(header_of(&response, header::CONTENT_TYPE), "image/svg+xml");
    assert_eq!(text(response).await, "<svg/>");
}

#[tokio::test]
async fn a_path_names_only_what_is_in_the_site() {
    let folder = std::env::temp_dir().join(format!("purser-assets-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("site/pkg")).expect("a sound test");
    std::fs::write(folder.join("secret"), "secret").expect("a sound test");
    std::fs::write(folder.join("site/pkg/purser.css"), "body{}").expect("a sound test");
    let assets = Assets::from_folder(&folder.join("site")).expect("a sound test");
    std::fs::remove_dir_all(&folder).expect("a sound test");
    assert_eq!(text(get(&assets, "/pkg/purser.css", &[]).await).await, "body{}");
    for path in [
        "/pkg/../../secret",
        "/pkg/..%2f..%2fsecret",
        "/pkg/%2e%2e/%2e%2e/secret",
        "/pkg//etc/passwd",
        "/pkg/",
        "/pkg/no.js",
        "/secret",
    ] {
        assert_eq!(get(&assets, path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/manifest.json", "/pkg/manifest.json", "/pkg/purser.1f2e3d4c5b6a7988.js.br"] {
        assert_eq!(get(&built_site(), path, &[]).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn without_a_manifest_names_are_plain_and_asked_for_again() {
    let assets = site(&[("pkg/purser.js", "script"), ("pkg/purser.wasm", "code")]);
    assert_eq!(assets.href("purser.js"), "/pkg/purser.js");
    assert_eq!(header_of(&get(&assets, "/pkg/purser.js", &[]).await, header::CACHE_CONTROL), "no-cache");
    let boot = text(get(&assets, &assets.href("boot.js"), &[]).await).await;
    assert!(boot.contains("./purser.js") && boot.contains("purser.wasm"), "{boot}");
}

#[test]
fn an_address_carries_the_hash() {
    let assets = built_site();
    assert_eq!(assets.href("purser.js"), HASHED);
    assert_eq!(assets.href("favicon.svg"), "/favicon.svg");
    assert_eq!(site(&[]).href("purser.js"), "/pkg/purser.js");
}

#[test]
fn a_broken_manifest_stops_the_start() {
    let broken = Assets::from_files([("manifest.json".to_owned(), Bytes::from_static(b"{"))]);
    assert!(broken.is_err_and(|error| error.to_string().contains("manifest.json")));
}
