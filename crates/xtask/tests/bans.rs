//! Checks both lock files against the bans and sources of deny.toml, without cargo-deny.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

use fs_err as fs;
use release::project::Project;
use semver::{Version, VersionReq};
use toml::{Table, Value};

/// One entry of `bans.deny`.
struct Ban {
    name: String,
    versions: VersionReq,
    reason: String,
}

fn bans(deny: &str) -> Vec<Ban> {
    let deny: Table = deny.parse().unwrap();
    let entries = deny["bans"]["deny"].as_array().unwrap();
    let ban = |entry: &Value| {
        let spec = entry["crate"].as_str().unwrap();
        let (name, versions) = spec.split_once(':').unwrap_or((spec, "*"));
        let reason = entry["reason"].as_str().unwrap().to_owned();
        Ban { name: name.to_owned(), versions: versions.parse().unwrap(), reason }
    };
    entries.iter().map(ban).collect()
}

/// Returns a message for each problem of a lock file.
fn problems(lock: &str, bans: &[Ban]) -> Vec<String> {
    let lock: Table = lock.parse().unwrap();
    let mut problems = Vec::new();
    for package in lock["package"].as_array().unwrap() {
        let (name, version) = (package["name"].as_str().unwrap(), package["version"].as_str().unwrap());
        let parsed: Version = version.parse().unwrap();
        let banned = bans.iter().filter(|ban| ban.name == name && ban.versions.matches(&parsed));
        problems.extend(banned.map(|ban| format!("{name} {version}: {}", ban.reason)));
        let source = package.get("source").and_then(Value::as_str);
        if source.is_some_and(|source| !source.starts_with("registry+https://github.com/rust-lang/")) {
            problems.push(format!("{name} {version}: it comes from {source:?}"));
        }
    }
    problems
}

#[test]
fn k06_no_banned_crate_and_no_foreign_source_is_in_the_lock_file() {
    let root = Project::here().root().to_owned();
    let bans = bans(&fs::read_to_string(root.join(".cargo").join("deny.toml")).unwrap());
    // The fuzz targets are a separate workspace, which `cargo xtask deny` does not check.
    for lock in ["Cargo.lock", "crates/visma-connect/fuzz/Cargo.lock"] {
        assert_eq!(problems(&fs::read_to_string(root.join(lock)).unwrap(), &bans), Vec::<String>::new(), "{lock}");
    }
}

#[test]
fn k06_each_known_advisory_is_a_ban() {
    let bans = bans(&fs::read_to_string(Project::here().root().join(".cargo").join("deny.toml")).unwrap());
    for (name, version, is_banned) in [
        ("jsonwebtoken", "10.2.9", true),
        ("jsonwebtoken", "10.3.0", false),
        ("idna", "0.5.0", true),
        ("idna", "1.0.0", false),
        ("url", "2.5.3", true),
        ("url", "2.5.4", false),
        ("rsa", "0.9.8", true),
        ("wee_alloc", "0.4.5", true),
        ("oauth2", "5.0.0", true),
        ("openidconnect", "4.0.0", true),
        ("leptos", "0.8.23", false),
    ] {
        let lock = format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n");
        assert_eq!(problems(&lock, &bans).len(), usize::from(is_banned), "{name} {version}");
    }
    let foreign = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"git+https://example.com/a\"\n";
    assert_eq!(problems(foreign, &bans).len(), 1);
}
