//! Edits wasm-bindgen's glue: exports what boot.js calls, adds the loader of the parts, and inserts the short names.

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The module name of all imports after their names are shortened.
pub(super) const MODULE: &str = "a";

/// The entry script for esbuild. It exports only what boot.js calls, so esbuild drops the rest of the glue.
pub(super) fn entry(has_parts: bool) -> String {
    let more = if has_parts { ", part, prepare" } else { "" };
    format!("export {{ load as default, start{more} }} from './whole.js';\n")
}

/// Changes the glue so that esbuild can drop unused classes. Other crates export such classes. For each class,
/// wasm-bindgen writes two statements with side effects. The first (`Symbol.dispose`) is removed. The second
/// (`FinalizationRegistry`) is marked as pure.
///
/// # Errors
/// The glue imports the loader of wasm-split's macro, which does not check integrity.
pub(super) fn droppable(glue: &str) -> Result<String> {
    if glue.contains("__wasm_split") {
        bail!("the app uses the macro of wasm-split, whose loader checks no integrity. See src/rest.rs.");
    }
    let lines = glue.lines().filter(|line| !line.starts_with("if (Symbol.dispose) "));
    let glue: String = lines.flat_map(|line| [line, "\n"]).collect();
    Ok(glue.replace(": new FinalizationRegistry(", ": /* @__PURE__ */ new FinalizationRegistry("))
}

/// The function that starts the main module. It replaces the function that wasm-bindgen exports as `default`, and makes
/// the script 0.4 kB brotli smaller. It accepts only a response with the type `application/wasm`. The function of
/// wasm-bindgen accepts other arguments and types too, but boot.js always passes a response, and the parts need this
/// type.
pub(super) const STARTER: &str = "
export const load = async ({ module_or_path }) => {
  const { instance, module } = await WebAssembly.instantiateStreaming(module_or_path, __wbg_get_imports());
  __wbg_finalize_init(instance, module);
};
";

/// The script that loads the parts of the page. In the script, `files` is a list with the name and the integrity of
/// each file, and `needs` has the files of each part, as indexes in `files`. The files do not exist yet, so
/// [`with_files`] inserts their names and integrities later.
///
/// The function `prepare` of the script fetches and compiles a part. The function `part` also instantiates it. After an
/// error, the next call loads the file again and bypasses the browser's cache, because the cached file may be damaged.
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

/// The placeholder in the loader for the list of files.
const FILES: &str = "__FILES__";

/// Inserts the names and integrities of the parts' files into the glue.
///
/// # Errors
/// The glue does not contain the placeholder exactly once.
pub(super) fn with_files(glue: &str, files: &[(String, String)]) -> Result<String> {
    if files.is_empty() {
        return Ok(glue.to_owned());
    }
    replace_once(glue, FILES, &serde_json::json!(files).to_string())
}

/// Checks that the glue calls no export that the cut has removed.
///
/// # Errors
/// The glue calls one of them.
pub(super) fn calls_none_of(gone: &BTreeSet<String>, glue: &str) -> Result<()> {
    match called(glue).into_iter().find(|name| gone.contains(*name)) {
        Some(name) => Err(anyhow!("the page calls {name}, which crates/release/src/modules/cut.rs treats as unused.")),
        None => Ok(()),
    }
}

/// The exports of the wasm that the glue uses.
pub(super) fn called(glue: &str) -> BTreeSet<&str> {
    glue.match_indices("wasm.").filter_map(|(at, found)| word(glue.get(at + found.len()..)?)).collect()
}

/// The identifier at the start of a text, if there is one.
fn word(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '$')).unwrap_or(text.len());
    text.get(..end).filter(|word| !word.is_empty())
}

/// The short names that wasm-opt has chosen: the old and new name of each export, and the module, old and new name of
/// each import.
pub(super) struct Names {
    pub(super) exports: BTreeMap<String, String>,
    imports: Vec<[String; 3]>,
}

impl Names {
    /// Reads the names from the output of wasm-opt.
    ///
    /// # Errors
    /// The output is not a list of names.
    pub(super) fn read(printed: &Value) -> Result<Self> {
        let unreadable = "the new names that wasm-opt printed are not lists of strings.";
        let list = |key: &str| printed.get(key).and_then(Value::as_array).context(unreadable);
        let strings = |entry: &Value| -> Option<Vec<String>> {
            entry.as_array()?.iter().map(|text| Some(text.as_str()?.to_owned())).collect()
        };
        let mut names = Self { exports: BTreeMap::new(), imports: Vec::new() };
        for entry in list("exports")? {
            let pair: [String; 2] = strings(entry).and_then(|pair| pair.try_into().ok()).context(unreadable)?;
            let [old, new] = pair;
            names.exports.insert(old, new);
        }
        for entry in list("imports")? {
            names.imports.push(strings(entry).and_then(|triple| triple.try_into().ok()).context(unreadable)?);
        }
        Ok(names)
    }

    /// Replaces the old names in the glue. In the glue, each import is a key of the import object, and each export is
    /// a member of `wasm`.
    ///
    /// # Errors
    /// The glue does not contain each import exactly once.
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
        // Replace all exports in one pass, because the new name of one export can be the old name of another.
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
        Err(anyhow!("wasm-bindgen's glue has changed: it does not contain {from:?} exactly once."))
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
        assert!(names.put_into("nothing").is_err(), "an unknown form of glue is refused");
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
