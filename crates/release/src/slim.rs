//! What Trunk leaves large in a release.
//!
//! ```text
//! the linker's wasm ── snip ── wasm-bindgen ─┬─ glue ── esbuild: what boot.js calls, and nothing else ───────┐
//!                                            └─ wasm ── wasm-metadce: what that needs, nothing else ─────────┤
//!                            minified ── short names between the two ── wasm-opt ────────────────────────────┘
//! boot.js, start-error.js, frontchannel-logout.js ── minified; the first two for old browsers too
//! style sheets ── one file
//! ```
//! Trunk runs wasm-bindgen as well, but on all of the linker's wasm, so its two files are replaced. Its minifier cannot
//! read wasm-bindgen's glue, and glue and wasm meet under names with a hash in each, which no compression helps:
//! together 4.5 kB brotli. Files get names of their new content, and index.html their new
//! integrity.

use crate::error::{Error, Result};
use crate::front_channel;
use crate::hash::{integrity, short};
use crate::html::{Tag, tags};
use crate::programs::{Programs, run};
use crate::project::{Project, read, write};
use crate::snip::snip;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Makes a built dist smaller, without changing what it does.
///
/// # Errors
/// The dist is not one of this project, or a tool fails.
pub fn slim(project: &Project, programs: &Programs, dist: &Path) -> Result {
    let features = wasm_features(&read(&project.root().join("index.html"))?)?;
    let work = project.work("slim");
    crate::project::create_folder(&work)?;
    let page = dist.join("index.html");
    let mut html = read(&page)?;

    let glue = file(dist, ".js")?;
    let wasm = file(dist, "_bg.wasm")?;
    let snipped = work.join("snipped.wasm");
    let gone = snip(&project.linked_wasm(), &snipped)?;
    let bound = work.join("bindgen");
    bind(programs, &snipped, &bound)?;
    let bundled = bundle(programs, &bound.join("page.js"), &work)?;
    calls_none_of(&gone, &bundled)?;
    let names = shorten(programs, &features, &bound.join("page_bg.wasm"), &bundled, &work)?;
    let short = work.join("short.js");
    write(&short, &rename(&bundled, &names)?)?;
    let small_glue = work.join("glue.js");
    esbuild(programs, &short, &small_glue, &["--minify"])?;
    html = replace_file(&html, &glue, &small_glue, "")?;
    html = replace_file(&html, &wasm, &work.join("short.wasm"), "_bg")?;
    html = usable_preload(&html)?;

    write(&page, &join_styles(dist, &html)?)?;
    // Trunk has minified the style sheet without a word; esbuild names what it cannot read.
    esbuild(programs, &file_with(dist, STYLE, ".css")?, &work.join("style.css"), &[])?;
    for script in ["boot.js", "start-error.js"].map(|name| dist.join(name)) {
        esbuild(programs, &script, &script, &[&["--minify"], &OLD_BROWSERS[..]].concat())?;
    }

    let (page, script) = (dist.join(front_channel::PAGE), dist.join(front_channel::SCRIPT));
    esbuild(programs, &script, &script, &["--minify"])?;
    let html = front_channel::with_integrity(&read(&page)?, &read(&script)?)
        .map_err(|problem| Error::new(format!("{problem}.")))?;
    write(&page, &html)
}

/// Runs wasm-bindgen: `page.js` and `page_bg.wasm` in a folder, with the names of the functions.
fn bind(programs: &Programs, wasm: &Path, folder: &Path) -> Result {
    run(programs
        .command("wasm-bindgen")
        .args(["--target=web", "--no-typescript", "--out-name=page", "--out-dir"])
        .arg(folder)
        .arg(wasm))
}

/// What tells the user of an old browser so must be readable to it: ES2018 with `import()` and `import.meta`, which is
/// Chrome 64, Firefox 67 and Safari 11.1.
const OLD_BROWSERS: [&str; 3] = ["--target=es2018", "--supported:dynamic-import=true", "--supported:import-meta=true"];

