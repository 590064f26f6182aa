//! Compares the message files of a folder: each language with English.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::REFERENCE;
use crate::catalog::{Message, Part, read};
use crate::error::{Error, Result};

/// Returns the differences between English and the other languages of a folder: one sentence for each message that is
/// missing, that English does not have, or that has other placeholders. Empty if there are no differences.
///
/// # Errors
/// - The folder or a file in it cannot be read.
/// - A file is not valid.
/// - There is no `en.ftl`.
pub fn differences(folder: &Path) -> Result<Vec<String>> {
    let english = read(&folder.join(REFERENCE))?;
    let mut differences = Vec::new();
    for path in files(folder)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        differences.extend(compare(&name, &english, &read(&path)?));
    }
    Ok(differences)
}

/// Returns the English texts of a folder by their keys. A placeholder is written as in the file: `{ $seconds }`.
///
/// # Errors
/// `en.ftl` cannot be read, or is not valid.
pub fn texts(folder: &Path) -> Result<BTreeMap<String, String>> {
    let part = |part: &Part| match part {
        Part::Text(text) => text.clone(),
        Part::Placeholder(name) => format!("{{ ${name} }}"),
    };
    let messages = read(&folder.join(REFERENCE))?;
    Ok(messages.into_iter().map(|message| (message.key, message.parts.iter().map(part).collect())).collect())
}

/// The message files of the folder, sorted by name. English is one of them.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|cause| Error::new(format!("{}: {cause}", folder.display())))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "ftl"));
    files.sort();
    Ok(files)
}

/// The differences between English and the language in the file `name`.
fn compare(name: &str, english: &[Message], other: &[Message]) -> Vec<String> {
    let by_key = |messages: &'_ [Message]| -> BTreeMap<String, BTreeSet<String>> {
        let placeholders = |message: &Message| message.placeholders().into_iter().map(str::to_owned).collect();
        messages.iter().map(|message| (message.key.clone(), placeholders(message))).collect()
    };
    let (english, other) = (by_key(english), by_key(other));
    let missing = english.keys().filter(|key| !other.contains_key(*key)).map(|key| format!("{name} has no {key}"));
    let compared = other.iter().filter_map(|(key, placeholders)| match english.get(key) {
        None => Some(format!("{name} has {key}, which {REFERENCE} has not")),
        Some(expected) if expected != placeholders => {
            Some(format!("{name}: {key} has the placeholders {placeholders:?}; {REFERENCE} has {expected:?}"))
        }
        Some(_) => None,
    });
    missing.chain(compared).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::parse;

    #[test]
    fn a_language_has_the_keys_and_the_placeholders_of_english() {
        let english = "a = x\nb = { $c } y { $d }";
        let compare =
            |other: &str| compare("nb.ftl", &parse("en.ftl", english).unwrap(), &parse("nb.ftl", other).unwrap());
        assert!(compare("b = { $d } { $c } z\na = X").is_empty());
        for (other, expected) in [
            ("a = X", "nb.ftl has no b"),
            ("a = X\nb = { $c } { $d } Y\ne = Z", "nb.ftl has e, which en.ftl has not"),
            ("a = X\nb = { $c } Y", r#"nb.ftl: b has the placeholders {"c"}; en.ftl has {"c", "d"}"#),
            ("a = X { $e }\nb = { $c } { $d } Y", r#"nb.ftl: a has the placeholders {"e"}; en.ftl has {}"#),
        ] {
            assert_eq!(compare(other), [expected]);
        }
    }

    #[test]
    fn a_text_is_read_by_its_key() {
        let folder = std::env::temp_dir().join(format!("texts of {}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(REFERENCE), "a = x\nb =\n    y { $c }\n    z").unwrap();
        let texts = texts(&folder).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(
            texts.into_iter().collect::<Vec<_>>(),
            [("a", "x"), ("b", "y { $c } z")].map(|(a, b)| (a.into(), b.into()))
        );
    }

    #[test]
    fn every_file_of_a_folder_is_compared() {
        let folder = std::env::temp_dir().join(format!("messages of {}", std::process::id()));
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
        fs::create_dir_all(&folder).unwrap();
        write("en.ftl", "a = x");
        write("da.ftl", "a = X");
        write("notes.txt", "no messages");
        assert!(differences(&folder).unwrap().is_empty());
        write("nb.ftl", "b = X");
        assert_eq!(differences(&folder).unwrap(), ["nb.ftl has no a", "nb.ftl has b, which en.ftl has not"]);
        write("nb.ftl", "a");
        assert!(differences(&folder).unwrap_err().to_string().contains("nb.ftl:1: "));
        fs::remove_dir_all(&folder).unwrap();
        assert!(differences(&folder).is_err());
    }
}
