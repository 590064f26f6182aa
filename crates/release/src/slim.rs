//! Reduces the size of a Trunk build.
//!
//! ```text
//! wasm ── replaced by the main module of `modules`; the parts are added
//! boot.js and the glue of `modules` ── joined into one script (`one_script`)
//! style sheets ── joined into one file
//! boot.js, start-error.js, frontchannel-logout.js ── minified
//! ```
//! Trunk runs wasm-bindgen on the complete wasm of the linker, and the minifier of Trunk cannot parse the glue. So the
//! wasm and the glue of Trunk are replaced. The name of each new file contains a hash of its content. index.html gets
//! the new names and integrities.
//!
//! boot.js stays in the dist, although index.html does not load it. A cache may still have a page of another release
//! that loads boot.js. boot.js then finds out that this page is outdated.

use crate::front_channel;
use crate::hash::{integrity, short};
use crate::html::{Tag, replaced, tags};
use crate::modules::{self, esbuild};
use crate::one_script;
use crate::programs::Programs;
use crate::project::Project;
use anyhow::{Context, Result, anyhow, bail};
use fs_err as fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The name of the work folder of [`slim`].
pub(crate) const WORK: &str = "slim";

/// Reduces the size of a built dist. The app behaves the same.
///
/// # Errors
/// The dist does not have the expected files, a file cannot be read or written, or a tool fails.
pub fn slim(project: &Project, programs: &Programs, dist: &Path) -> Result<()> {
    let features = wasm_features(&fs::read_to_string(project.root().join("index.html"))?)?;
    let work = project.work(WORK);
    fs::create_dir_all(&work)?;
    let page = dist.join("index.html");
    let mut html = fs::read_to_string(&page)?;

    let made = modules::make(project, programs, &features, &work)?;
    html = join_scripts(programs, dist, &html, &made.glue, !made.parts.is_empty())?;
    html = replace_file(&html, &file(dist, "_bg.wasm")?, &made.main, "_bg")?;
    for (name, bytes) in made.parts {
        fs::write(dist.join(&name), bytes)?;
    }
    html = usable_preload(&html)?;

    fs::write(&page, &join_styles(dist, &html)?)?;
    // This is only a check, its output is not used. esbuild reports CSS that it cannot parse. Trunk's minifier reports
    // nothing.
    esbuild(programs, &file_with(dist, STYLE, ".css")?, &work.join("style.css"), &[])?;
    for script in ["boot.js", "start-error.js"].map(|name| dist.join(name)) {
        esbuild(programs, &script, &script, &[&["--minify"], &OLD_BROWSERS[..]].concat())?;
    }

    let (page, script) = (dist.join(front_channel::PAGE), dist.join(front_channel::SCRIPT));
    esbuild(programs, &script, &script, &["--minify"])?;
    let html = front_channel::with_integrity(&fs::read_to_string(&page)?, &fs::read_to_string(&script)?)?;
    fs::write(&page, &html)?;
    Ok(())
}

/// Options for the scripts that show the error about an outdated browser. These scripts must run in old browsers: they
/// may use ES2018, `import()` and `import.meta`, which Chrome 64, Firefox 67 and Safari 11.1 have.
const OLD_BROWSERS: [&str; 3] = ["--target=es2018", "--supported:dynamic-import=true", "--supported:import-meta=true"];

/// Replaces boot.js and the glue by one script. Returns the page that loads it.
fn join_scripts(programs: &Programs, dist: &Path, html: &str, glue: &Path, has_parts: bool) -> Result<String> {
    let beside = |name: &str| glue.with_file_name(name);
    fs::write(beside("boot.js"), one_script::without_import(&fs::read_to_string(dist.join("boot.js"))?)?)?;
    fs::write(beside("one-script.js"), one_script::entry(has_parts))?;
    let joined = ["--bundle", "--external:./start-error.js", "--minify"];
    let (from, to) = (beside("one-script.js"), beside("joined.js"));
    esbuild(programs, &from, &to, &[&joined[..], &OLD_BROWSERS[..]].concat())?;

    let script = fs::read_to_string(&to)?;
    let name = format!("{NAME}{}.js", short(&script));
    let html = one_script::in_page(html, &name, &integrity(&script))?;
    // Trunk's file has the same prefix, so remove it first.
    fs::remove_file(file(dist, ".js")?)?;
    fs::write(dist.join(name), &script)?;
    Ok(html)
}

fn replace_once(text: &str, from: &str, to: &str) -> Result<String> {
    if text.matches(from).count() == 1 {
        Ok(text.replacen(from, to, 1))
    } else {
        Err(anyhow!("index.html has changed: its preload does not contain {from:?} exactly once."))
    }
}

/// Deletes the file `old` of the dist, and writes the content of the file `new` into the dist. The name of the written
/// file contains a hash of its content. Returns the page with the new name and the new integrity.
fn replace_file(html: &str, old: &Path, new: &Path, suffix: &str) -> Result<String> {
    let (before, after) = (fs::read(old)?, fs::read(new)?);
    let name_of = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let extension = old.extension().map(|extension| extension.to_string_lossy().into_owned()).unwrap_or_default();
    let hash = short(&after);
    let name = format!("{NAME}{hash}{suffix}.{extension}");
    if !html.contains(&integrity(&before)) {
        bail!("index.html does not contain the integrity of a file. Trunk's `no_sri` must stay off.");
    }
    fs::remove_file(old)?;
    fs::write(old.with_file_name(&name), &after)?;
    Ok(html.replace(&integrity(&before), &integrity(&after)).replace(&name_of(old), &name))
}

