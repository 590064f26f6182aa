//! The sections of a wasm file (WebAssembly Core Specification 2.0, chapter 5.5).

use super::Rule;

/// The beginning of every module: magic number and version.
const PREAMBLE: &[u8] = b"\0asm\x01\0\0\0";

/// Reports custom sections that are for debuggers.
pub(super) fn check(bytes: &[u8], add: &mut impl FnMut(Rule, String)) {
    match custom_sections(bytes) {
        None => add(Rule::UnexpectedFile, "it is no WebAssembly module".to_owned()),
        Some(names) => {
            let is_for_debuggers = |name: &&String| {
                name.starts_with(".debug") || matches!(name.as_str(), "name" | "external_debug_info" | "build_id")
            };
            for name in names.iter().filter(is_for_debuggers) {
                add(Rule::DebugNames, format!("it has the section `{name}`"));
            }
        }
    }
}

/// The names of all custom sections; nothing when the bytes are no module.
fn custom_sections(bytes: &[u8]) -> Option<Vec<String>> {
    let mut rest = bytes.strip_prefix(PREAMBLE)?;
    let mut names = Vec::new();
    while let Some((id, after_id)) = rest.split_first() {
        let (size, content) = number(after_id)?;
        let (content, next) = content.split_at_checked(size)?;
        if *id == 0 {
            let (length, name) = number(content)?;
            names.push(String::from_utf8_lossy(name.get(..length)?).into_owned());
        }
        rest = next;
    }
    Some(names)
}

/// A LEB128 number of at most 32 bits, and what follows it.
fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, bytes.get(index + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_sections_are_found_between_others() {
        let long = [vec![10, 0x81, 0x01], vec![0xff; 129]].concat();
        let module = [PREAMBLE, &[1, 1, 0], &[0, 6, 4], b"name!", &long, &[0, 3, 1], b"x!"].concat();
        assert_eq!(custom_sections(&module), Some(vec!["name".to_owned(), "x".to_owned()]));
        for end in [4, 9, 10, 12, 13, module.len() - 1] {
            assert_eq!(custom_sections(&module[..end]), None, "cut at {end}");
        }
    }
}