/// The glue as far as boot.js calls it. The classes that other crates export for themselves fall away.
fn bundle(programs: &Programs, glue: &Path, work: &Path) -> Result<String> {
    let (entry, bundled) = (work.join("entry.js"), work.join("bundled.js"));
    write(&entry, "export { default, start } from './whole.js';\n")?;
    write(&work.join("whole.js"), &droppable(&read(glue)?))?;
    esbuild(programs, &entry, &bundled, &["--bundle"])?;
    read(&bundled)
}

/// The glue with classes that esbuild can drop: without what wasm-bindgen does to each beside defining it.
fn droppable(glue: &str) -> String {
    let lines = glue.lines().filter(|line| !line.starts_with("if (Symbol.dispose) "));
    let glue: String = lines.flat_map(|line| [line, "\n"]).collect();
    glue.replace(": new FinalizationRegistry(", ": /* @__PURE__ */ new FinalizationRegistry(")
}

/// Removes what the glue does not call from the wasm, and shortens the names between the two: `short.wasm` in the
/// work folder, and the old and new names.
fn shorten(programs: &Programs, features: &[String], wasm: &Path, glue: &str, work: &Path) -> Result<Value> {
    let called: Vec<String> = called(glue).into_iter().map(str::to_owned).collect();
    let mut graph: Vec<Value> = called.iter().map(|name| json!({ "name": name, "export": name })).collect();
    graph.push(json!({ "name": "the glue", "root": true, "reaches": called }));
    let file = |name: &str| work.join(name);
    let (graph_file, needed) = (file("graph.json"), file("needed.wasm"));
    let small = file("small.wasm");
    write(&graph_file, &Value::Array(graph).to_string())?;
    run(programs
        .command("wasm-metadce")
        .args(features)
        .arg(wasm)
        .arg("--graph-file")
        .arg(&graph_file)
        .args(["--debuginfo", "-o"])
        .arg(&needed)
        .stdout(std::process::Stdio::null()))?;
    let wasm_opt = |from: &Path, args: &[&str], to: &Path| {
        let mut command = programs.command("wasm-opt");
        // The stack is at the bottom of the memory, so nothing is kept in its first kilobyte.
        command.args(features).arg("--low-memory-unused").args(args).arg(from).arg("-o").arg(to);
        command
    };
    // What is small already becomes 1 kB brotli smaller when it is taken apart once more.
    // A function with one caller stays a function when it is large: 0.2 kB brotli.
    let smaller = ["-g", "-ocimfs=40", "-Oz", "--flatten", "--rereloop", "-Oz", "-Oz", "--converge"];
    run(&mut wasm_opt(&needed, &smaller, &small))?;
    // Apart from that, since it is done over and over until nothing becomes smaller, and names are given once.
    let names = [
        // Functions of one type then stand together, which saves 0.5 kB brotli.
        "--reorder-functions-by-name",
        "--remove-unused-module-elements",
        "--minify-imports-and-exports-and-modules",
    ];
    let output = wasm_opt(&small, &names, &file("short.wasm"))
        .output()
        .map_err(|cause| Error::new(format!("wasm-opt cannot be started: {cause}.")))?;
    serde_json::from_slice(&output.stdout)
        .map_err(|_| Error::new("wasm-opt did not print the names that it gave. Is it the version of xtask/npm?"))
}

/// Holds the glue against the exports that `snip` has ended.
fn calls_none_of(gone: &BTreeSet<String>, glue: &str) -> Result {
    match called(glue).into_iter().find(|name| gone.contains(*name)) {
        Some(name) => {
            Err(Error::new(format!("the page calls {name}, which crates/release/src/snip.rs takes for unused.")))
        }
        None => Ok(()),
    }
}

/// The exports of the wasm that the glue names.
fn called(glue: &str) -> BTreeSet<&str> {
    glue.match_indices("wasm.").filter_map(|(at, found)| word(glue.get(at + found.len()..)?)).collect()
}

