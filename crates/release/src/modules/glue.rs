//! wasm-bindgen's glue: what boot.js calls of it, the loader of the parts, and the short names.

use crate::error::{Error, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The module that the names of imports stand under, once they are short.
pub(super) const MODULE: &str = "a";

/// What boot.js calls, as a module of its own beside the whole glue.
pub(super) fn entry(has_parts: bool) -> String {
    let more = if has_parts { ", part, prepare" } else { "" };
    format!("export {{ default, start{more} }} from './whole.js';\n")
}

/// The glue with classes that esbuild can drop: without what wasm-bindgen does to each beside defining it. What other
/// crates export for themselves falls away then.
///
/// # Errors
/// The glue imports a loader. The macro of wasm-split makes one of its own, which checks no integrity.
pub(super) fn droppable(glue: &str) -> Result<String> {
    if glue.contains("__wasm_split") {
        return Err(Error::new("the app asks for parts with a macro. Its loader checks no integrity: declare them."));
    }
    let lines = glue.lines().filter(|line| !line.starts_with("if (Symbol.dispose) "));
    let glue: String = lines.flat_map(|line| [line, "\n"]).collect();
    Ok(glue.replace(": new FinalizationRegistry(", ": /* @__PURE__ */ new FinalizationRegistry("))
}

/// Loads the parts of the page. `needs` says which files a part is made of, by their places in `files`: of each the
/// name, and its integrity. They are not known yet, so [`with_files`] puts them in.
///
/// `prepare` fetches and compiles; `part` makes the part callable, too. What has failed is asked for again, past the
/// browser's cache, which may hold what is damaged.
pub(super) fn loader(needs: &BTreeMap<String, Vec<usize>>) -> String {
    let needs = serde_json::json!(needs);
    format!(
        "
const files = {FILES};
const needs = {needs};
const compiled = [], made = [];
let cache = 'default';
const once = (known, file, make) => known[file] ??= make().catch((cause) => {{
  cache = 'reload';
  known[file] = null;
  throw cause;
}});
const compile = (file) => once(compiled, file, async () => {{
  const [name, integrity] = files[file];
  return WebAssembly.compileStreaming(fetch(new URL(name, import.meta.url), {{ cache, integrity }}));
}});
const make = (file) => once(made, file, async () =>
  WebAssembly.instantiate(await compile(file), {{ {MODULE}: wasm }}));
export const prepare = (name) => Promise.all(needs[name].map(compile));
export const part = (name) => Promise.all(needs[name].map(make));
"
    )
}

/// Stands in the loader for the names of the files.
const FILES: &str = "__FILES__";

/// The glue with the parts' files, each with its name and integrity.
///
/// # Errors
/// The glue has no place for them.
pub(super) fn with_files(glue: &str, files: &[(String, String)]) -> Result<String> {
    if files.is_empty() {
        return Ok(glue.to_owned());
    }
    replace_once(glue, FILES, &serde_json::json!(files).to_string())
}

/// Holds the glue against the exports that the cut has ended.
///
/// # Errors
/// The glue calls one of them.
pub(super) fn calls_none_of(gone: &BTreeSet<String>, glue: &str) -> Result {
    match called(glue).into_iter().find(|name| gone.contains(*name)) {
        Some(name) => {
            Err(Error::new(format!("the page calls {name}, which crates/release/src/modules/cut.rs takes for unused.")))
        }
        None => Ok(()),
    }
}

/// The exports of the wasm that the glue names.
pub(super) fn called(glue: &str) -> BTreeSet<&str> {
    glue.match_indices("wasm.").filter_map(|(at, found)| word(glue.get(at + found.len()..)?)).collect()
}

/// The identifier that a text begins with.
fn word(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '$')).unwrap_or(text.len());
    text.get(..end).filter(|word| !word.is_empty())
}

/// The names that wasm-opt gave: the old and the new one of each export, and of each import with its module.
pub(super) struct Names {
    pub(super) exports: BTreeMap<String, String>,
    imports: Vec<[String; 3]>,
}

impl Names {
    /// Reads what wasm-opt prints.
    ///
    /// # Errors
    /// It is no list of names.
    pub(super) fn read(printed: &Value) -> Result<Self> {
        let unreadable = || Error::new("the names that wasm-opt gave are not lists of strings.");
        let list = |key: &str| printed.get(key).and_then(Value::as_array).ok_or_else(unreadable);
        let strings = |entry: &Value| -> Option<Vec<String>> {
            entry.as_array()?.iter().map(|text| Some(text.as_str()?.to_owned())).collect()
        };
        let mut names = Self { exports: BTreeMap::new(), imports: Vec::new() };
        for entry in list("exports")? {
            let pair: [String; 2] = strings(entry).and_then(|pair| pair.try_into().ok()).ok_or_else(unreadable)?;
            let [old, new] = pair;
            names.exports.insert(old, new);
        }
        for entry in list("imports")? {
            names.imports.push(strings(entry).and_then(|triple| triple.try_into().ok()).ok_or_else(unreadable)?);
        }
        Ok(names)
    }

