//! The structure of the sources: which file may import which, and the limits for lines, files and test names.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Folders whose Rust sources do not belong to this project.
const FOREIGN: [&str; 4] = ["target", "node_modules", ".git", "dist"];

/// The crates whose imports are checked. The sources of each crate are in its folder `src`.
const CRATES: [&str; 5] = [".", "crates/visma-connect", "crates/messages", "crates/release", "crates/xtask"];

/// A layer may use itself and the layers to its left.
const LAYERS: [&str; 5] = ["protocol", "session", "messages", "browser", "leptos"];

const MAX_COLUMNS: usize = 120;
const MAX_LINES: usize = 600;
/// The maximum length of a test's name, in characters.
const MAX_NAME: usize = 80;

/// Files over the limit that still have to be divided. Remove a file from this list when it is short enough.
const TOO_LONG: [&str; 0] = [];

#[test]
fn no_file_names_a_file_that_names_it_back() {
    for package in CRATES {
        let files = modules(&root().join(package).join("src"));
        assert!(files.len() > 5, "{package}: {} files", files.len());
        assert_eq!(circle(&files), None, "{package}");
    }
    let planted = [("a", vec!["b"]), ("b", vec!["c"]), ("c", vec!["a"]), ("d", vec!["a"])];
    let planted: Files = planted
        .into_iter()
        .map(|(file, names)| (file.to_owned(), names.into_iter().map(str::to_owned).collect()))
        .collect();
    assert_eq!(circle(&planted).unwrap(), ["a", "b", "c"]);
}

#[test]
fn a_layer_of_the_library_names_only_what_is_below_it() {
    let layer = |file: &str| LAYERS.iter().position(|layer| file.split('/').next() == Some(layer));
    let mut looked_at = 0;
    for (file, named) in modules(&root().join("crates/visma-connect/src")) {
        for name in named {
            if let (Some(own), Some(other)) = (layer(&file), layer(&name)) {
                looked_at += 1;
                assert!(other <= own, "{file} names {name}");
            }
        }
    }
    assert!(looked_at > 100, "{looked_at}");
}

#[test]
fn no_rust_file_is_longer_than_600_lines_and_no_comment_wider_than_120_columns() {
    let files = sources(root(), &["rs"]);
    assert!(files.len() > 200, "{}", files.len());
    let (mut too_long, mut too_wide) = (Vec::new(), Vec::new());
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
        // rustfmt limits the width of the code.
        let is_wide = |line: &str| line.trim_start().starts_with("//") && line.chars().count() > MAX_COLUMNS;
        let wide = text.lines().enumerate().filter(|(_, line)| is_wide(line));
        too_wide.extend(wide.map(|(index, _)| format!("{name}:{}", index + 1)));
        if text.lines().count() > MAX_LINES {
            too_long.push(name);
        }
    }
    too_long.sort();
    assert_eq!(too_long, TOO_LONG);
    assert_eq!(too_wide, Vec::<String>::new());
}

#[test]
fn no_test_has_a_name_of_more_than_80_characters() {
    let (mut looked_at, mut too_long) = (0, Vec::new());
    for path in sources(root(), &["rs", "mjs"]) {
        let text = std::fs::read_to_string(&path).unwrap();
        let names: Vec<&str> = text.lines().filter_map(function_or_test).collect();
        looked_at += names.len();
        too_long.extend(names.into_iter().filter(|name| name.len() > MAX_NAME).map(str::to_owned));
    }
    assert!(looked_at > 2_000, "{looked_at}");
    assert_eq!(too_long, Vec::<String>::new());

    let long = "x".repeat(MAX_NAME + 1);
    for planted in
        [format!("    fn {long}() {{"), format!("pub async fn {long}() {{"), format!("test('{long}', () => {{")]
    {
        assert_eq!(function_or_test(&planted), Some(long.as_str()), "{planted}");
    }
}

/// The name in `fn name(` of Rust, or in `test('name'` of JavaScript.
fn function_or_test(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("fn ").or_else(|| line.split_once("test('"))?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    rest.get(..end).filter(|name| !name.is_empty())
}

