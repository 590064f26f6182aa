//! Makes the wasm modules of the page and their glue from the wasm of the linker. The page loads the main module first.
//! Every other module is a part, which the page loads later. The glue is the JavaScript that wasm-bindgen writes.
//!
//! ```text
//! the linker's wasm ── cut ── split ─┬─ main ── wasm-bindgen ─┬─ glue ── what boot.js calls, the loader of the parts
//!    (linked)                        │                        └─ wasm ── wasm-metadce, wasm-opt, short names
//!                                    └─ parts ── wasm-opt, the same short names
//! ```
//! Many names of imports and exports of the main module contain hashes, which compress badly. So these names are
//! replaced by short names, in the wasm and in the glue. Short names and the minified glue save 4.5 kB brotli.

mod cut;
mod glue;
mod linked;
mod shrink;
mod split;

pub(crate) use cut::RUSTFLAGS;
pub(crate) use shrink::esbuild;

use crate::hash::{integrity, short};
use crate::programs::{Programs, run};
use crate::project::Project;
use anyhow::Result;
use fs_err as fs;
use glue::Names;
use shrink::Shrink;
use std::path::{Path, PathBuf};

/// A subfolder of the work folder. It contains the modules that still have the names of their functions.
pub(crate) const NAMED: &str = "named";

/// The modules of a page.
pub(crate) struct Modules {
    /// The glue. boot.js calls its functions. It contains the file names of the parts.
    pub(crate) glue: PathBuf,
    /// The main module, which is loaded first.
    pub(crate) main: PathBuf,
    /// The file names and the bytes of the parts.
    pub(crate) parts: Vec<(String, Vec<u8>)>,
}

/// Makes the modules in the folder `work`. `features` are options of wasm-opt, which list the wasm features that it may
/// use.
///
/// # Errors
/// The wasm or the glue does not have the expected form, or a tool fails.
pub(crate) fn make(project: &Project, programs: &Programs, features: &[String], work: &Path) -> Result<Modules> {
    let file = |name: &str| work.join(name);
    let linked = fs::read(project.linked_wasm())?;
    let (cut, gone) = cut::cut(&linked)?;
    let split = split::split(&cut, &file("split"))?;
    bind(programs, &split.main, &file("bindgen"))?;

    let has_parts = !split.parts.is_empty();
    let whole = glue::droppable(&fs::read_to_string(file("bindgen/page.js"))?)?;
    let loader = if has_parts { glue::loader(&split.needs) } else { String::new() };
    fs::write(file("whole.js"), whole + glue::STARTER + &loader)?;
    fs::write(file("entry.js"), glue::entry(has_parts))?;
    esbuild(programs, &file("entry.js"), &file("bundled.js"), &["--bundle"])?;
    let bundled = fs::read_to_string(file("bundled.js"))?;
    glue::calls_none_of(&gone, &bundled)?;

    let shrink = Shrink { programs, features };
    let mut kept = split.shared.clone();
    kept.extend(glue::called(&bundled).into_iter().map(str::to_owned));
    shrink.keep_only(&kept, &file("bindgen/page_bg.wasm"), &file("needed.wasm"))?;
    let named = work.join(NAMED);
    // Remove the output of an earlier build, which may have other parts.
    let _ = fs::remove_dir_all(&named);
    fs::create_dir_all(&named)?;
    shrink.smaller(&file("needed.wasm"), &named.join("main.wasm"))?;
    let main = file("short.wasm");
    let names = Names::read(&shrink.short_names(&named.join("main.wasm"), &main)?)?;

    let mut parts = Vec::new();
    for (name, from) in &split.parts {
        let renamed = split::with_short_imports(&fs::read(from)?, glue::MODULE, &names.exports)?;
        let (whole, part) = (from.with_extension("0"), from.with_extension("2"));
        let small = named.join(name).with_extension("wasm");
        fs::write(&whole, renamed)?;
        shrink.smaller(&whole, &small)?;
        shrink.nameless(&small, &part)?;
        let bytes = fs::read(&part)?;
        parts.push((crate::files::part_file(name, &short(&bytes)), bytes));
    }
    let files: Vec<(String, String)> = parts.iter().map(|(name, bytes)| (name.clone(), integrity(bytes))).collect();
    let glue = file("glue.js");
    fs::write(&glue, glue::with_files(&names.put_into(&bundled)?, &files)?)?;
    Ok(Modules { glue, main, parts })
}

/// Runs wasm-bindgen, which writes `page.js` and `page_bg.wasm` into the folder. The wasm keeps the names of its
/// functions, and the exports that only parts import.
fn bind(programs: &Programs, wasm: &Path, folder: &Path) -> Result<()> {
    run(programs
        .command("wasm-bindgen")
        .args(["--target=web", "--no-typescript", "--keep-lld-exports", "--out-name=page", "--out-dir"])
        .arg(folder)
        .arg(wasm))
}
