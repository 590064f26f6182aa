//! Counts what CONTRIBUTING.md forbids: phrases, and lines over 120 columns.
//!
//! tests/style.txt contains the number of occurrences of each. Each number must be correct. A change may reduce a
//! number but not increase it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

use std::collections::BTreeMap;
use std::path::Path;

/// The phrases that CONTRIBUTING.md, "Words", forbids, in lower case. A final `*` matches any ending.
const PHRASES: [&str; 13] = [
    "all the same",
    "answer*",
    "anybody*",
    "by itself",
    "by the way",
    "mend*",
    "nobody*",
    "person",
    "person's",
    "persons",
    "somebody*",
    "to the letter",
    "whoever*",
];

/// Longer words that begin with a phrase but are allowed.
const OTHER_WORDS: [&str; 1] = ["mendel"];

const COLUMNS: usize = 120;

/// Text from other projects, text that is not prose, and text that contains the phrases intentionally.
const LEFT_OUT: [&str; 10] = [
    ".git",
    "LICENSES",
    "crates/visma-connect/fuzz/seeds",
    "crates/visma-connect/tests/fixtures",
    "dist",
    "docs/CHANGELOG.md",
    "node_modules",
    "target",
    "tests/style.rs",
    "tests/style.txt",
];

const TEXT: [&str; 5] = ["ftl", "html", "md", "toml", "yml"];
const CODE: [&str; 6] = ["css", "js", "jsx", "mjs", "py", "rs"];

#[test]
fn no_count_of_style_txt_rises_and_each_is_true() {
    let counted = table(&counts(&files()));
    let path = root().join("tests").join("style.txt");
    if std::env::var_os("WRITE").is_some() {
        std::fs::write(&path, &counted).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let difference: Vec<String> = written
        .lines()
        .filter(|line| !counted.lines().any(|other| other == *line))
        .map(|line| format!("- {line}"))
        .chain(
            counted.lines().filter(|line| !written.lines().any(|other| other == *line)).map(|line| format!("+ {line}")),
        )
        .collect();
    assert!(
        difference.is_empty(),
        "the counts differ from tests/style.txt:\n{}\nIf a number rises, use other words (docs/CONTRIBUTING.md). \
         If all fall: `WRITE=1 cargo test -p visma-connect-spa --test style`.",
        difference.join("\n")
    );
}

#[test]
fn a_phrase_counts_in_comments_strings_and_documents_only() {
    for (name, text, count) in [
        ("a.md", "Nobody answers.", 2),
        ("a.md", "`nobody`, nobodies", 0),
        ("a.md", "by the\nway", 1),
        ("a.rs", "// nobody\nlet nobody = \"somebody\";", 2),
        ("a.rs", "let answer = f('\"', 'a', \"x \\\" person\");", 1),
        ("a.rs", "let text = r#\"a \"person\" here\"#; let person: &'static str = text;", 1),
        ("a.rs", "/* by the way */ fn whoever() {}", 1),
        ("a.js", "const a = 'whoever'; // to the letter\nanswer();", 2),
        ("a.mjs", "const a = `person`;", 1),
        ("a.py", "# nobody\nperson = \"person\"", 2),
        ("a.css", "/* nobody */ .person { }", 1),
    ] {
        let counts = counts(&[(name.to_owned(), text.to_owned())]);
        assert_eq!(counts.values().sum::<usize>(), count, "{name}: {text}: {counts:?}");
    }
}

#[test]
fn long_lines_count_only_in_rust() {
    let columns = "\u{e5}".repeat(COLUMNS);
    for (name, text, count) in
        [("a.rs", columns.clone(), 0), ("a.rs", format!("{columns}x"), 1), ("a.md", format!("{columns}x"), 0)]
    {
        let counts = counts(&[(name.to_owned(), text)]);
        assert_eq!(counts.values().sum::<usize>(), count, "{name}: {counts:?}");
    }
}

#[test]
fn the_whole_project_is_read() {
    let files = files();
    for name in ["README.md", "src/main.rs", "provider/provider.mjs", "index.html", ".github/dependabot.yml"] {
        assert!(files.iter().any(|(path, _)| path == name), "{name}");
    }
    assert!(files.len() > 250, "{}", files.len());
}

/// The number of occurrences of each phrase, and the number of lines that are too long.
fn counts(files: &[(String, String)]) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = PHRASES.iter().map(|phrase| ((*phrase).to_owned(), 0)).collect();
    let long_lines = format!("lines over {COLUMNS} columns");
    counts.insert(long_lines.clone(), 0);
    for (path, text) in files {
        let ending = path.rsplit('.').next().unwrap();
        if ending == "rs" {
            *counts.get_mut(&long_lines).unwrap() += text.lines().filter(|line| line.chars().count() > COLUMNS).count();
        }
        let prose = if TEXT.contains(&ending) { prose_of(text, path) } else { words_of_code(text, ending) };
        let prose = without_code_spans(&prose).to_lowercase();
        let words: Vec<&str> = prose.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '\'')).collect();
        let words: Vec<&str> =
            words.into_iter().map(|word| word.trim_matches('\'')).filter(|word| !word.is_empty()).collect();
        for phrase in PHRASES {
            *counts.get_mut(phrase).unwrap() += occurrences(&words, phrase);
        }
    }
    counts
}