/// The identifier that a text begins with.
fn word(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '$')).unwrap_or(text.len());
    text.get(..end).filter(|word| !word.is_empty())
}

/// The glue with the new names. Each import is a key of the import object, each export a member of `wasm`.
fn rename(glue: &str, names: &Value) -> Result<String> {
    let unreadable = || Error::new("the names that wasm-opt gave are not lists of strings.");
    let list = |key: &str| names.get(key).and_then(Value::as_array).ok_or_else(unreadable);
    let strings = |entry: &Value| -> Option<Vec<String>> {
        entry.as_array()?.iter().map(|text| Some(text.as_str()?.to_owned())).collect()
    };
    let mut glue = glue.to_owned();
    let mut modules = BTreeSet::new();
    for entry in list("imports")? {
        let entry = strings(entry).ok_or_else(unreadable)?;
        let [module, old, new] = entry.as_slice() else { return Err(unreadable()) };
        modules.insert(module.clone());
        glue = replace_once(&glue, &format!(" {old}: function("), &format!(" {new}: function("))
            .or_else(|_| replace_once(&glue, &format!(" {old}: "), &format!(" {new}: ")))?;
    }
    for module in modules {
        glue = replace_once(&glue, &format!("\"{module}\":"), "\"a\":")?;
    }
    // All at once: a new name may be an old one too.
    let mut renamed = String::with_capacity(glue.len());
    let mut rest = glue.as_str();
    let exports: Vec<Vec<String>> = list("exports")?.iter().filter_map(strings).collect();
    while let Some((before, after)) = rest.split_once("wasm.") {
        renamed.push_str(before);
        renamed.push_str("wasm.");
        let old = word(after).unwrap_or_default();
        let new = exports.iter().find_map(|pair| (pair.first()? == old).then(|| pair.get(1))?);
        renamed.push_str(new.map_or(old, String::as_str));
        rest = after.get(old.len()..).unwrap_or_default();
    }
    renamed.push_str(rest);
    Ok(renamed)
}

fn replace_once(text: &str, from: &str, to: &str) -> Result<String> {
    if text.matches(from).count() == 1 {
        Ok(text.replacen(from, to, 1))
    } else {
        Err(Error::new(format!("wasm-bindgen's glue has changed: it does not hold {from:?} exactly once.")))
    }
}

/// Puts a file of the work folder in the place of one of the dist, under a name of its content, and returns the
/// page with the new name and integrity.
fn replace_file(html: &str, old: &Path, new: &Path, suffix: &str) -> Result<String> {
    let bytes_of = |path: &Path| {
        std::fs::read(path).map_err(|cause| Error::new(format!("{} cannot be read: {cause}.", path.display())))
    };
    let (before, after) = (bytes_of(old)?, bytes_of(new)?);
    let name_of = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let extension = old.extension().map(|extension| extension.to_string_lossy().into_owned()).unwrap_or_default();
    let hash = short(&after);
    let name = format!("{NAME}{hash}{suffix}.{extension}");
    if !html.contains(&integrity(&before)) {
        return Err(Error::new("index.html does not hold the integrity of a file. Trunk's `no_sri` must stay off."));
    }
    std::fs::remove_file(old)
        .and_then(|()| std::fs::write(old.with_file_name(&name), &after))
        .map_err(|cause| Error::new(format!("{name} cannot be written: {cause}.")))?;
    Ok(html.replace(&integrity(&before), &integrity(&after)).replace(&name_of(old), &name))
}

