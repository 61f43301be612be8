//! The API's description is kept in `docs/openapi.json`, so that a change to the API is seen where the change is reviewed.

use std::path::Path;

/// Set to any value, it makes the test write the file anew instead of comparing.
const RENEW: &str = "PURSER_RENEW_OPENAPI";

#[test]
fn the_description_is_the_one_in_docs() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    let described = purser::api::description().to_pretty_json().expect("serialises") + "\n";
    if std::env::var_os(RENEW).is_some() {
        std::fs::write(&file, &described).expect("docs can be written");
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    if kept == described {
        return;
    }
    let (mut kept, mut described) = (kept.lines(), described.lines());
    let mut number = 0;
    let (was, is) = loop {
        number += 1;
        let (was, is) = (kept.next(), described.next());
        // Lines that are equal up to both ends leave only the last line's end to differ.
        if was != is || was.is_none() {
            break (was.unwrap_or("(end)"), is.unwrap_or("(end)"));
        }
    };
    panic!(
        "docs/openapi.json is not what the server describes, from line {number} on:\n  file:   {was}\n  server: {is}\n\
         If the change of the API is meant, renew the file, look at its difference and commit it:\n  \
         {RENEW}=1 cargo test --features ssr --test integration openapi"
    );
}