fn occurrences(words: &[&str], phrase: &str) -> usize {
    let wanted: Vec<&str> = phrase.split(' ').collect();
    let is_one = |word: &str, wanted: &str| match wanted.strip_suffix('*') {
        Some(start) => word.starts_with(start) && !OTHER_WORDS.contains(&word) && !word.contains('_'),
        None => word == wanted,
    };
    words
        .windows(wanted.len())
        .filter(|words| words.iter().zip(&wanted).all(|(word, wanted)| is_one(word, wanted)))
        .count()
}

/// The text of a document. The tables of CONTRIBUTING.md are left out, because they list the phrases to avoid.
fn prose_of(text: &str, path: &str) -> String {
    let lines = text.lines().filter(|line| path != "docs/CONTRIBUTING.md" || !line.starts_with('|'));
    lines.collect::<Vec<_>>().join("\n")
}

/// The comments and strings of a source file.
fn words_of_code(text: &str, ending: &str) -> String {
    let mut words = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_hash_comment = ending == "py" && first == '#';
        let (skipped, part) = if is_hash_comment || ending != "py" && ending != "css" && rest.starts_with("//") {
            let length = rest.find('\n').unwrap_or(rest.len());
            (length, &rest[..length])
        } else if ending != "py" && rest.starts_with("/*") {
            let length = rest.find("*/").map_or(rest.len(), |at| at + 2);
            (length, &rest[..length])
        } else if ending == "rs" && first == '\'' {
            (char_literal(rest), "")
        } else if ending == "rs" && (rest.starts_with("r\"") || rest.starts_with("r#\"")) {
            let end = if rest.starts_with("r#") { "\"#" } else { "\"" };
            let start = end.len() + 1;
            let length = rest[start..].find(end).map_or(rest.len(), |at| start + at + end.len());
            (length, &rest[..length])
        } else if first == '"' || ending != "rs" && first == '\'' || ending.contains("js") && first == '`' {
            let length = string(rest, first);
            // The backticks of a JavaScript template do not mark a code span.
            (length, rest[..length].trim_matches('`'))
        } else {
            (first.len_utf8(), "")
        };
        if !part.is_empty() {
            words.push_str(part.trim_start_matches(['/', '!', '#', '*']));
            words.push('\n');
        }
        rest = &rest[skipped..];
    }
    words
}

/// The length of the string that begins here. A string in single quotes ends at the end of its line. Other strings
/// may continue on the next line.
fn string(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == quote => return at + 1,
            '\n' if quote == '\'' => return at,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character literal, or of the apostrophe of a lifetime.
fn char_literal(text: &str) -> usize {
    let mut inside = text.chars().skip(1);
    match (inside.next(), inside.next()) {
        (Some('\\'), _) => text[2..].char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 3),
        (Some(c), Some('\'')) => c.len_utf8() + 2,
        _ => 1,
    }
}

/// Removes text in backticks, because it is code. Blocks between lines of three backticks stay: most of them are
/// diagrams with words.
fn without_code_spans(text: &str) -> String {
    let lines = text.lines().map(|line| line.split('`').step_by(2).collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n")
}

fn table(counts: &BTreeMap<String, usize>) -> String {
    counts.iter().map(|(phrase, count)| format!("{count:4} {phrase}\n")).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file that contains prose or code, with its path relative to the root.
fn files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut open = vec![root().to_path_buf()];
    while let Some(path) = open.pop() {
        let relative = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
        let name = relative.rsplit('/').next().unwrap();
        if LEFT_OUT.contains(&relative.as_str()) || LEFT_OUT.contains(&name) || name.starts_with("dist.") {
            continue;
        }
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if name.rsplit_once('.').is_some_and(|(_, ending)| TEXT.contains(&ending) || CODE.contains(&ending)) {
            files.push((relative, std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n")));
        }
    }
    files.sort();
    files
}
