//! Measures a built dist, and checks the size budgets. There is one budget for the first visit, and one for each part
//! of the wasm that is loaded later.

use crate::files::{contents, part_in};
use crate::project::Project;
use crate::{code, modules, slim};
use anyhow::{Context, Result, anyhow, bail};
use fs_err as fs;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

/// One file of a dist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Path relative to the dist, with forward slashes.
    pub path: String,
    /// Size in bytes, not compressed.
    pub raw: usize,
    /// Size in bytes after gzip, level 9.
    pub gzip: usize,
    /// Size in bytes after Brotli, quality 11.
    pub brotli: usize,
    /// Whether a first visit of the home page loads the file.
    pub first_visit: bool,
}

/// All files of a dist, sorted by their uncompressed size. The largest file is first.
#[derive(Clone, Debug)]
pub struct Sizes(Vec<File>);

impl Sizes {
    /// Measures the files of a dist.
    ///
    /// # Errors
    /// A file cannot be read or compressed, or there is no index.html.
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

    /// Brotli bytes of all files that the first visit loads.
    pub fn first_visit(&self) -> usize {
        self.total(|file| file.brotli)
    }

    /// A table with one row for each file. The last row is the total of the first visit.
    pub fn table(&self) -> String {
        let mut table = format!(
            "{:<52} {:>10} {:>10} {:>10}\n",
            "file (* = loaded on the first visit, + = a part)", "raw", "gzip", "brotli"
        );
        for file in &self.0 {
            let mark = if file.first_visit {
                '*'
            } else if part_in(&file.path).is_some() {
                '+'
            } else {
                ' '
            };
            table.push_str(&format!(
                "{mark} {:<50} {:>10} {:>10} {:>10}\n",
                file.path, file.raw, file.gzip, file.brotli
            ));
        }
        let (raw, gzip) = (self.total(|file| file.raw), self.total(|file| file.gzip));
        table.push_str(&format!("{:<52} {raw:>10} {gzip:>10} {:>10}\n", "first visit", self.first_visit()));
        table
    }

    /// The Brotli bytes of each part, by its name.
    fn parts(&self) -> BTreeMap<String, usize> {
        self.0.iter().filter_map(|file| Some((part_in(&file.path)?.to_owned(), file.brotli))).collect()
    }

    fn total(&self, bytes: impl Fn(&File) -> usize) -> usize {
        self.0.iter().filter(|file| file.first_visit).map(bytes).sum()
    }
}

/// Prints the sizes of a dist, and the crates with the most code in each module. Compares the sizes with the budgets of
/// the project.
///
/// # Errors
/// The first visit or a part exceeds its budget, a budget is for a part that does not exist, or a file cannot be read.
pub fn report(project: &Project, dist: &Path) -> Result<()> {
    let budget = Budget::read(&fs::read_to_string(project.size_budget())?)?;
    let sizes = Sizes::of(dist)?;
    print!("{}", sizes.table());
    for (file, wasm) in contents(&project.work(slim::WORK).join(modules::NAMED))? {
        print!("{}", code::table(file.trim_end_matches(".wasm"), &wasm)?);
    }
    let (report, over) = budget.verdict(&sizes);
    report.iter().for_each(|line| println!("{line}"));
    if over.is_empty() { Ok(()) } else { Err(anyhow!("{}", over.join("\n"))) }
}

/// The budgets in size-budget.json, in Brotli bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Budget {
    first_visit: usize,
    parts: BTreeMap<String, usize>,
}

impl Budget {
    fn read(json: &str) -> Result<Self> {
        let number = |value: &serde_json::Value| usize::try_from(value.as_u64()?).ok();
        let budget = || {
            let value: serde_json::Value = serde_json::from_str(json).ok()?;
            let parts = value.get("parts_brotli_bytes")?.as_object()?.iter();
            let parts = parts.map(|(name, bytes)| Some((name.clone(), number(bytes)?)));
            Some(Self {
                first_visit: number(value.get("first_visit_brotli_bytes")?)?,
                parts: parts.collect::<Option<_>>()?,
            })
        };
        budget().context(
            "size-budget.json has no number `first_visit_brotli_bytes`, or no object of numbers \
                    `parts_brotli_bytes`.",
        )
    }

    /// Two lists of messages: one for the budgets that are met, and one for the problems.
    fn verdict(&self, sizes: &Sizes) -> (Vec<String>, Vec<String>) {
        let (mut report, mut over) = (Vec::new(), Vec::new());
        let mut judge = |what: &str, bytes: usize, budget: usize| match budget.checked_sub(bytes) {
            Some(left) => report.push(format!("{what} takes {bytes} of {budget} bytes (Brotli), {left} are left.")),
            None => over.push(format!(
                "{what} takes {bytes} bytes (Brotli), {} more than size-budget.json allows ({budget}). Reduce \
                 the size, or raise the budget there and explain why.",
                bytes.saturating_sub(budget)
            )),
        };
        judge("The first visit", sizes.first_visit(), self.first_visit);
        for (name, bytes) in &sizes.parts() {
            judge(&format!("The part {name}"), *bytes, self.parts.get(name).copied().unwrap_or_default());
        }
        let parts = sizes.parts();
        let gone = self.parts.keys().filter(|name| !parts.contains_key(*name));
        over.extend(
            gone.map(|name| format!("size-budget.json has a budget for the part {name}, which does not exist.")),
        );
        (report, over)
    }
}

