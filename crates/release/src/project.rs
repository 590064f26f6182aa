//! The paths of this repository.

use anyhow::{Context, Result};
use fs_err as fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The root of the repository, and the paths in it that the commands use.
#[derive(Clone, Debug)]
pub struct Project {
    root: PathBuf,
    /// The target folder that cargo prints. Empty until it is used for the first time.
    target: OnceLock<PathBuf>,
}

impl Project {
    /// The repository that contains this package.
    pub fn here() -> Self {
        // `cargo run` and `cargo test` set this variable. If it is not set, use its value at compile time.
        let now = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let root = now.as_deref().and_then(root_above).unwrap_or_else(|| {
            let built = Path::new(env!("CARGO_MANIFEST_DIR"));
            root_above(built).unwrap_or_else(|| built.to_path_buf())
        });
        Self { root, target: OnceLock::new() }
    }

    /// The root of the repository.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of the local OpenID provider.
    pub fn provider(&self) -> PathBuf {
        self.root.join("provider")
    }

    /// The apps and the program of the benchmark.
    pub fn bench(&self) -> PathBuf {
        self.root.join("bench")
    }

    /// The document with the results of the benchmark.
    pub fn benchmark(&self) -> PathBuf {
        self.root.join("docs").join("benchmark.md")
    }

    /// The package with the fuzz targets.
    pub fn fuzz(&self) -> PathBuf {
        self.visma_connect().join("fuzz")
    }

    /// The example app, which shows how to use the library.
    pub fn example(&self) -> PathBuf {
        self.visma_connect().join("examples").join("router")
    }

    /// The folder with the files that index.html copies into the dist unchanged.
    pub fn static_files(&self) -> PathBuf {
        self.root.join("src").join("static")
    }

    /// The config.json that a build copies into the dist. `configure` replaces the copy.
    pub fn shipped_config(&self) -> PathBuf {
        self.static_files().join("config.json")
    }

    /// The npm package that installs wasm-opt and esbuild.
    pub fn build_tools(&self) -> PathBuf {
        self.root.join("crates").join("xtask").join("npm")
    }

    /// The file with the size budgets of the first visit and of each part of the wasm.
    pub fn size_budget(&self) -> PathBuf {
        self.root.join("crates").join("release").join("size-budget.json")
    }

    /// The package of the library.
    pub fn visma_connect(&self) -> PathBuf {
        self.root.join("crates").join("visma-connect")
    }

    /// The output folder of release builds.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// A work folder with this name, in cargo's target folder.
    pub fn work(&self, name: &str) -> PathBuf {
        self.target().join("xtask").join(name)
    }

    /// The wasm file of the release build, as the linker writes it. It contains the names of the functions.
    pub fn linked_wasm(&self) -> PathBuf {
        self.target().join(WASM).join("release").join("visma-connect-spa.wasm")
    }

    /// The version of a package in Cargo.lock.
    ///
    /// # Errors
    /// Cargo.lock is missing or does not name the package.
    pub fn locked_version(&self, package: &str) -> Result<String> {
        let lock = fs::read_to_string(self.root.join("Cargo.lock"))?;
        version_in_lock(&lock, package).with_context(|| {
            format!("Cargo.lock does not name the package {package}. Restore Cargo.lock from the repository.")
        })
    }

    /// Cargo's target folder. An environment variable or a configuration file of cargo can change it. If cargo does not
    /// print it, this is `target` in the root of the repository.
    pub fn target(&self) -> PathBuf {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        self.target.get_or_init(|| self.target_printed_by(&mut Command::new(cargo))).clone()
    }

    fn target_printed_by(&self, cargo: &mut Command) -> PathBuf {
        let metadata = cargo.args(["metadata", "--no-deps", "--format-version=1"]).current_dir(&self.root).output();
        metadata.ok().and_then(|output| target_in(&output.stdout)).unwrap_or_else(|| self.root.join("target"))
    }
}

/// The target triple of the page.
pub const WASM: &str = "wasm32-unknown-unknown";

/// The root of the repository: the first folder, from this one upwards, that contains `crates/xtask`.
fn root_above(folder: &Path) -> Option<PathBuf> {
    let xtask = Path::new("crates").join("xtask").join("Cargo.toml");
    folder.ancestors().find(|folder| folder.join(&xtask).is_file()).map(Path::to_path_buf)
}

/// Reads a file that should be text. Bytes that are not UTF-8 become U+FFFD, as in a browser. The parser of the
/// configuration then reports the position of such a character.
///
/// # Errors
/// The file does not exist or cannot be read. The message names the file.
pub fn read_any(path: &Path) -> Result<String> {
    Ok(String::from_utf8_lossy(&fs::read(path)?).into_owned())
}

fn target_in(metadata: &[u8]) -> Option<PathBuf> {
    let metadata: serde_json::Value = serde_json::from_slice(metadata).ok()?;
    Some(metadata.get("target_directory")?.as_str()?.into())
}

fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let wanted = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| *line == wanted)?;
    Some(lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_that_of_the_whole_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.79\"\n\n[[package]]\nname = \
            \"wasm-bindgen\"\nversion = \"0.2.129\"\n";
        assert_eq!(version_in_lock(lock, "wasm-bindgen").as_deref(), Some("0.2.129"));
        assert_eq!(version_in_lock(lock, "bindgen"), None);
    }

    #[test]
    fn the_target_folder_is_the_one_that_cargo_writes_into() {
        let project = Project::here();
        let cargo = || {
            let mut cargo = Command::new("cargo");
            cargo.env_remove("CARGO_TARGET_DIR").env_remove("CARGO_BUILD_TARGET_DIR");
            cargo
        };
        let temp = tempfile::tempdir().unwrap();
        let home = temp.path().join("home");
        let (other, configured) = (home.join("by variable"), home.join("by \u{e5} file"));
        for variable in ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"] {
            assert_eq!(project.target_printed_by(cargo().env(variable, &other)), other, "{variable}");
        }
        fs::create_dir_all(&home).unwrap();
        let quoted = serde_json::Value::from(configured.to_str().unwrap());
        fs::write(home.join("config.toml"), format!("[build]\ntarget-dir = {quoted}\n")).unwrap();
        assert_eq!(project.target_printed_by(cargo().env("CARGO_HOME", &home)), configured);
        assert_eq!(project.target_printed_by(&mut Command::new("no-such-program")), project.root().join("target"));
    }

    #[test]
    fn trunk_and_npm_name_the_same_wasm_opt() {
        let project = Project::here();
        let trunk = fs::read_to_string(project.root().join("Trunk.toml")).unwrap();
        let package = fs::read_to_string(project.build_tools().join("package.json")).unwrap();
        let package: serde_json::Value = serde_json::from_str(&package).unwrap();
        let version = package["devDependencies"]["binaryen"].as_str().unwrap();
        let major = version.split('.').next().unwrap();
        assert!(trunk.contains(&format!("wasm_opt = \"version_{major}\"")), "Trunk.toml does not name version_{major}");
    }
}
