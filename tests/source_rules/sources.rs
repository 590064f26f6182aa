//! Reads the source files and finds words in their code.

use std::path::{Path, PathBuf};

/// The app and the library: the code that the browser receives.
pub(crate) const SOURCES: [&str; 2] = ["src", "crates/visma-connect/src"];

/// The lines whose code contains one of the words. Comment lines are ignored.
pub(crate) fn offences(path: &str, text: &str, words: &[&str]) -> Vec<String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !is_comment(line));
    lines
        .flat_map(|(index, line)| {
            let words = words.iter().filter(move |word| has_word(line, word));
            words.map(move |word| format!("{path}:{}: {word}: {}", index + 1, line.trim()))
        })
        .collect()
}

pub(crate) fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with("//")
}

/// Whether the line contains the word as a separate word.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back().is_some_and(is_part);
        let after = line[start + word.len()..].chars().next().is_some_and(is_part);
        !(before && word.starts_with(is_part) || after && word.ends_with(is_part))
    })
}

/// The source files of everything that the browser receives.
pub(crate) fn shipped() -> Vec<(String, String)> {
    let places = [SOURCES[0], SOURCES[1], "index.html"];
    let files: Vec<_> = places.into_iter().flat_map(files_below).collect();
    assert!(files.len() > 60, "{} files", files.len());
    files
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

/// The file, or every file of the folder. Empty if the path does not exist.
pub(crate) fn files_below(path: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut open: Vec<PathBuf> = vec![root().join(path)];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
            files.push((name, text));
        }
    }
    files.sort();
    files
}
