//! The bytes of a built dist, and the budget that the first visit has.

use crate::error::{Error, Result};
use crate::files::contents;
use crate::project::{Project, read};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

/// One file of a dist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path beneath the dist, with forward slashes.
    pub path: String,
    /// Bytes as built.
    pub raw: usize,
    /// Bytes after gzip at level 9.
    pub gzip: usize,
    /// Bytes after Brotli at quality 11.
    pub brotli: usize,
    /// Whether a first visit to the home page loads it.
    pub first_visit: bool,
}

/// Every file of a dist, the largest first.
#[derive(Clone, Debug)]
pub struct Sizes(Vec<File>);

impl Sizes {
    /// Measures the files of a dist.
    ///
    /// # Errors
    /// A file cannot be read, or there is no index.html.
    pub fn of(dist: &Path) -> Result<Self> {
        let contents = contents(dist)?;
        let first_visit = first_visit(&contents)?;
        let mut files = contents
            .iter()
            .map(|(path, bytes)| {
                Ok(File {
                    path: path.clone(),
                    raw: bytes.len(),
                    gzip: gzip_len(bytes)?,
                    brotli: brotli_len(bytes)?,
                    first_visit: first_visit.contains(path),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        files.sort_by(|a, b| b.raw.cmp(&a.raw).then_with(|| a.path.cmp(&b.path)));
        Ok(Self(files))
    }

    /// Brotli bytes of everything that the first visit loads.
    pub fn first_visit(&self) -> usize {
        self.total(|file| file.brotli)
    }

    /// The files and the first visit's total as lines of a table.
    pub fn table(&self) -> String {
        let mut table =
            format!("{:<52} {:>10} {:>10} {:>10}\n", "file (* = loaded on the first visit)", "raw", "gzip", "brotli");
        for file in &self.0 {
            let mark = if file.first_visit { '*' } else { ' ' };
            table.push_str(&format!(
                "{mark} {:<50} {:>10} {:>10} {:>10}\n",
                file.path, file.raw, file.gzip, file.brotli
            ));
        }
        let (raw, gzip) = (self.total(|file| file.raw), self.total(|file| file.gzip));
        table.push_str(&format!("{:<52} {raw:>10} {gzip:>10} {:>10}\n", "first visit", self.first_visit()));
        table
    }

    fn total(&self, bytes: impl Fn(&File) -> usize) -> usize {
        self.0.iter().filter(|file| file.first_visit).map(bytes).sum()
    }
}

/// Prints the table of a dist and holds it against the project's budget.
///
/// # Errors
/// The first visit is over budget, or a file cannot be read.
pub fn report(project: &Project, dist: &Path) -> Result {
    let budget = budget(&read(&project.root().join("size-budget.json"))?)?;
    let sizes = Sizes::of(dist)?;
    print!("{}", sizes.table());
    println!("{}", verdict(sizes.first_visit(), budget)?);
    Ok(())
}

fn verdict(bytes: usize, budget: usize) -> Result<String> {
    match budget.checked_sub(bytes) {
        Some(left) => Ok(format!("The first visit takes {bytes} of {budget} bytes (Brotli), {left} are left.")),
        None => Err(Error::new(format!(
            "the first visit takes {bytes} bytes (Brotli), {} more than size-budget.json allows ({budget}). Ship less, or raise the budget there and say why.",
            bytes.saturating_sub(budget)
        ))),
    }
}

fn budget(json: &str) -> Result<usize> {
    serde_json::from_str::<serde_json::Value>(json)
        .ok()
        .and_then(|value| value.get("first_visit_brotli_bytes")?.as_u64())
        .and_then(|bytes| usize::try_from(bytes).ok())
        .ok_or_else(|| Error::new("size-budget.json has no number `first_visit_brotli_bytes`."))
}

/// What is loaded only when the app does not start.
const ON_ERROR: &str = "start-error.js";

/// Which files the first visit loads: the page, and whatever is named in what it loads, and so on.
fn first_visit(contents: &[(String, Vec<u8>)]) -> Result<BTreeSet<String>> {
    if !contents.iter().any(|(path, _)| path == "index.html") {
        return Err(Error::new("there is no index.html in the built folder. Build it first: `cargo xtask build`."));
    }
    let mut loaded = BTreeSet::new();
    let mut open = vec!["index.html".to_owned()];
    while let Some(path) = open.pop() {
        if !loaded.insert(path.clone()) {
            continue;
        }
        let Some((_, bytes)) = contents.iter().find(|(other, _)| *other == path) else { continue };
        // Only text names files; in a wasm module any run of bytes may look like a name.
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        let named = contents.iter().map(|(other, _)| other).filter(|other| text.contains(other.as_str()));
        open.extend(named.filter(|other| *other != ON_ERROR).cloned());
    }
    Ok(loaded)
}

fn gzip_len(bytes: &[u8]) -> Result<usize> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).map(|out| out.len()).map_err(not_compressed)
}

fn brotli_len(bytes: &[u8]) -> Result<usize> {
    let params =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &params).map_err(not_compressed)?;
    Ok(out.len())
}

fn not_compressed(cause: std::io::Error) -> Error {
    Error::new(format!("a file could not be compressed: {cause}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dist() -> Vec<(String, Vec<u8>)> {
        [
            ("index.html", "<link href=\"/app/main-1.css\"><script src=\"/app/boot.js\" data-wasm=\"/app/app_bg.wasm\" data-js=\"/app/app.js\">"),
            ("404.html", "the same"),
            ("main-1.css", "body{}"),
            ("boot.js", "fetch(new URL('config.json', import.meta.url)), import('./start-error.js')"),
            ("start-error.js", "the cause"),
            ("config.json", "{}"),
            ("app.js", "import './snippets/inline0.js'"),
            ("snippets/inline0.js", ""),
            ("later.html", ""),
        ]
        .into_iter()
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .chain([("app_bg.wasm".to_owned(), b"\xff later.html".to_vec())])
        .collect()
    }

    #[test]
    fn the_first_visit_is_what_the_page_names_and_what_that_names() {
        let loaded = first_visit(&dist()).unwrap();
        let expected =
            ["app.js", "app_bg.wasm", "boot.js", "config.json", "index.html", "main-1.css", "snippets/inline0.js"];
        assert_eq!(loaded, BTreeSet::from(expected.map(str::to_owned)));
    }

    #[test]
    fn a_folder_without_a_page_is_no_dist() {
        assert!(first_visit(&[("boot.js".to_owned(), Vec::new())]).is_err());
    }

    #[test]
    fn the_budget_is_the_last_size_that_passes() {
        assert!(verdict(82_000, 82_000).is_ok());
        let problem = verdict(82_001, 82_000).unwrap_err().to_string();
        assert!(problem.contains("82001") && problem.contains(", 1 more"), "{problem}");
    }

    #[test]
    fn only_a_number_is_a_budget() {
        assert_eq!(budget("{\"first_visit_brotli_bytes\": 82000}").unwrap(), 82_000);
        for wrong in ["", "{}", "{\"first_visit_brotli_bytes\": \"82000\"}", "{\"first_visit_brotli_bytes\": -1}"] {
            assert!(budget(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn both_encoders_compress() {
        let bytes = "the same words again and again ".repeat(200);
        assert!(gzip_len(bytes.as_bytes()).unwrap() < 200);
        assert!(brotli_len(bytes.as_bytes()).unwrap() < 100);
    }

    #[test]
    fn the_table_marks_and_sums_the_first_visit() {
        let file = |path: &str, brotli, first_visit| File {
            path: path.to_owned(),
            raw: 3 * brotli,
            gzip: 2 * brotli,
            brotli,
            first_visit,
        };
        let sizes = Sizes(vec![file("app.wasm", 50, true), file("404.html", 7, false), file("index.html", 5, true)]);
        assert_eq!(sizes.first_visit(), 55);
        let table = sizes.table();
        assert!(table.contains("* app.wasm") && table.contains("  404.html"), "{table}");
        assert!(table.trim_end().ends_with("55"), "{table}");
    }
}