/// Changes two attributes of the tag that preloads the wasm.
///
/// `integrity` becomes `data-integrity`, which boot.js reads. Browsers ignore the integrity of a preload, and
/// Chromium reports this in the console with the URL of the page. On the callback page, this URL contains the
/// authorization code.
///
/// `crossorigin` is removed. With it, the preload in WebKit has a request mode that differs from that of the fetch in
/// boot.js, so WebKit loads the wasm twice. Without it, both requests have the same mode.
fn usable_preload(html: &str) -> Result<String> {
    let is_preload = |tag: &Tag<'_>| tag.is("link") && tag.attribute(html, "as").as_deref() == Some("fetch");
    let tag = tags(html).into_iter().find(is_preload);
    let tag = tag.context("index.html does not preload the wasm.")?;
    let quiet = replace_once(html.get(tag.place.clone()).unwrap_or_default(), " integrity=", " data-integrity=")?;
    Ok(replaced(html, tag.place, &replace_once(&quiet, " crossorigin", "")?))
}

/// The options in index.html that tell wasm-opt which wasm features it may use.
fn wasm_features(html: &str) -> Result<Vec<String>> {
    let value = tags(html).iter().find_map(|tag| tag.attribute(html, "data-wasm-opt-params"));
    let value = value.context("index.html has no data-wasm-opt-params.")?;
    Ok(value.split(' ').map(str::to_owned).collect())
}

/// Joins the style sheets of a page into one file, in their order. Returns the page with one link to it.
fn join_styles(dist: &Path, html: &str) -> Result<String> {
    let links = style_sheets(html);
    let Some((first, url)) = links.first() else { return Ok(html.to_owned()) };
    let folder = url.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut styles = String::new();
    for (_, url) in &links {
        let file = dist.join(url.rsplit('/').next().unwrap_or_default());
        styles.push_str(&fs::read_to_string(&file)?);
        fs::remove_file(&file)?;
    }
    let name = format!("{STYLE}{}.css", short(&styles));
    fs::write(dist.join(&name), &styles)?;
    let link = format!("<link href=\"{folder}/{name}\" integrity=\"{}\" rel=\"stylesheet\">", integrity(&styles));
    // Replace the last link first, so that the ranges of the earlier links stay valid.
    let html = links.iter().skip(1).rev().fold(html.to_owned(), |html, (place, _)| replaced(&html, place.clone(), ""));
    Ok(replaced(&html, first.clone(), &link))
}

/// The links to style sheets: the ranges of the tags, and their URLs.
fn style_sheets(html: &str) -> Vec<(Range<usize>, String)> {
    let links = tags(html).into_iter().filter(|tag| tag.is("link"));
    let sheets = links.filter(|tag| tag.attribute(html, "rel").as_deref() == Some("stylesheet"));
    sheets.filter_map(|tag| Some((tag.place.clone(), tag.attribute(html, "href")?))).collect()
}

/// The names of the files that Trunk makes from the app's binary start with this prefix.
const NAME: &str = "visma-connect-spa-";

/// The prefix of the style sheet's name.
const STYLE: &str = "style-";

/// The file that Trunk made from the app's binary, with this suffix.
fn file(dist: &Path, ending: &str) -> Result<PathBuf> {
    file_with(dist, NAME, ending)
}

/// The file in the dist with this prefix and suffix.
fn file_with(dist: &Path, beginning: &str, ending: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(dist)?;
    let is_it = |path: &PathBuf| {
        path.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| name.starts_with(beginning) && name.ends_with(ending))
    };
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(is_it)
        .with_context(|| format!("{} contains no {beginning}…{ending}. Build it with Trunk first.", dist.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let html = fs::read_to_string(Project::here().root().join("index.html")).unwrap();
        let features = wasm_features(&html).unwrap();
        assert!(features.contains(&"--mvp-features".to_owned()) && features.len() > 5);
    }

    #[test]
    fn the_style_sheets_become_one_in_their_order() {
        let temp = tempfile::tempdir().unwrap();
        let dist = temp.path().join("dist");
        fs::create_dir_all(&dist).unwrap();
        fs::write(dist.join("a-1.css"), "a{}").unwrap();
        fs::write(dist.join("b-2.css"), "b{}").unwrap();
        let html = "<link href=/app/icon.svg rel=icon><link href=/app/a-1.css integrity=x rel=stylesheet>\
                    <link rel=\"stylesheet\" href=\"/app/b-2.css\"/><script src=/app/boot.js></script>";
        let joined = join_styles(&dist, html).unwrap();
        let [(_, url)] = &style_sheets(&joined)[..] else { panic!("{joined}") };
        let name = url.strip_prefix("/app/").unwrap();
        assert_eq!(fs::read_to_string(dist.join(name)).unwrap(), "a{}b{}");
        assert!(!dist.join("a-1.css").exists() && !dist.join("b-2.css").exists());
        assert_eq!(tags(&joined).iter().filter(|tag| tag.is("link")).count(), 2);
        assert!(joined.contains(&integrity("a{}b{}")) && joined.ends_with("<script src=/app/boot.js></script>"));
    }
}
