//! Reads a message file into values.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, PatternElement};
use fluent_syntax::parser;
use fluent_syntax::unicode::unescape_unicode_to_string;

use crate::error::{Error, Result};

/// If the name of a placeholder has this suffix, the placeholder stands for an element of the page.
const ELEMENT: &str = "-element";

/// One message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// The key, in kebab-case: `sign-in-button`.
    pub(crate) key: String,
    /// Texts and placeholders in their order. A text never follows directly after another text.
    pub(crate) parts: Vec<Part>,
}

/// A part of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text that the user reads.
    Text(String),
    /// The name of a placeholder, without `$`.
    Placeholder(String),
}

impl Message {
    /// The names of the placeholders in alphabetical order. Each occurs once.
    pub(crate) fn placeholders(&self) -> BTreeSet<&str> {
        let parts = self.parts.iter();
        parts.filter_map(|part| if let Part::Placeholder(name) = part { Some(name.as_str()) } else { None }).collect()
    }

    /// Whether the message has a placeholder that stands for an element of the page.
    pub(crate) fn is_around(&self) -> bool {
        self.placeholders().iter().any(|name| name.ends_with(ELEMENT))
    }
}

/// Reads the file at this path.
///
/// # Errors
/// - The file cannot be read.
/// - Its text has one of the problems that [`parse`] reports.
pub(crate) fn read(path: &Path) -> Result<Vec<Message>> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|cause| Error::new(format!("{name}: {cause}")))?;
    parse(&name, &text)
}

/// Parses the text of a file. `name` is the name of the file, which each error message contains.
///
/// # Errors
/// If the text is not valid Fluent, the error lists the syntax errors only. Otherwise it lists all of these problems:
/// - A message contains something other than text and placeholders.
/// - A message has an attribute, or is a term.
/// - A key occurs twice, or is not in kebab-case.
/// - A message has no text.
/// - A message has an element and another placeholder.
pub(crate) fn parse(name: &str, text: &str) -> Result<Vec<Message>> {
    // On Windows, git may have written the file with the line ending `\r\n`.
    let text = text.replace("\r\n", "\n");
    let line = |at: usize| text.get(..at).unwrap_or(&text).matches('\n').count() + 1;
    let resource = parser::parse(text.as_str()).map_err(|(_, errors)| {
        let problems = errors.iter().map(|error| format!("{name}:{}: {}", line(error.pos.start), error.kind));
        Error::new(problems.collect::<Vec<_>>().join("\n"))
    })?;
    let mut messages: Vec<Message> = Vec::new();
    let mut problems = Vec::new();
    let mut keys = BTreeSet::new();
    for entry in &resource.body {
        let message = match entry {
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => continue,
            Entry::Message(message) => message,
            Entry::Term(term) => {
                problems.push((term.id.name.to_owned(), "is a term; write a message"));
                continue;
            }
            // Does not occur: the parser has already returned an error for it.
            Entry::Junk { .. } => continue,
        };
        let key = message.id.name;
        let mut problem = |what| problems.push((key.to_owned(), what));
        if !is_kebab_case(key) {
            problem("is not in kebab-case");
        }
        if !keys.insert(key) {
            problem("is there twice");
        }
        if !message.attributes.is_empty() {
            problem("has an attribute; write a message");
        }
        let Some(pattern) = &message.value else {
            problem("has no text");
            continue;
        };
        match parts(&pattern.elements) {
            Ok(parts) => {
                let message = Message { key: key.to_owned(), parts };
                if let Some(what) = problem_of(&message) {
                    problem(what);
                }
                messages.push(message);
            }
            Err(what) => problem(what),
        }
    }
    if problems.is_empty() {
        return Ok(messages);
    }
    let problems = problems.into_iter().map(|(key, what)| {
        // The syntax tree has no line numbers, so search for the key. If it occurs twice, the last line is wrong.
        let begins = |line: &str| line.strip_prefix(&*key).is_some_and(|rest| rest.starts_with([' ', '=']));
        let number = text.lines().enumerate().filter(|(_, line)| begins(line)).last().map_or(1, |(at, _)| at + 1);
        format!("{name}:{number}: {key} {what}")
    });
    Err(Error::new(problems.collect::<Vec<_>>().join("\n")))
}

/// Returns the parts of a message. The error is the first problem of a part.
fn parts(elements: &[PatternElement<&str>]) -> std::result::Result<Vec<Part>, &'static str> {
    let mut parts: Vec<Part> = Vec::new();
    for element in elements {
        let text = match element {
            PatternElement::TextElement { value } => value.replace('\n', " "),
            PatternElement::Placeable { expression: Expression::Inline(inline) } => match inline {
                InlineExpression::StringLiteral { value } => unescape_unicode_to_string(value).into_owned(),
                InlineExpression::VariableReference { id } if is_kebab_case(id.name) => {
                    parts.push(Part::Placeholder(id.name.to_owned()));
                    continue;
                }
                _ => return Err("has something else than text and placeholders such as { $seconds }"),
            },
            PatternElement::Placeable { expression: Expression::Select { .. } } => return Err("has a selector"),
        };
        match parts.last_mut() {
            Some(Part::Text(before)) => before.push_str(&text),
            _ => parts.push(Part::Text(text)),
        }
    }
    Ok(parts)
}

