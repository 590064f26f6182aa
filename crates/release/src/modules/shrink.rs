//! The tools that make a module smaller, and what they are told.

use crate::error::{Error, Result};
use crate::programs::{Programs, run};
use crate::project::write;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;

/// What wasm-opt does to every module.
///
/// What is small already becomes 1 kB brotli smaller when it is taken apart once more. A function with one caller stays
/// a function when it is large: 0.2 kB brotli.
const SMALLER: [&str; 8] = ["-g", "-ocimfs=40", "-Oz", "--flatten", "--rereloop", "-Oz", "-Oz", "--converge"];

/// The tools, for modules with these features.
pub(super) struct Shrink<'a> {
    pub(super) programs: &'a Programs,
    pub(super) features: &'a [String],
}

impl Shrink<'_> {
    /// Removes from a wasm what none of these exports needs.
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

    /// Makes a module smaller.
    ///
    /// # Errors
    /// The tool fails.
    pub(super) fn smaller(&self, wasm: &Path, to: &Path) -> Result {
        run(&mut self.wasm_opt(wasm, &SMALLER, to))
    }

    /// Takes the names of functions from a module, and puts those of one type together: 0.5 kB brotli.
    ///
    /// # Errors
    /// The tool fails.
    pub(super) fn nameless(&self, wasm: &Path, to: &Path) -> Result {
        run(&mut self.wasm_opt(wasm, &["--reorder-functions-by-name", "--remove-unused-module-elements"], to))
    }

    /// The same, and short names for what goes in and out. Returns the old and the new ones.
    ///
    /// Apart from [`smaller`](Self::smaller), since that is done over and over, and names are given once.
    ///
    /// # Errors
    /// The tool fails, or does not say which names it has given.
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
            Error::new("wasm-opt did not print the names that it gave. Is it the version of crates/xtask/npm?")
        })
    }

    fn wasm_opt(&self, from: &Path, args: &[&str], to: &Path) -> std::process::Command {
        let mut command = self.programs.command("wasm-opt");
        // The stack is at the bottom of the memory, so nothing is kept in its first kilobyte.
        command.args(self.features).arg("--low-memory-unused").args(args).arg(from).arg("-o").arg(to);
        command
    }
}

/// Runs esbuild on a file.
///
/// # Errors
/// It fails.
pub(crate) fn esbuild(programs: &Programs, from: &Path, to: &Path, more: &[&str]) -> Result {
    run(programs
        .command("esbuild")
        .arg(from)
        .args(["--format=esm", "--target=es2022", "--allow-overwrite", "--log-level=warning"])
        .args(more)
        .arg(format!("--outfile={}", to.display())))
}
