//! Checks the documents against the repository: each path that they name exists, and the root folder stays small.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const DOCUMENTS: [&str; 2] = ["DESIGN.md", "README.md"];

/// Paths of the repository begin with one of these.
const FOLDERS: [&str; 12] = [
    ".cargo/",
    ".ci/",
    ".github/",
    "LICENSES/",
    "bench/",
    "crates/",
    "docs/",
    "provider/",
    "src/",
    "style/",
    "tests/",
    "target/",
];

/// The maximum number of files and folders in the root. A newcomer should see all of them on one screen.
const ENTRIES_OF_THE_ROOT: usize = 22;

#[test]
fn every_path_in_a_document_exists() {
    let docs = std::fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().file_name());
    let docs = docs.map(|name| format!("docs/{}", name.to_string_lossy())).filter(|name| name.ends_with(".md"));
    let documents: Vec<String> = DOCUMENTS.map(str::to_owned).into_iter().chain(docs).collect();
    assert!(documents.len() > 7, "{documents:?}");
    for document in documents {
        let text = read(&document);
        let named = paths_in(&text);
        let missing: Vec<_> = named.iter().filter(|path| !exists(path)).collect();
        assert!(missing.is_empty(), "{document} names paths that do not exist: {missing:?}");
    }
    assert!(paths_in(&read("DESIGN.md")).len() > 40, "too few paths of DESIGN.md were found");
    assert_eq!(paths_in("`crates/a.rs`, [b](docs/b.md#c), `tests/c/`"), ["crates/a.rs", "docs/b.md", "tests/c/"]);
    assert!(!exists("crates/a.rs") && !exists("tests/no_*.rs") && exists("tests/attacks.rs") && exists("tests/at*.rs"));
}

/// DESIGN.md has one table for each folder of sources. A row names files of the folder, or a subfolder with all its
/// files.
#[test]
fn every_source_file_is_in_design_md() {
    let design = read("DESIGN.md");
    let mut looked_at = 0;
    for section in design.split("\n### `").skip(1) {
        let (folder, table) = section.split_once("`: ").unwrap_or_else(|| panic!("{section:.40}"));
        let table = table.split("\n## ").next().unwrap_or_default();
        let named: Vec<&str> = table
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split(" | ").next())
            .flat_map(|cell| cell.split('`').step_by(2))
            .filter(|name| !name.starts_with(','))
            .collect();
        for name in &named {
            assert!(root().join(folder).join(name).exists(), "DESIGN.md names {folder}{name}");
        }
        for file in sources(folder) {
            let is_named = named.iter().any(|name| file == *name || name.ends_with('/') && file.starts_with(name));
            // A separate file with tests belongs to the file that it tests.
            assert!(is_named || file.ends_with("/tests.rs"), "DESIGN.md does not name {folder}{file}");
            looked_at += 1;
        }
    }
    assert!(looked_at > 120, "{looked_at}");
}

/// The Rust files of a folder and its subfolders, with their paths relative to the folder.
fn sources(folder: &str) -> Vec<String> {
    let mut files = Vec::new();
    let mut open = vec![String::new()];
    while let Some(path) = open.pop() {
        let entries =
            std::fs::read_dir(root().join(folder).join(&path)).unwrap_or_else(|cause| panic!("{path}: {cause}"));
        for entry in entries.flatten() {
            let name = format!("{path}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                // The table of a folder covers its subfolders too.
                open.push(format!("{name}/"));
            } else if name.ends_with(".rs") {
                files.push(name);
            }
        }
    }
    files
}

#[test]
fn the_root_has_at_most_22_tracked_entries() {
    let output = Command::new("git").args(["ls-files"]).current_dir(root()).output();
    // In an archive of the sources, git has no list of tracked files. The test does nothing there.
    let Some(output) = output.ok().filter(|output| output.status.success()) else { return };
    let files = String::from_utf8_lossy(&output.stdout);
    let entries: BTreeSet<&str> = files.lines().filter_map(|file| file.split('/').next()).collect();
    assert!(entries.len() > 15 && entries.len() <= ENTRIES_OF_THE_ROOT, "{}: {entries:?}", entries.len());
}

/// Paths in backticks and targets of links. `target/` is left out, because builds write there.
fn paths_in(text: &str) -> Vec<&str> {
    let quoted = text.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    let linked = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    let mut paths: Vec<&str> = quoted
        .chain(linked)
        .filter(|path| FOLDERS.iter().any(|folder| path.starts_with(folder)) && !path.contains([' ', '<', '{']))
        .filter(|path| !path.starts_with("target/"))
        .collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}

/// Whether the path exists. A `*` in the last part stands for any text.
fn exists(path: &str) -> bool {
    let Some((start, end)) = path.split_once('*') else { return root().join(path).exists() };
    let (folder, start) = start.rsplit_once('/').unwrap_or(("", start));
    let Ok(entries) = std::fs::read_dir(root().join(folder)) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.starts_with(start) && name.ends_with(end)
    })
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
