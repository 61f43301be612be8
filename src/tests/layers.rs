//! The direction of data (docs/architecture.md): edge → use case → port → model. Reads the `use` lines of `src` and holds them
//! against one table. An exception stands in `EXCEPTIONS` with its reason; one that no line needs any more must be removed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What a folder may import besides itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Layer {
    /// Wires everything together: `main`, `state`, `serve`, `router`.
    Root,
    /// Speaks HTTP: unpacks a request, calls one use case, shows its answer.
    Edge,
    /// A rule of the business.
    UseCase,
    /// The outside: database, stores, keys, files.
    Port,
    /// Nouns everybody knows.
    Core,
}

const LAYERS: &[(Layer, &[&str])] = &[
    (Layer::Root, &["main", "state", "serve", "router"]),
    (Layer::Edge, &["api", "console", "http"]),
    (
        Layer::UseCase,
        &[
            "apply",
            "audit",
            "auth",
            "call_limits",
            "catalog",
            "idempotency",
            "jobs",
            "ledger",
            "nhn",
            "notes",
            "notifications",
            "payments",
            "projects",
            "search",
            "simulator",
            "statistics",
            "subscriptions",
            "users",
            "vitals",
        ],
    ),
    (Layer::Port, &["db", "keys", "stores"]),
    (Layer::Core, &["build", "clock", "config", "error", "lib", "logs", "model"]),
];

/// Lines that break the table today, as (importer, imported).
const EXCEPTIONS: &[(&str, &str)] = &[];

/// `state` holds what every request can reach, so that everything but ports and core may name it.
const NAMED_BY_ALL: &str = "state";

fn layer_of(folder: &str) -> Layer {
    let found = LAYERS.iter().find(|(_, folders)| folders.contains(&folder));
    found.unwrap_or_else(|| panic!("src/{folder} stands in no layer: add it to LAYERS")).0
}

fn may_import(importer: &str, imported: &str) -> bool {
    let (from, to) = (layer_of(importer), layer_of(imported));
    match from {
        Layer::Root => true,
        // The edges know nothing of each other but what all of HTTP shares.
        Layer::Edge if to == Layer::Edge => imported == "http",
        Layer::Edge => to != Layer::Port && to != Layer::Root || imported == NAMED_BY_ALL,
        Layer::UseCase => to >= Layer::UseCase || imported == NAMED_BY_ALL,
        Layer::Port => to == Layer::Core,
        Layer::Core => to == Layer::Core,
    }
}

/// Every Rust file of the server, without its tests.
fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut files) = (vec![root], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of src") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            match path.is_dir() {
                true if name != "tests" && name != "benches" => folders.push(path),
                false if name.ends_with(".rs") && !name.ends_with("tests.rs") => files.push(path),
                _ => {}
            }
        }
    }
    files
}

/// The folder (or file) below `src` that a path belongs to.
fn folder_of(path: &Path) -> String {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("below src");
    let first = below.components().next().expect("a part").as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The first names after `crate::`, also those in braces.
fn imports(text: &str) -> BTreeSet<String> {
    let own = text.split("#[cfg(test)]").next().unwrap_or_default();
    let code: String = own.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for rest in code.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(list) => found.extend(first_names(list)),
            None => found.extend(first_name(rest)),
        }
    }
    found
}

fn first_name(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    // A type or macro at the crate's root is no folder.
    let is_folder = name.starts_with(|c: char| c.is_ascii_lowercase()) && !text[name.len()..].starts_with('!');
    is_folder.then_some(name)
}

/// The names at the first depth of a list in braces.
fn first_names(list: &str) -> Vec<String> {
    let (mut depth, mut parts, mut part) = (0, Vec::new(), String::new());
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => parts.push(std::mem::take(&mut part)),
            _ => {}
        }
        if depth == 0 && c != ',' {
            part.push(c);
        }
    }
    parts.push(part);
    parts.iter().filter_map(|part| first_name(part.trim())).collect()
}

/// Which folder imports which, with a file as an example.
fn edges() -> BTreeMap<(String, String), PathBuf> {
    let mut edges = BTreeMap::new();
    for path in sources() {
        let importer = folder_of(&path);
        let text = fs::read_to_string(&path).expect("a source");
        for imported in imports(&text).into_iter().filter(|imported| *imported != importer) {
            if LAYERS.iter().any(|(_, folders)| folders.contains(&imported.as_str())) {
                edges.entry((importer.clone(), imported)).or_insert_with(|| path.clone());
            }
        }
    }
    edges
}

#[test]
fn folders_import_only_what_their_layer_may() {
    let edges = edges();
    assert!(edges.len() > 50, "the `use` lines were not read: {edges:?}");
    let is_exception = |edge: &(String, String)| EXCEPTIONS.contains(&(edge.0.as_str(), edge.1.as_str()));
    let broken: Vec<_> = edges.iter().filter(|(edge, _)| !may_import(&edge.0, &edge.1) && !is_exception(edge)).collect();
    assert!(broken.is_empty(), "imports against the layers' direction: {broken:#?}");
    let unused: Vec<_> = EXCEPTIONS
        .iter()
        .filter(|(from, to)| !edges.contains_key(&((*from).to_owned(), (*to).to_owned())) || may_import(from, to))
        .collect();
    assert!(unused.is_empty(), "exceptions that nothing needs any more: {unused:?}");
}

/// A change of a folder reaches only those that import it: none of them is imported by it, over whatever way.
#[test]
fn no_folders_import_each_other_in_a_ring() {
    let mut edges: BTreeSet<(String, String)> = edges().into_keys().collect();
    // `state` is where everything meets; nothing stands below it.
    edges.retain(|(from, to)| from != NAMED_BY_ALL && to != NAMED_BY_ALL);
    loop {
        let importers: BTreeSet<String> = edges.iter().map(|(from, _)| from.clone()).collect();
        let before = edges.len();
        edges.retain(|(_, to)| importers.contains(to));
        if edges.len() == before {
            break;
        }
    }
    assert!(edges.is_empty(), "what is left imports each other: {edges:?}");
}

#[test]
fn imports_are_read_from_every_form() {
    let text = "use crate::db::{self, Tx};\nuse crate::{audit, model::{A, b::C}, stores::Store};\n// crate::http\nlet x = crate::keys::f();\n#[cfg(test)]\nuse crate::api;";
    let found: Vec<String> = imports(text).into_iter().collect();
    assert_eq!(found, ["audit", "db", "keys", "model", "stores"]);
}

/// A query has no route of its own that `access.rs` could walk, so that its first line must say who may read.
#[test]
fn each_query_of_the_console_asks_first_who_reads() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/console/queries");
    let mut found = 0;
    for entry in fs::read_dir(folder).expect("the queries") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("a source");
        for query in text.split("\npub async fn ").skip(1) {
            let (name, rest) = query.split_once('(').expect("a signature");
            let (signature, body) = rest.split_once(" {\n").expect("a body");
            assert!(signature.ends_with("Fault>"), "{name} answers with a `Fault`: {signature}");
            let first = body.lines().next().expect("a first line");
            let is_check = ["of_anyone()", "of_signed_in()", "of_member(", "of_administrator()"]
                .iter()
                .any(|check| first.contains(&format!(" = Request::{check}")));
            assert!(is_check, "{name} does not begin with `Request::of_…`: {first}");
            found += 1;
        }
    }
    assert!(found > 25, "only {found} queries were read");
}
