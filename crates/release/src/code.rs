//! Lists how many bytes of code each crate has in a wasm module. The name of a function tells its crate.

use anyhow::{Context, Result};
use std::collections::{BTreeMap, HashMap};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// The crates of the standard library. Their generic code counts for the crate whose types it handles.
const LIBRARY: [&str; 3] = ["alloc", "core", "std"];

/// The row for functions whose names contain no crate, such as exports and methods of primitive types.
const NO_CRATE: &str = "(no crate)";

/// The number of crates that a table lists. The last row has the sum of all other crates.
const ROWS: usize = 12;

/// Returns a table of the crates with the most code in a module. The module must still have the names of its functions.
/// Bytes are not compressed.
///
/// # Errors
/// The module cannot be read.
pub(crate) fn table(module: &str, wasm: &[u8]) -> Result<String> {
    let crates = by_crate(wasm).with_context(|| format!("the module {module} cannot be read"))?;
    let total: usize = crates.iter().map(|(_, bytes)| bytes).sum();
    let others: usize = crates.iter().skip(ROWS).map(|(_, bytes)| bytes).sum();
    let mut table = format!("{:<52} {total:>10}\n", format!("code of {module} (raw)"));
    let rows = crates.iter().take(ROWS).map(|(name, bytes)| (name.as_str(), *bytes));
    for (name, bytes) in rows.chain([("others", others)]) {
        table.push_str(&format!("  {name:<50} {bytes:>10}\n"));
    }
    Ok(table)
}

/// The bytes of each crate. The crate with the most bytes is first.
fn by_crate(wasm: &[u8]) -> Result<Vec<(String, usize)>> {
    let (mut index, mut sizes, mut names) = (0, Vec::new(), HashMap::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    index += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => {
                let range = body.range();
                sizes.push((index, usize::try_from(range.end - range.start).unwrap_or_default()));
                index += 1;
            }
            Payload::CustomSection(reader) => {
                let KnownCustom::Name(all) = reader.as_known() else { continue };
                for name in all {
                    let Name::Function(functions) = name? else { continue };
                    for function in functions {
                        let function = function?;
                        names.insert(function.index, crate_of(function.name));
                    }
                }
            }
            _ => {}
        }
    }
    let mut bytes: BTreeMap<String, usize> = BTreeMap::new();
    for (function, size) in sizes {
        *bytes.entry(names.get(&function).cloned().unwrap_or_else(|| NO_CRATE.to_owned())).or_default() += size;
    }
    let mut bytes: Vec<(String, usize)> = bytes.into_iter().collect();
    bytes.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    Ok(bytes)
}

/// The crate of a function: the first crate in its name that is not part of the standard library. If all of them are,
/// the first crate.
fn crate_of(name: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(name));
    let mut first = None;
    for (at, _) in name.match_indices("::") {
        // wasm-bindgen demangles names to `name[hash]::`.
        let before = name.get(..at).unwrap_or_default();
        let before = before.strip_suffix(']').and_then(|it| Some(it.rsplit_once('[')?.0)).unwrap_or(before);
        let start = before.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
        let (path, word) = (before.get(..start).unwrap_or_default(), before.get(start..).unwrap_or_default());
        // A crate is the first word of a path.
        if word.is_empty() || path.ends_with("::") {
            continue;
        }
        if !LIBRARY.contains(&word) {
            return word.to_owned();
        }
        first.get_or_insert(word);
    }
    first.unwrap_or(NO_CRATE).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{CodeSection, Function, FunctionSection, Module, NameMap, NameSection, TypeSection};

    #[test]
    fn generic_code_of_the_standard_library_counts_for_the_crate_that_uses_it() {
        for (name, expected) in [
            ("_RNvCs3cEOJWPN6M_17visma_connect_spa4main", "visma_connect_spa"),
            ("<dlmalloc[e24a27700634d609]::Dlmalloc<dlmalloc[e24a27700634d609]::sys::System>>::malloc", "dlmalloc"),
            ("<alloc[3ca501edff3f0c7c]::vec::Vec<app[00aa]::json::Json>>::reserve", "app"),
            ("<alloc::rc::Rc<core::cell::RefCell<js_sys::futures::Inner>>>::drop_slow", "js_sys"),
            ("core::ptr::drop_in_place::<alloc::string::String>", "core"),
            ("<str>::parse::<i64>", NO_CRATE),
            ("start", NO_CRATE),
        ] {
            assert_eq!(crate_of(name), expected, "{name}");
        }
    }

    #[test]
    fn the_largest_crate_is_first_and_every_byte_is_counted() {
        let (mut types, mut functions, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
        types.ty().function([], []);
        let mut naming = NameMap::new();
        for (index, (name, length)) in (0..).zip([("a::one", 10), ("b::two", 30), ("a::three", 15), ("start", 5)]) {
            functions.function(0);
            let mut body = Function::new([]);
            body.raw(vec![1; length - 2]).instructions().end();
            code.function(&body);
            naming.append(index, name);
        }
        let mut names = NameSection::new();
        names.functions(&naming);
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&code).section(&names);
        let wasm = module.finish();
        let expected = [("b", 30), ("a", 25), (NO_CRATE, 5)].map(|(name, bytes)| (name.to_owned(), bytes));
        assert_eq!(by_crate(&wasm).unwrap(), expected);
        let table = table("main", &wasm).unwrap();
        assert!(table.starts_with("code of main (raw)") && table.lines().next().unwrap().ends_with(" 60"), "{table}");
        assert!(super::table("main", b"no wasm").is_err());
    }
}
