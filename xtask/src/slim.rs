//! What Trunk leaves large in a release. Its minifier cannot read wasm-bindgen's glue, and it copies boot.js as it
//! is: esbuild minifies both, and drops what the page never calls from the glue. It links each style sheet by itself:
//! they become one file, which compresses better and is one request. Integrities are renewed where index.html has
//! them.

use crate::error::{Error, Result};
use crate::process::{Programs, run};
use crate::project::{read, write};
use crate::setup::node::fingerprint;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha384};
use std::path::{Path, PathBuf};

/// Minifies the scripts of a built dist and joins its style sheets.
///
/// # Errors
/// The dist is not one of this project, or esbuild fails.
pub fn slim(programs: &Programs, dist: &Path) -> Result {
    let glue = glue(dist)?;
    let name = glue.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let before = integrity(&read(&glue)?);

    // Only what boot.js calls is kept; the classes that other crates export for themselves fall away.
    let entry = dist.join("entry.tmp.js");
    write(&entry, &format!("export {{ default, start }} from './{name}';\n"))?;
    let bundled = minify(programs, &entry, &glue, &["--bundle"]);
    std::fs::remove_file(&entry).map_err(|cause| Error::new(format!("{} stays behind: {cause}.", entry.display())))?;
    bundled?;

    let page = dist.join("index.html");
    let html = read(&page)?;
    if !html.contains(&before) {
        return Err(Error::new("index.html does not hold the integrity of the glue. Trunk's `no_sri` must stay off."));
    }
    let html = html.replace(&before, &integrity(&read(&glue)?));
    write(&page, &join_styles(dist, &html)?)?;

    let boot = dist.join("boot.js");
    minify(programs, &boot, &boot, &[])
}

/// Puts the style sheets of a page into one file, in their order, and returns the page with one link to it.
fn join_styles(dist: &Path, html: &str) -> Result<String> {
    let links: Vec<(&str, &str)> = tags(html, "<link ").filter_map(|tag| Some((tag, stylesheet(tag)?))).collect();
    let Some((first, url)) = links.first() else { return Ok(html.to_owned()) };
    let folder = url.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut styles = String::new();
    for (_, url) in &links {
        let file = dist.join(url.rsplit('/').next().unwrap_or_default());
        styles.push_str(&read(&file)?);
        std::fs::remove_file(&file).map_err(|cause| Error::new(format!("{}: {cause}.", file.display())))?;
    }
    let name = format!("style-{}.css", fingerprint(&styles).chars().take(16).collect::<String>());
    write(&dist.join(&name), &styles)?;
    let link = format!("<link href=\"{folder}/{name}\" integrity=\"{}\" rel=\"stylesheet\">", integrity(&styles));
    let html = html.replacen(first, &link, 1);
    Ok(links.iter().skip(1).fold(html, |html, (tag, _)| html.replacen(tag, "", 1)))
}

/// The tags of a page that begin so.
fn tags<'a>(html: &'a str, begin: &'a str) -> impl Iterator<Item = &'a str> {
    html.match_indices(begin).filter_map(|(at, _)| {
        let rest = html.get(at..)?;
        rest.get(..=rest.find('>')?)
    })
}

/// Where a style sheet's link points to; nothing for other links.
fn stylesheet(tag: &str) -> Option<&str> {
    let attribute = |name: &str| {
        let value = tag.split_once(&format!(" {name}="))?.1;
        Some(match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next()?,
            None => value.split([' ', '>']).next()?,
        })
    };
    if attribute("rel") == Some("stylesheet") { attribute("href") } else { None }
}

fn minify(programs: &Programs, from: &Path, to: &Path, more: &[&str]) -> Result {
    let outfile = format!("--outfile={}", to.display());
    run(programs
        .command("esbuild")
        .arg(from)
        .args(["--minify", "--format=esm", "--target=es2022", "--allow-overwrite", "--log-level=warning"])
        .args(more)
        .arg(outfile))
}

/// The script that wasm-bindgen made.
fn glue(dist: &Path) -> Result<PathBuf> {
    let entries = std::fs::read_dir(dist).map_err(|cause| Error::new(format!("{}: {cause}.", dist.display())))?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| is_glue(path))
        .ok_or_else(|| Error::new(format!("{} holds no glue script. Build it with Trunk first.", dist.display())))
}

fn is_glue(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.starts_with("visma-connect-spa-") && name.ends_with(".js")
}

fn integrity(text: &str) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glue_is_told_from_the_other_scripts() {
        assert!(is_glue(Path::new("dist/visma-connect-spa-0123.js")));
        assert!(!is_glue(Path::new("dist/boot.js")));
        assert!(!is_glue(Path::new("dist/visma-connect-spa-0123_bg.wasm")));
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
        let url = tags(&joined, "<link ").find_map(stylesheet).unwrap();
        let name = url.strip_prefix("/app/").unwrap();
        assert_eq!(read(&dist.join(name)).unwrap(), "a{}b{}");
        assert!(!dist.join("a-1.css").exists() && !dist.join("b-2.css").exists());
        assert_eq!(tags(&joined, "<link ").count(), 2);
        assert!(joined.contains(&integrity("a{}b{}")) && joined.ends_with("<script src=/app/boot.js></script>"));
        std::fs::remove_dir_all(&dist).unwrap();
    }

    #[test]
    fn integrity_is_what_browsers_compare() {
        // openssl dgst -sha384 -binary, then base64, of "abc" (FIPS 180-2, appendix D.1).
        assert_eq!(integrity("abc"), "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn");
    }
}
