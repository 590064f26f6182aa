//! Runs the tools that reduce the size of a module, with their options.

use crate::error::{Error, Result};
use crate::programs::{Programs, run};
use crate::project::write;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;

/// The options of wasm-opt for every module.
///
/// `--flatten` after the first `-Oz`, and then a second optimisation, save 1 kB brotli. `-ocimfs=40` keeps wasm-opt
/// from inlining a large function that has one caller, which saves 0.2 kB brotli.
const SMALLER: [&str; 8] = ["-g", "-ocimfs=40", "-Oz", "--flatten", "--rereloop", "-Oz", "-Oz", "--converge"];

/// The tools, for modules with these wasm features.
pub(super) struct Shrink<'a> {
    pub(super) programs: &'a Programs,
    pub(super) features: &'a [String],
}

impl Shrink<'_> {
    /// Removes from a wasm everything that none of these exports needs.
    ///
    /// # Errors
    /// The tool fails.
    pub(super) fn keep_only(&self, exports: &BTreeSet<String>, wasm: &Path, to: &Path) -> Result {
        let mut graph: Vec<Value> = exports.iter().map(|name| json!({ "name": name, "export": name })).collect();
        graph.push(json!({ "name": "the page", "root": true, "reaches": exports }));
        let file = to.with_extension("json");
        write(&file, &Value::Array(graph).to_string())?;
        let mut command = self.programs.command("wasm-metadce");
        command.args(self.features).arg(wasm).arg("--graph-file").arg(&file).args(["--debuginfo", "-o"]).arg(to);
        run(command.stdout(Stdio::null()))
    }

    /// Optimises a module for size.
    ///
    /// # Errors
    /// The tool fails.
    pub(super) fn smaller(&self, wasm: &Path, to: &Path) -> Result {
        run(&mut self.wasm_opt(wasm, &SMALLER, to))
    }

    /// Sorts the functions of a module by name, so that functions of one type are together. Then removes the names.
    /// Sorting saves 0.5 kB brotli.
    ///
    /// # Errors
    /// The tool fails.
    pub(super) fn nameless(&self, wasm: &Path, to: &Path) -> Result {
        run(&mut self.wasm_opt(wasm, &["--reorder-functions-by-name", "--remove-unused-module-elements"], to))
    }

    /// Does the same as [`nameless`](Self::nameless), and gives short names to imports and exports. Returns the old
    /// and the new names as wasm-opt prints them.
    ///
    /// [`smaller`](Self::smaller) cannot do this, because it repeats its passes, and names must be given once.
    ///
    /// # Errors
    /// The tool fails, or does not print the new names.
    pub(super) fn short_names(&self, wasm: &Path, to: &Path) -> Result<Value> {
        let names = [
            "--reorder-functions-by-name",
            "--remove-unused-module-elements",
            "--minify-imports-and-exports-and-modules",
        ];
        let output = self
            .wasm_opt(wasm, &names, to)
            .output()
            .map_err(|cause| Error::new(format!("wasm-opt cannot be started: {cause}.")))?;
        serde_json::from_slice(&output.stdout).map_err(|_| {
            Error::new("wasm-opt did not print the new names. Check that its version is the one in crates/xtask/npm.")
        })
    }

    fn wasm_opt(&self, from: &Path, args: &[&str], to: &Path) -> std::process::Command {
        let mut command = self.programs.command("wasm-opt");
        // The stack is at the start of the memory, so the first kilobyte contains no data.
        command.args(self.features).arg("--low-memory-unused").args(args).arg(from).arg("-o").arg(to);
        command
    }
}

/// Runs esbuild on a file, with `more` options.
///
/// # Errors
/// esbuild fails.
pub(crate) fn esbuild(programs: &Programs, from: &Path, to: &Path, more: &[&str]) -> Result {
    run(programs
        .command("esbuild")
        .arg(from)
        .args(["--format=esm", "--target=es2022", "--allow-overwrite", "--log-level=warning"])
        .args(more)
        .arg(format!("--outfile={}", to.display())))
}
