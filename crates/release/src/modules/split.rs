//! Splits the wasm of the linker into parts, with `wasm_split_cli_support`.
//!
//! Each entry function of a part has an import and an export with special names. The splitter searches for these
//! names. If the app has no such function, the splitter writes only the main module.

use anyhow::{Context, Result, anyhow, bail};
use fs_err as fs;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ImportSection, Module, NameMap, NameSection, RawSection};
use wasm_split_cli_support::{Options, transform};
use wasmparser::{KnownCustom, Name, NameSectionReader, Parser, Payload};

/// The module name in the imports of a part. Each import is an export of the main module.
const SHARED: &str = "__wasm_split";

/// The output of the splitter.
pub(super) struct Split {
    /// The main module, which wasm-bindgen processes next.
    pub(super) main: PathBuf,
    /// The names and files of the other modules.
    pub(super) parts: Vec<(String, PathBuf)>,
    /// The modules that must be loaded for each part: indexes in [`parts`](Self::parts).
    pub(super) needs: BTreeMap<String, Vec<usize>>,
    /// The exports of the main module that parts import.
    pub(super) shared: BTreeSet<String>,
}

/// Splits a wasm that has relocations. Writes the modules into a folder.
///
/// # Errors
/// The splitter fails, or its output cannot be read.
pub(super) fn split(wasm: &[u8], folder: &Path) -> Result<Split> {
    // Remove the output of an earlier build, which may have other parts.
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder)?;
    let main = folder.join("main.wasm");
    let mut options = Options::new(wasm);
    options.output_dir = folder;
    options.main_out_path = &main;
    // By default an environment variable decides whether the output has DWARF.
    options.emit_dwarf = false;
    let written = transform(options).map_err(|cause| anyhow!("the wasm cannot be split: {cause:#}"))?;

    let mut files = written.split_modules;
    files.sort();
    let named = files.into_iter().map(|file| {
        let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        (stem, file)
    });
    let parts: Vec<(String, PathBuf)> = named.collect();
    let mut needs = BTreeMap::new();
    for (name, files) in written.prefetch_map {
        let place = |file: &String| parts.iter().position(|(stem, _)| stem == file);
        needs.insert(name, files.iter().filter_map(place).collect());
    }
    let mut shared = BTreeSet::new();
    for (_, file) in &parts {
        shared.extend(imports(&fs::read(file)?)?);
    }
    let parts = parts.into_iter().map(|(stem, file)| (part_name(&stem).to_owned(), file)).collect();
    Ok(Split { main, parts, needs, shared })
}

/// The name of a part: the file name without the prefix of the splitter.
fn part_name(stem: &str) -> &str {
    stem.strip_prefix("split_").unwrap_or(stem)
}

/// The message for an error of wasmparser.
const UNREADABLE: &str = "a part of the wasm cannot be read";

/// The names that a part imports. An import from a module other than the main module is an error, because the loader
/// passes only the exports of the main module to a part.
fn imports(wasm: &[u8]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::ImportSection(reader) = payload.context(UNREADABLE)? else { continue };
        for import in reader.into_imports() {
            let import = import.context(UNREADABLE)?;
            if import.module != SHARED {
                bail!("{UNREADABLE}: it imports {} from {}", import.name, import.module);
            }
            names.push(import.name.to_owned());
        }
    }
    Ok(names)
}

/// Renames the imports of a part to the short names of the main module's exports.
///
/// # Errors
/// The part cannot be read, or one of its imports has no short name.
pub(super) fn with_short_imports(wasm: &[u8], module: &str, short: &BTreeMap<String, String>) -> Result<Vec<u8>> {
    let mut written = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload.context(UNREADABLE)?;
        let Some((id, content)) = payload.as_section() else { continue };
        if let Payload::CustomSection(custom) = &payload
            && let KnownCustom::Name(names) = custom.as_known()
        {
            written.section(&function_names(names)?);
            continue;
        }
        let Payload::ImportSection(reader) = payload else {
            let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
            let data = wasm.get(place(content.start)..place(content.end)).unwrap_or_default();
            written.section(&RawSection { id, data });
            continue;
        };
        let mut section = ImportSection::new();
        for import in reader.into_imports() {
            let import = import.context(UNREADABLE)?;
            let name =
                short.get(import.name).with_context(|| format!("{UNREADABLE}: {} has no short name", import.name))?;
            let kind = RoundtripReencoder.entity_type(import.ty).context(UNREADABLE)?;
            section.import(module, name, kind);
        }
        written.section(&section);
    }
    Ok(written.finish())
}

/// Keeps only the names of functions. wasm-opt sorts functions by name, and does not support the other names of this
/// section.
fn function_names(names: NameSectionReader<'_>) -> Result<NameSection> {
    let (mut section, mut functions) = (NameSection::new(), NameMap::new());
    for name in names {
        let Name::Function(named) = name.context(UNREADABLE)? else { continue };
        for function in named {
            let function = function.context(UNREADABLE)?;
            functions.append(function.index, function.name);
        }
    }
    section.functions(&functions);
    Ok(section)
}