/// Browsers ignore the integrity of a preload, and Chromium says so in a console line that holds the page's address:
/// on the callback page, the code. boot.js finds the integrity in an attribute that means nothing to the browser.
///
/// And with `crossorigin`, WebKit preloads in a mode that no fetch of the same origin has: it would transfer the wasm
/// twice. Without the attribute, the preload is like the fetch in boot.js.
fn usable_preload(html: &str) -> Result<String> {
    let is_preload = |tag: &Tag<'_>| tag.is("link") && tag.attribute(html, "as").as_deref() == Some("fetch");
    let tag = tags(html).into_iter().find(is_preload);
    let tag = tag.ok_or_else(|| Error::new("index.html does not preload the wasm."))?;
    let quiet = replace_once(html.get(tag.place.clone()).unwrap_or_default(), " integrity=", " data-integrity=")?;
    Ok(replaced(html, tag.place, &replace_once(&quiet, " crossorigin", "")?))
}

/// The features that index.html tells wasm-opt to keep to.
fn wasm_features(html: &str) -> Result<Vec<String>> {
    let value = tags(html).iter().find_map(|tag| tag.attribute(html, "data-wasm-opt-params"));
    let value = value.ok_or_else(|| Error::new("index.html has no data-wasm-opt-params."))?;
    Ok(value.split(' ').map(str::to_owned).collect())
}

/// Puts the style sheets of a page into one file, in their order, and returns the page with one link to it.
fn join_styles(dist: &Path, html: &str) -> Result<String> {
    let links = style_sheets(html);
    let Some((first, url)) = links.first() else { return Ok(html.to_owned()) };
    let folder = url.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut styles = String::new();
    for (_, url) in &links {
        let file = dist.join(url.rsplit('/').next().unwrap_or_default());
        styles.push_str(&read(&file)?);
        std::fs::remove_file(&file).map_err(|cause| Error::new(format!("{}: {cause}.", file.display())))?;
    }
    let name = format!("{STYLE}{}.css", short(&styles));
    write(&dist.join(&name), &styles)?;
    let link = format!("<link href=\"{folder}/{name}\" integrity=\"{}\" rel=\"stylesheet\">", integrity(&styles));
    // From the last to the first, so that the places of those before stay right.
    let html = links.iter().skip(1).rev().fold(html.to_owned(), |html, (place, _)| replaced(&html, place.clone(), ""));
    Ok(replaced(&html, first.clone(), &link))
}

/// Where the links to style sheets stand, and where they lead.
fn style_sheets(html: &str) -> Vec<(Range<usize>, String)> {
    let links = tags(html).into_iter().filter(|tag| tag.is("link"));
    let sheets = links.filter(|tag| tag.attribute(html, "rel").as_deref() == Some("stylesheet"));
    sheets.filter_map(|tag| Some((tag.place.clone(), tag.attribute(html, "href")?))).collect()
}

/// A text with this in a place of it.
fn replaced(text: &str, place: Range<usize>, by: &str) -> String {
    let (before, after) = (text.get(..place.start), text.get(place.end..));
    [before.unwrap_or_default(), by, after.unwrap_or_default()].concat()
}

fn esbuild(programs: &Programs, from: &Path, to: &Path, more: &[&str]) -> Result {
    run(programs
        .command("esbuild")
        .arg(from)
        .args(["--format=esm", "--target=es2022", "--allow-overwrite", "--log-level=warning"])
        .args(more)
        .arg(format!("--outfile={}", to.display())))
}

/// How the files that Trunk makes of the binary begin.
const NAME: &str = "visma-connect-spa-";

/// How the style sheet's name begins.
const STYLE: &str = "style-";

/// The one file of the binary with this ending.
fn file(dist: &Path, ending: &str) -> Result<PathBuf> {
    file_with(dist, NAME, ending)
}

