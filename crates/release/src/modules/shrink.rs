//! Runs the tools that reduce the size of a module, with their options.

use crate::programs::{Programs, run};
use anyhow::{Context, Result, anyhow};
use fs_err as fs;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;

/// The options of wasm-opt for every module.
///
/// The first `-Oz` optimises. `--flatten`, and the optimisations after it, save 1 kB brotli. With `-ocimfs=20`,
/// wasm-opt does not inline a function that has only one caller, if the size of the function is more than 20. This
/// saves 0.2 kB brotli.
const SMALLER: [&str; 8] = ["-g", "-ocimfs=20", "-Oz", "--flatten", "--rereloop", "-Oz", "-Oz", "--converge"];

/// The options of wasm-opt for the last step of every module. Two sections are stripped, because no browser reads them:
/// the name of the compiler, and the list of wasm features. This saves 0.2 kB brotli.
const NAMELESS: [&str; 4] =
    ["--reorder-functions-by-name", "--remove-unused-module-elements", "--strip-producers", "--strip-target-features"];

/// Runs the tools for modules that may use these wasm features.
pub(super) struct Shrink<'a> {
    pub(super) programs: &'a Programs,
    pub(super) features: &'a [String],
}

impl Shrink<'_> {
    /// Keeps only these exports of a wasm, and the code and data that they need.
    ///
    /// # Errors
    /// The tool fails.
    pub(super) fn keep_only(&self, exports: &BTreeSet<String>, wasm: &Path, to: &Path) -> Result<()> {
        let mut graph: Vec<Value> = exports.iter().map(|name| json!({ "name": name, "export": name })).collect();
        graph.push(json!({ "name": "the page", "root": true, "reaches": exports }));
        let file = to.with_extension("json");
        fs::write(&file, Value::Array(graph).to_string())?;
        let mut command = self.programs.command("wasm-metadce");
        command.args(self.features).arg(wasm).arg("--graph-file").arg(&file).args(["--debuginfo", "-o"]).arg(to);
        run(command.stdout(Stdio::null()))
    }

    /// Optimises a module for size.
    ///
    /// # Errors
    /// The tool fails.
    pub(super) fn smaller(&self, wasm: &Path, to: &Path) -> Result<()> {
        run(&mut self.wasm_opt(wasm, &SMALLER, to))
    }

    /// Sorts the functions of a module by name, so that the functions of one type are adjacent. Then removes the names.
    /// Sorting saves 0.5 kB brotli.
    ///
    /// # Errors
    /// The tool fails.
    pub(super) fn nameless(&self, wasm: &Path, to: &Path) -> Result<()> {
        run(&mut self.wasm_opt(wasm, &NAMELESS, to))
    }

    /// Does the same as [`nameless`](Self::nameless), and gives short names to imports and exports. Returns the old
    /// and the new names as wasm-opt prints them.
    ///
    /// [`smaller`](Self::smaller) cannot do this, because it repeats its passes, and the new names must be given only
    /// once.
    ///
    /// # Errors
    /// The tool fails, or does not print the new names.
    pub(super) fn short_names(&self, wasm: &Path, to: &Path) -> Result<Value> {
        let names = [&NAMELESS[..], &["--minify-imports-and-exports-and-modules"]].concat();
        let output = self.wasm_opt(wasm, &names, to).output().context("wasm-opt cannot be started")?;
        serde_json::from_slice(&output.stdout).map_err(|_| {
            anyhow!("wasm-opt did not print the new names. Check that its version is the one in crates/xtask/npm.")
        })
    }

    fn wasm_opt(&self, from: &Path, args: &[&str], to: &Path) -> std::process::Command {
        let mut command = self.programs.command("wasm-opt");
        // `--low-memory-unused` states that the first kilobyte of the memory contains no data: the stack is there.
        command.args(self.features).arg("--low-memory-unused").args(args).arg(from).arg("-o").arg(to);
        command
    }
}

/// Runs esbuild on a file, with `more` options.
///
/// # Errors
/// esbuild fails.
pub(crate) fn esbuild(programs: &Programs, from: &Path, to: &Path, more: &[&str]) -> Result<()> {
    run(programs
        .command("esbuild")
        .arg(from)
        .args(["--format=esm", "--target=es2022", "--allow-overwrite", "--log-level=warning"])
        .args(more)
        .arg(format!("--outfile={}", to.display())))
}