    /// The glue with the new names. Each import is a key of the import object, each export a member of `wasm`.
    ///
    /// # Errors
    /// The glue does not hold each import once.
    pub(super) fn put_into(&self, glue: &str) -> Result<String> {
        let mut glue = glue.to_owned();
        let mut modules = BTreeSet::new();
        for [module, old, new] in &self.imports {
            modules.insert(module);
            glue = replace_once(&glue, &format!(" {old}: function("), &format!(" {new}: function("))
                .or_else(|_| replace_once(&glue, &format!(" {old}: "), &format!(" {new}: ")))?;
        }
        for module in modules {
            glue = replace_once(&glue, &format!("\"{module}\":"), &format!("\"{MODULE}\":"))?;
        }
        // All at once: a new name may be an old one too.
        let mut renamed = String::with_capacity(glue.len());
        let mut rest = glue.as_str();
        while let Some((before, after)) = rest.split_once("wasm.") {
            renamed.push_str(before);
            renamed.push_str("wasm.");
            let old = word(after).unwrap_or_default();
            renamed.push_str(self.exports.get(old).map_or(old, String::as_str));
            rest = after.get(old.len()..).unwrap_or_default();
        }
        renamed.push_str(rest);
        Ok(renamed)
    }
}

fn replace_once(text: &str, from: &str, to: &str) -> Result<String> {
    if text.matches(from).count() == 1 {
        Ok(text.replacen(from, to, 1))
    } else {
        Err(Error::new(format!("wasm-bindgen's glue has changed: it does not hold {from:?} exactly once.")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_exchanged_on_both_sides() {
        let glue = "function start(a) { wasm.start(a); wasm.memory.buffer; x.start; wasm.ab; wasm.__instance; }\n\
                    const o = { __wbg_new_1f: function(x) {}, __wbg_get_2e: (x) => x, };\n\
                    return { \"./app_bg.js\": o };";
        assert_eq!(called(glue).into_iter().collect::<Vec<_>>(), ["__instance", "ab", "memory", "start"]);
        let names = Names::read(&json!({
            "imports": [["./app_bg.js", "__wbg_new_1f", "a"], ["./app_bg.js", "__wbg_get_2e", "b"]],
            "exports": [["start", "ab"], ["memory", "c"], ["ab", "start"]],
        }));
        let names = names.unwrap();
        assert_eq!(
            names.put_into(glue).unwrap(),
            "function start(a) { wasm.ab(a); wasm.c.buffer; x.start; wasm.start; wasm.__instance; }\n\
             const o = { a: function(x) {}, b: (x) => x, };\nreturn { \"a\": o };"
        );
        assert!(names.put_into("nothing").is_err(), "glue of another shape is refused");
        for wrong in
            [json!({}), json!({ "imports": [], "exports": [["a"]] }), json!({ "imports": [[]], "exports": [] })]
        {
            assert!(Names::read(&wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn glue_that_calls_what_the_cut_has_ended_is_refused() {
        let gone = BTreeSet::from(["sink_close".to_owned()]);
        assert!(calls_none_of(&gone, "wasm.start(a); wasm.sink_close_2(b);").is_ok());
        let problem = calls_none_of(&gone, "wasm.start(a); wasm.sink_close(b);").unwrap_err().to_string();
        assert!(problem.contains("sink_close") && problem.contains("cut.rs"), "{problem}");
    }

    #[test]
    fn a_loader_without_integrity_is_refused_and_ours_names_that_of_each_file() {
        assert!(droppable("import * as import1 from \"./__wasm_split.js\"\n").is_err());
        let loader = loader(&BTreeMap::from([("rest".to_owned(), vec![0])]));
        let loader = with_files(&loader, &[("part-rest-1.wasm".to_owned(), "sha384-x".to_owned())]).unwrap();
        assert!(loader.contains("const files = [[\"part-rest-1.wasm\",\"sha384-x\"]];"), "{loader}");
        assert!(loader.contains("const needs = {\"rest\":[0]};"), "{loader}");
        assert_eq!(loader.matches("fetch(").count(), 1);
        assert!(loader.contains("fetch(new URL(name, import.meta.url), { cache, integrity })"), "{loader}");
    }
}
