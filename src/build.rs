//! Words and migrations are read by macros, which cargo does not see.

fn main() {
    println!("cargo:rerun-if-changed=src/console/locales");
    println!("cargo:rerun-if-changed=migrations");
}