/// The script that is loaded only if the app does not start.
const ON_ERROR: &str = "start-error.js";

/// The files that the first visit loads: index.html, and each file whose name occurs in the text of a loaded file. The
/// parts and [`ON_ERROR`] are excluded.
fn first_visit(contents: &[(String, Vec<u8>)]) -> Result<BTreeSet<String>> {
    if !contents.iter().any(|(path, _)| path == "index.html") {
        bail!("there is no index.html in the built folder. Build it first: `cargo xtask build`.");
    }
    let mut loaded = BTreeSet::new();
    let mut open = vec!["index.html".to_owned()];
    while let Some(path) = open.pop() {
        if !loaded.insert(path.clone()) {
            continue;
        }
        let Some((_, bytes)) = contents.iter().find(|(other, _)| *other == path) else { continue };
        // Only text can name a file. Bytes in a wasm module can equal a file name by chance.
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        let named = contents.iter().map(|(other, _)| other).filter(|other| text.contains(other.as_str()));
        open.extend(named.filter(|other| *other != ON_ERROR && part_in(other).is_none()).cloned());
    }
    Ok(loaded)
}

fn gzip_len(bytes: &[u8]) -> Result<usize> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).map(|out| out.len()).context(NOT_COMPRESSED)
}

fn brotli_len(bytes: &[u8]) -> Result<usize> {
    let params =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &params).context(NOT_COMPRESSED)?;
    Ok(out.len())
}

const NOT_COMPRESSED: &str = "a file cannot be compressed";

#[cfg(test)]
mod tests {
    use super::*;

    fn dist() -> Vec<(String, Vec<u8>)> {
        [
            (
                "index.html",
                "<link href=\"/app/main-1.css\"><script src=\"/app/boot.js\" \
                data-wasm=\"/app/app_bg.wasm\" data-js=\"/app/app.js\">",
            ),
            ("404.html", "the same"),
            ("main-1.css", "body{}"),
            ("boot.js", "fetch(new URL('config.json', import.meta.url)), import('./start-error.js')"),
            ("start-error.js", "the cause"),
            ("config.json", "{}"),
            ("app.js", "import './snippets/inline0.js', 'part-rest-01.wasm'"),
            ("part-rest-01.wasm", ""),
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

    fn sizes() -> Sizes {
        let file = |path: &str, brotli, first_visit| File {
            path: path.to_owned(),
            raw: 3 * brotli,
            gzip: 2 * brotli,
            brotli,
            first_visit,
        };
        Sizes(vec![
            file("app.wasm", 50, true),
            file("part-rest-01.wasm", 30, false),
            file("404.html", 7, false),
            file("index.html", 5, true),
        ])
    }

    #[test]
    fn a_budget_is_the_last_size_that_passes() {
        for (first_visit, rest, over) in [
            (55, 30, &[][..]),
            (54, 30, &["The first visit takes 55 bytes (Brotli), 1 more"]),
            (55, 29, &["The part rest takes 30 bytes (Brotli), 1 more"]),
            (0, 0, &["The first visit", "The part rest"]),
        ] {
            let budget = Budget { first_visit, parts: BTreeMap::from([("rest".to_owned(), rest)]) };
            let (report, found) = budget.verdict(&sizes());
            assert_eq!((report.len(), found.len()), (2 - over.len(), over.len()), "{found:?}");
            assert!(over.iter().zip(&found).all(|(begin, line)| line.starts_with(begin)), "{found:?}");
        }
    }

    #[test]
    fn every_part_has_a_budget_and_every_budget_a_part() {
        let (_, over) = Budget { first_visit: 55, parts: BTreeMap::new() }.verdict(&sizes());
        assert!(over.len() == 1 && over[0].contains("rest takes 30 bytes"), "{over:?}");
        let parts = BTreeMap::from([("rest".to_owned(), 30), ("more".to_owned(), 30)]);
        let (_, over) = Budget { first_visit: 55, parts }.verdict(&sizes());
        assert!(over.len() == 1 && over[0].contains("part more"), "{over:?}");
    }

    #[test]
    fn only_numbers_are_budgets() {
        let read = |first: &str, parts: &str| {
            Budget::read(&format!("{{\"first_visit_brotli_bytes\": {first}, \"parts_brotli_bytes\": {parts}}}"))
        };
        let expected = Budget { first_visit: 82_000, parts: BTreeMap::from([("rest".to_owned(), 7)]) };
        assert_eq!(read("82000", "{\"rest\": 7}").unwrap(), expected);
        for (first, parts) in [("\"82000\"", "{}"), ("-1", "{}"), ("1", "[]"), ("1", "{\"rest\": \"7\"}")] {
            assert!(read(first, parts).is_err(), "{first} {parts}");
        }
        assert!(Budget::read("").is_err() && Budget::read("{}").is_err());
    }

    #[test]
    fn both_encoders_compress() {
        let bytes = "the same words again and again ".repeat(200);
        assert!(gzip_len(bytes.as_bytes()).unwrap() < 200);
        assert!(brotli_len(bytes.as_bytes()).unwrap() < 100);
    }

    #[test]
    fn the_table_marks_and_sums_the_first_visit() {
        assert_eq!(sizes().first_visit(), 55);
        let table = sizes().table();
        assert!(table.contains("* app.wasm") && table.contains("  404.html"), "{table}");
        assert!(table.contains("+ part-rest-01.wasm"), "{table}");
        assert!(table.trim_end().ends_with("55"), "{table}");
    }
}
