//! Checks that the code of the app and the library contains no text for a user or a developer. Such texts are in
//! message files.

use std::collections::BTreeSet;

use super::sources::{SOURCES, files_below};

/// Strings that contain several words but are never shown, each with the reason.
const NO_TEXTS: [(&str, &str); 3] = [
    ("path of ", "the start of a key under which the app keeps a value during a renewal"),
    ("HTTP {} with {} bytes", "the Debug output of a response, which only tests print"),
    ("Snapshot of {} fields", "the Debug output of a snapshot, which only tests print"),
];

/// A string in the code, and all code before it.
struct Literal<'a> {
    before: &'a str,
    text: String,
}

#[test]
fn no_text_stands_in_the_code() {
    let classes = classes();
    let (mut looked_at, mut found) = (0, Vec::new());
    for (path, source) in SOURCES.into_iter().flat_map(files_below) {
        if path.ends_with(".rs") && !path.ends_with("/tests.rs") {
            let literals = literals(&source);
            looked_at += literals.len();
            let texts = literals.iter().filter(|literal| is_text(literal, &classes));
            found.extend(texts.map(|literal| (path.clone(), literal.text.clone())));
        }
    }
    let is_allowed = |(_, text): &(String, String)| NO_TEXTS.iter().any(|(known, _)| known == text);
    let (allowed, found): (Vec<_>, Vec<_>) = found.into_iter().partition(is_allowed);
    assert_eq!(found, [], "write a message for it: CONTRIBUTING.md, \"A text for the user\"");
    assert_eq!(allowed.len(), NO_TEXTS.len(), "{allowed:?}");
    assert!(looked_at > 500, "{looked_at}");
}

#[test]
fn a_planted_text_is_found() {
    let classes = classes();
    for (source, expected) in [
        ("let a = \"Sign in again\";", &["Sign in again"][..]),
        ("let a = \"It is \\\n    missing.\";", &["It is missing."]),
        ("f(r#\"He said \"no\"\"#)", &["He said \"no\""]),
        ("element(\"p\").text(\"Copy\")", &["Copy"]),
        ("value.expect(\"the page has a body\")", &["the page has a body"]),
        ("// \"a comment\" here\nlet a = 'x'; // and \"another one\"", &[]),
        ("/// \"a comment\"\nf('\"', \"x\");", &[]),
        ("#[allow(dead_code, reason = \"only the tests use it\")]", &[]),
        ("class(\"button quiet small\")", &[]),
        ("&[\"authorization_code\", \"Bearer\", \"https://a.example\", \"; \", \" · \"]", &[]),
        ("impl A {\n    #[cfg(test)]\n    fn a() {}\n    fn b() { c(\"a text below\") }\n}", &["a text below"]),
        ("fn a<'a>(b: &'a str) {}\n#[cfg(test)]\nmod tests { fn c() { \"a text of a test\" } }", &[]),
    ] {
        let literals = literals(source);
        let found: Vec<_> = literals.into_iter().filter(|literal| is_text(literal, &classes)).collect();
        assert_eq!(found.iter().map(|literal| literal.text.as_str()).collect::<Vec<_>>(), expected, "{source}");
    }
}

/// Whether a string is a text: it has at least two words, or it is the text of an element. The classes of an element
/// and the reason of a lint are not texts, because they are not shown.
fn is_text(literal: &Literal<'_>, classes: &BTreeSet<String>) -> bool {
    let is_word = |word: &&str| word.len() > 1 && word.chars().all(|c| c.is_alphabetic() || ".,:;!?…’'".contains(c));
    let parts = || literal.text.split_whitespace();
    let is_element = literal.before.ends_with(".text(") && literal.before.contains("element(");
    let is_shown = is_element && literal.text.contains(char::is_alphabetic) && !literal.text.contains('_');
    let has_words = parts().filter(is_word).count() > 1 && !parts().all(|part| classes.contains(part));
    (is_shown || has_words) && !literal.before.ends_with("reason = ")
}

/// The names of the classes in the style sheets.
fn classes() -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let name = |rest: &str| rest.chars().take_while(|&c| is_part(c)).collect::<String>();
    let sheets = files_below("style");
    let classes: BTreeSet<_> = sheets.iter().flat_map(|(_, sheet)| sheet.split('.').skip(1).map(name)).collect();
    assert!(classes.contains("button") && classes.contains("notice"), "{classes:?}");
    classes
}

/// The strings of a source file, without its comments and its tests.
fn literals(source: &str) -> Vec<Literal<'_>> {
    let code = source.split("\n#[cfg(test)]").next().unwrap();
    let mut literals = Vec::new();
    let mut at = 0;
    while let Some(first) = code[at..].chars().next() {
        let rest = &code[at..];
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("r\"") || rest.starts_with("r#\"") {
            let end = if rest.starts_with("r#") { "\"#" } else { "\"" };
            let start = end.len() + 1;
            let length = rest[start..].find(end).unwrap();
            literals.push(Literal { before: &code[..at], text: rest[start..start + length].to_owned() });
            start + length + end.len()
        } else if first == '"' {
            let (text, length) = string(rest);
            literals.push(Literal { before: &code[..at], text });
            length
        } else if first == '\'' {
            character(rest)
        } else {
            first.len_utf8()
        };
        at += length;
    }
    literals
}

/// The text of the string that begins here, and its length in the code.
fn string(code: &str) -> (String, usize) {
    let mut text = String::new();
    let mut inside = code.char_indices().skip(1).peekable();
    while let Some((at, c)) = inside.next() {
        match c {
            '"' => return (text, at + 1),
            '\\' => match inside.next().unwrap().1 {
                '\n' => while inside.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                escaped => text.push(escaped),
            },
            _ => text.push(c),
        }
    }
    panic!("a string without an end: {code:.60}");
}

/// The length of the character literal that begins here, or of the apostrophe of a lifetime.
fn character(code: &str) -> usize {
    let mut inside = code.chars().skip(1);
    match (inside.next(), inside.next()) {
        (Some('\\'), _) => code[2..].char_indices().skip(1).find(|(_, c)| *c == '\'').map_or(1, |(at, _)| at + 3),
        (Some(c), Some('\'')) => c.len_utf8() + 2,
        _ => 1,
    }
}
