use super::*;

fn config(public: &'static str, addr: &'static str) -> Config {
    let lookup = move |name: &str| match name {
        "PURSER_PUBLIC_URL" => Some(public.to_owned()),
        "PURSER_ADDR" => Some(addr.to_owned()),
        _ => None,
    };
    Config::from_lookup(lookup).expect("valid")
}

fn status(config: &Config, method: Method, pairs: &[(&'static str, &'static str)]) -> u16 {
    let headers = pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().expect("valid"))).collect();
    check(config, &method, &Uri::from_static("/fn/x"), &headers).map_or_else(|error| error.status().as_u16(), |()| 200)
}

#[test]
fn answers_its_own_hosts_only() {
    let config = config("https://purser.example", "127.0.0.1:3000");
    for host in [
        "purser.example",
        "PURSER.example:443",
        "purser.example:8443",
        "127.0.0.1:3000",
        "localhost:3000",
        "[::1]:3000",
        "127.9.9.9",
    ] {
        assert_eq!(status(&config, Method::GET, &[("host", host)]), 200, "{host}");
    }
    for host in [
        "evil.example",
        "evil.example:3000",
        "purser.example.evil.example",
        "192.168.0.5:3000",
        "user@purser.example",
        "purser.example/",
        "purser.example, evil.example",
        "",
        "localhost.evil.example",
        "evil.localhost",
        "0x7f.1.evil.example",
    ] {
        assert_eq!(status(&config, Method::GET, &[("host", host)]), 421, "{host}");
    }
    assert_eq!(status(&config, Method::GET, &[("host", "purser.example"), ("host", "evil.example")]), 421);
    assert_eq!(status(&config, Method::GET, &[]), 200);
    let everywhere = super::tests::config("http://purser.test", "0.0.0.0:3000");
    assert_eq!(status(&everywhere, Method::GET, &[("host", "192.168.0.5:3000")]), 200, "an address can't be made to lead here");
    assert_eq!(status(&everywhere, Method::GET, &[("host", "evil.example")]), 421);
}

#[test]
fn only_its_own_pages_change_something() {
    let config = config("https://purser.example", "127.0.0.1:3000");
    for pairs in [
        vec![],
        vec![("origin", "https://purser.example"), ("host", "purser.example"), ("sec-fetch-site", "same-origin")],
        vec![("origin", "https://purser.example"), ("host", "127.0.0.1:3000")],
        vec![("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")],
        vec![("origin", "http://localhost"), ("host", "localhost")],
        vec![("sec-fetch-site", "none")],
    ] {
        assert_eq!(status(&config, Method::POST, &pairs), 200, "{pairs:?}");
    }
    for pairs in [
        vec![("origin", "https://evil.example"), ("host", "purser.example")],
        vec![("origin", "http://purser.example"), ("host", "purser.example")],
        vec![("origin", "https://purser.example:8443"), ("host", "purser.example:8443")],
        vec![("origin", "https://purser.example.evil.example"), ("host", "purser.example")],
        vec![("origin", "null"), ("host", "purser.example")],
        vec![("origin", ""), ("host", "purser.example")],
        vec![("origin", "http://127.0.0.1:3001"), ("host", "127.0.0.1:3000")],
        vec![("origin", "http://127.0.0.1:3000")],
        vec![("origin", "https://purser.example"), ("origin", "https://evil.example")],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site"), ("origin", "https://purser.example")],
    ] {
        assert_eq!(status(&config, Method::POST, &pairs), 403, "{pairs:?}");
    }
    let rebound = [("origin", "http://evil.example:3000"), ("host", "evil.example:3000"), ("sec-fetch-site", "same-origin")];
    assert_eq!(status(&config, Method::POST, &rebound), 421);
}