/// The one file with this beginning and ending.
fn file_with(dist: &Path, beginning: &str, ending: &str) -> Result<PathBuf> {
    let entries = std::fs::read_dir(dist).map_err(|cause| Error::new(format!("{}: {cause}.", dist.display())))?;
    let is_it = |path: &PathBuf| {
        path.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.starts_with(beginning) && name.ends_with(ending))
    };
    entries.filter_map(|entry| Some(entry.ok()?.path())).find(is_it).ok_or_else(|| {
        Error::new(format!("{} holds no {beginning}…{ending}. Build it with Trunk first.", dist.display()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_exchanged_on_both_sides() {
        let glue = "function start(a) { wasm.start(a); wasm.memory.buffer; x.start; wasm.ab; wasm.__instance; }\n\
                    const o = { __wbg_new_1f: function(x) {}, __wbg_get_2e: (x) => x, };\n\
                    return { \"./app_bg.js\": o };";
        assert_eq!(called(glue).into_iter().collect::<Vec<_>>(), ["__instance", "ab", "memory", "start"]);
        let names = json!({
            "imports": [["./app_bg.js", "__wbg_new_1f", "a"], ["./app_bg.js", "__wbg_get_2e", "b"]],
            "exports": [["start", "ab"], ["memory", "c"], ["ab", "start"]],
        });
        assert_eq!(
            rename(glue, &names).unwrap(),
            "function start(a) { wasm.ab(a); wasm.c.buffer; x.start; wasm.start; wasm.__instance; }\n\
             const o = { a: function(x) {}, b: (x) => x, };\nreturn { \"a\": o };"
        );
        assert!(rename("nothing", &names).is_err(), "glue of another shape is refused");
    }

    #[test]
    fn glue_that_calls_what_snip_has_ended_is_refused() {
        let gone = BTreeSet::from(["sink_close".to_owned()]);
        assert!(calls_none_of(&gone, "wasm.start(a); wasm.sink_close_2(b);").is_ok());
        let problem = calls_none_of(&gone, "wasm.start(a); wasm.sink_close(b);").unwrap_err().to_string();
        assert!(problem.contains("sink_close") && problem.contains("snip.rs"), "{problem}");
    }

    #[test]
    fn only_the_preload_of_the_wasm_loses_its_integrity_and_its_mode() {
        let other = "<link crossorigin integrity=sha384-y rel=modulepreload>";
        let html = format!("{other}<link as=fetch crossorigin href=/a.wasm integrity=sha384-x rel=preload>");
        let usable = format!("{other}<link as=fetch href=/a.wasm data-integrity=sha384-x rel=preload>");
        assert_eq!(usable_preload(&html).unwrap(), usable);
        assert!(usable_preload("<link rel=icon>").is_err());
    }

    #[test]
    fn the_features_are_those_of_the_page() {
        let html = read(&Project::here().root().join("index.html")).unwrap();
        let features = wasm_features(&html).unwrap();
        assert!(features.contains(&"--mvp-features".to_owned()) && features.len() > 5);
    }

    #[test]
    fn the_style_sheets_become_one_in_their_order() {
        let dist = std::env::temp_dir().join(format!("slim-{}", std::process::id()));
        crate::project::create_folder(&dist).unwrap();
        write(&dist.join("a-1.css"), "a{}").unwrap();
        write(&dist.join("b-2.css"), "b{}").unwrap();
        let html = "<link href=/app/icon.svg rel=icon><link href=/app/a-1.css integrity=x rel=stylesheet>\
                    <link rel=\"stylesheet\" href=\"/app/b-2.css\"/><script src=/app/boot.js></script>";
        let joined = join_styles(&dist, html).unwrap();
        let [(_, url)] = &style_sheets(&joined)[..] else { panic!("{joined}") };
        let name = url.strip_prefix("/app/").unwrap();
        assert_eq!(read(&dist.join(name)).unwrap(), "a{}b{}");
        assert!(!dist.join("a-1.css").exists() && !dist.join("b-2.css").exists());
        assert_eq!(tags(&joined).iter().filter(|tag| tag.is("link")).count(), 2);
        assert!(joined.contains(&integrity("a{}b{}")) && joined.ends_with("<script src=/app/boot.js></script>"));
        std::fs::remove_dir_all(&dist).unwrap();
    }
}