/// Checks a message whose parts are valid. Returns its problem, if there is one.
fn problem_of(message: &Message) -> Option<&'static str> {
    let is_text = |part: &Part| matches!(part, Part::Text(text) if !text.trim().is_empty());
    let has_text = message.parts.iter().any(is_text);
    let placeholders = message.parts.iter().filter(|part| matches!(part, Part::Placeholder(_))).count();
    if !has_text {
        Some("is empty")
    } else if message.is_around() && placeholders > 1 {
        Some("has another placeholder beside its element")
    } else {
        None
    }
}

/// Whether a name consists of words with `-` between them. A word has lower-case letters and digits. The first
/// character is a letter.
fn is_kebab_case(name: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.split('-').all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Part {
        Part::Text(text.to_owned())
    }

    fn placeholder(name: &str) -> Part {
        Part::Placeholder(name.to_owned())
    }

    #[test]
    fn a_message_is_text_and_placeholders() {
        for (line, parts) in [
            ("a = Sign in", vec![text("Sign in")]),
            (
                "a = Try again in { $seconds } seconds.",
                vec![text("Try again in "), placeholder("seconds"), text(" seconds.")],
            ),
            ("a = { $b }{ $c-d } ok", vec![placeholder("b"), placeholder("c-d"), text(" ok")]),
            ("a = One line,\n    and another.", vec![text("One line, and another.")]),
            (
                "a =\n    One line,\n    and { $b }\n    another.",
                vec![text("One line, and "), placeholder("b"), text(" another.")],
            ),
            ("a = One line,\r\n    and another.\r\n", vec![text("One line, and another.")]),
            ("a = A brace { \"{\" } and \\u0041 { \"\\u00a0\" }", vec![text("A brace { and \\u0041 \u{a0}")]),
            ("# A comment.\n\n## A group\n\na = x", vec![text("x")]),
        ] {
            assert_eq!(parse("en.ftl", line).unwrap(), [Message { key: "a".to_owned(), parts }], "{line}");
        }
        assert_eq!(parse("en.ftl", "## A group alone\n").unwrap(), []);
    }

    #[test]
    fn each_problem_of_a_file_is_named_with_its_line() {
        for (file, expected) in [
            ("a = x\n\na = y", "en.ftl:3: a is there twice"),
            ("a = x\nb = { \"\" }", "en.ftl:2: b is empty"),
            ("a = { $b }", "en.ftl:1: a is empty"),
            ("a = { \" \" }{ $b }", "en.ftl:1: a is empty"),
            ("aB = x", "en.ftl:1: aB is not in kebab-case"),
            ("a_b = x", "en.ftl:1: a_b is not in kebab-case"),
            ("a- = x", "en.ftl:1: a- is not in kebab-case"),
            ("-a = x", "en.ftl:1: a is a term; write a message"),
            ("a = x\n    .title = y", "en.ftl:1: a has an attribute; write a message"),
            ("a =\n    .title = y", "en.ftl:1: a has an attribute; write a message\nen.ftl:1: a has no text"),
            ("a = { b }", "en.ftl:1: a has something else than text and placeholders such as { $seconds }"),
            ("a = x { NUMBER($b) }", "en.ftl:1: a has something else than text and placeholders such as { $seconds }"),
            ("a = x { $bC }", "en.ftl:1: a has something else than text and placeholders such as { $seconds }"),
            ("a = { $b ->\n    [one] x\n   *[other] y\n}", "en.ftl:1: a has a selector"),
            ("a = x { $b-element } { $c }", "en.ftl:1: a has another placeholder beside its element"),
            ("a = x { $b-element } { $b-element }", "en.ftl:1: a has another placeholder beside its element"),
        ] {
            assert_eq!(parse("en.ftl", file).unwrap_err().to_string(), expected, "{file}");
        }
    }

    #[test]
    fn what_is_not_fluent_is_refused_with_its_line() {
        for file in ["a = x\nb", "a = x\nb =", "a = x\n= y", "a = x\nb = { $c", "a = x\nb = }", "a = x\nno key here"] {
            let error = parse("en.ftl", file).unwrap_err().to_string();
            assert!(error.starts_with("en.ftl:2: ") && error.lines().count() == 1, "{file:?}: {error}");
        }
    }
}
