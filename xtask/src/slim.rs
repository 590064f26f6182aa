//! What Trunk leaves large in a release: its minifier cannot read wasm-bindgen's glue, and it copies boot.js as it
//! is. esbuild minifies both, and drops what the page never calls from the glue. The glue's integrity is
//! renewed where index.html has it.

use crate::error::{Error, Result};
use crate::process::{Programs, run};
use crate::project::{read, write};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha384};
use std::path::{Path, PathBuf};

/// Minifies the scripts of a built dist.
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
    write(&page, &html.replace(&before, &integrity(&read(&glue)?)))?;

    let boot = dist.join("boot.js");
    minify(programs, &boot, &boot, &[])
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
    fn integrity_is_what_browsers_compare() {
        // openssl dgst -sha384 -binary, then base64, of "abc" (FIPS 180-2, appendix D.1).
        assert_eq!(integrity("abc"), "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn");
    }
}