/// Maps each file, as its module path, to the files that its `use` declarations name.
type Files = BTreeMap<String, BTreeSet<String>>;

/// The files of a crate and what they use. Text after `#[cfg(test)]` is not checked.
fn modules(src: &Path) -> Files {
    let texts: BTreeMap<String, String> = sources(src, &["rs"])
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(src).unwrap().with_extension("").to_str().unwrap().replace('\\', "/");
            (name.strip_suffix("/mod").unwrap_or(&name).to_owned(), std::fs::read_to_string(&path).unwrap())
        })
        .filter(|(name, _)| !name.ends_with("tests") && name != "lib")
        .collect();
    let known: BTreeSet<&str> = texts.keys().map(String::as_str).collect();
    let named = |file: &str, text: &str| {
        let text = text.split("\n#[cfg(test)]").next().unwrap();
        uses(text)
            .into_iter()
            .filter_map(|path| resolve(file, &path, &known))
            .filter(|other| other != file)
            .collect::<BTreeSet<_>>()
    };
    texts.iter().map(|(file, text)| (file.clone(), named(file, text))).collect()
}

/// The paths in the `use` declarations. Each group in braces is expanded.
fn uses(text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("use ") {
        let is_declaration = rest[..start].ends_with('\n') || rest[..start].ends_with("pub ") || start == 0;
        rest = &rest[start + 4..];
        if !is_declaration {
            continue;
        }
        let Some((declaration, after)) = rest.split_once(';') else { break };
        spell_out("", &declaration.split_whitespace().collect::<String>(), &mut paths);
        rest = after;
    }
    paths
}

/// Adds the path to `paths`. If the path has a group in braces, adds one path for each item of the group.
fn spell_out(prefix: &str, path: &str, paths: &mut Vec<String>) {
    let Some((before, group)) = path.split_once('{') else {
        paths.push([prefix, path].concat());
        return;
    };
    let group = group.strip_suffix('}').unwrap_or(group);
    let (mut depth, mut part) = (0, String::new());
    for c in group.chars().chain([',']) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                spell_out(&[prefix, before].concat(), &std::mem::take(&mut part), paths);
                continue;
            }
            _ => {}
        }
        part.push(c);
    }
}

/// The file of this crate to which a path refers: the file whose module path is the longest prefix of the path.
fn resolve(file: &str, path: &str, known: &BTreeSet<&str>) -> Option<String> {
    let mut parts: Vec<&str> = path.split("::").collect();
    let mut folder: Vec<&str> = match *parts.first()? {
        "crate" => Vec::new(),
        "self" | "super" => file.split('/').collect(),
        _ => return None,
    };
    while let Some(first @ ("crate" | "self" | "super")) = parts.first().copied() {
        if first == "super" {
            folder.pop();
        }
        parts.remove(0);
    }
    folder.extend(parts);
    while !folder.is_empty() {
        let name = folder.join("/");
        if known.contains(name.as_str()) {
            return Some(name);
        }
        folder.pop();
    }
    None
}

/// The files of one import cycle, or `None` if there is no cycle.
fn circle(files: &Files) -> Option<Vec<String>> {
    let reach = |start: &str| {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = files[start].iter().map(String::as_str).collect();
        while let Some(file) = open.pop() {
            if seen.insert(file.to_owned()) {
                open.extend(files.get(file).into_iter().flatten().map(String::as_str));
            }
        }
        seen
    };
    let reached: BTreeMap<&String, BTreeSet<String>> = files.keys().map(|file| (file, reach(file))).collect();
    let first = reached.iter().find(|(file, seen)| seen.contains(**file))?.0;
    Some(
        files.keys().filter(|file| reached[first].contains(*file) && reached[file].contains(*first)).cloned().collect(),
    )
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files in a folder and its subfolders that have one of the extensions.
fn sources(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            if !FOREIGN.iter().any(|name| path.ends_with(name)) {
                open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            }
        } else if path.extension().is_some_and(|own| extensions.iter().any(|extension| own == *extension)) {
            files.push(path);
        }
    }
    files.sort();
    files
}
