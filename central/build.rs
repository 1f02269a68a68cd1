//! Says so when a release is built without its pages, and looks again once there are some.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // A debug build reads the pages when they are asked for.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=web/dist");
        if !Path::new("web/dist/index.html").exists() {
            println!("cargo::warning=the pages are not built; `make pages` builds them");
        }
    }
}
