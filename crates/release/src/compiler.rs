//! The environment variables of a release build. They override the user's own cargo settings, so the same sources give
//! the same bytes on every machine.
//!
//! ```text
//! CARGO_ENCODED_RUSTFLAGS ── overrides RUSTFLAGS and all flags in cargo's configuration files
//!   ├─ the flags that `modules::cut` needs
//!   └─ --remap-path-prefix ── removes local paths: repository, packages, standard library
//! CARGO_PROFILE_RELEASE_* ── the user's variables are removed, so the profile of Cargo.toml applies
//! CARGO_TARGET_DIR ───────── the target folder that cargo prints, so that Trunk and this program use the same folder
//! ```
//! The Cargo Book, "Configuration": `build.rustflags`, "Environment Variables".

use crate::modules::RUSTFLAGS;
use crate::programs::{Programs, not_started, succeeded};
use crate::project::{Project, WASM};
use anyhow::{Context, Result};
use serde_json::Value;
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The variable with the compiler flags. [`SEPARATOR`] separates them, so a path may contain spaces.
const FLAGS: &str = "CARGO_ENCODED_RUSTFLAGS";

/// The character between two flags.
const SEPARATOR: &str = "\u{1f}";

/// The prefix of the variables that override the release profile of Cargo.toml.
const PROFILE: &str = "CARGO_PROFILE_RELEASE_";

/// Sets the environment variables of a command that builds the page for a release. The wasm keeps the names of its
/// functions, because `modules::cut` reads them.
///
/// # Errors
/// `cargo metadata` or `rustc` cannot be started or fails, or `cargo metadata` prints no list of packages.
pub fn for_release(project: &Project, programs: &Programs, command: &mut Command) -> Result<()> {
    let run = |name: &str, args: &[&str]| output(programs.command(name).args(args).current_dir(project.root()));
    let metadata = run("cargo", &["metadata", "--locked", "--format-version=1", "--filter-platform", WASM])?;
    let sysroot = run("rustc", &["--print", "sysroot"])?;
    let version = run("rustc", &["-vV"])?;
    let flags = flags(project.root(), &package_folders(&metadata)?, Path::new(sysroot.trim_end()), &version);
    set(command, &flags, &project.target(), std::env::vars_os().map(|(name, _)| name));
    Ok(())
}

fn set(command: &mut Command, flags: &[String], target: &Path, there: impl Iterator<Item = OsString>) {
    for name in there.filter(|name| is_of_the_profile(name)) {
        command.env_remove(name);
    }
    command
        .env(FLAGS, flags.join(SEPARATOR))
        .env([PROFILE, "STRIP"].concat(), "none")
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", target);
}

fn is_of_the_profile(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(PROFILE))
}

/// The wasm's stack has 256 KiB instead of the linker's 1 MiB. The page needs 768 KiB less memory, and the addresses of
/// data are shorter. The stack is before the data: code that needs more stack stops with a trap and overwrites no data.
const STACK: &str = "-Clink-args=--stack-first -zstack-size=262144";

/// All compiler flags. If a path is in several of the remapped folders, the compiler uses the last of their flags.
fn flags(root: &Path, packages: &BTreeSet<PathBuf>, sysroot: &Path, version: &str) -> Vec<String> {
    let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    let packages = packages.iter().map(|folder| remap(folder, ""));
    // If the sources of the standard library are installed, the compiler records their local path. This flag replaces
    // it with the path that the compiler records on other machines.
    let library = sysroot.join("lib").join("rustlib").join("src").join("rust");
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or("unknown");
    let library = remap(&library, &format!("/rustc/{commit}"));
    RUSTFLAGS
        .into_iter()
        .chain([STACK])
        .map(str::to_owned)
        .chain([remap(root, "")])
        .chain(packages)
        .chain([library])
        .collect()
}

/// The folders that contain the downloaded packages: folders in cargo's cache, or a folder of vendored packages.
/// Packages of this repository have no `source` and are skipped.
fn package_folders(metadata: &str) -> Result<BTreeSet<PathBuf>> {
    let unreadable = "`cargo metadata` did not print a list of packages";
    let metadata: Value = serde_json::from_str(metadata).context(unreadable)?;
    let packages = metadata.get("packages").and_then(Value::as_array).context(unreadable)?;
    let folder = |package: &Value| {
        package.get("source")?.as_str()?;
        Some(Path::new(package.get("manifest_path")?.as_str()?).parent()?.parent()?.to_path_buf())
    };
    Ok(packages.iter().filter_map(folder).collect())
}

/// Runs a program and returns its standard output.
fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| not_started(command))?;
    succeeded(command, &output)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use fs_err as fs;

    /// The environment variables of a command. The value is `None` if the command removes the variable.
    fn env(command: &Command) -> Vec<(&str, Option<&str>)> {
        command.get_envs().map(|(name, value)| (name.to_str().unwrap(), value.and_then(OsStr::to_str))).collect()
    }

    #[test]
    fn the_flags_stand_above_those_of_the_user_and_may_hold_spaces() {
        let mut command = Command::new("trunk");
        let flags = ["-Done".to_owned(), "--remap-path-prefix=/a b/\u{e5}=".to_owned()];
        set(&mut command, &flags, Path::new("/a b/target"), std::iter::empty());
        let env = env(&command);
        assert!(
            env.contains(&("CARGO_ENCODED_RUSTFLAGS", Some("-Done\u{1f}--remap-path-prefix=/a b/\u{e5}="))),
            "{env:?}"
        );
        assert!(env.contains(&("CARGO_TARGET_DIR", Some("/a b/target"))), "{env:?}");
        assert!(env.contains(&("CARGO_PROFILE_RELEASE_STRIP", Some("none"))), "{env:?}");
    }

    #[test]
    fn the_profile_is_that_of_the_manifest_whatever_the_user_has_set() {
        let there = ["CARGO_PROFILE_RELEASE_LTO", "CARGO_PROFILE_RELEASE_STRIP", "CARGO_PROFILE_DEV_LTO", "PATH"];
        let mut command = Command::new("trunk");
        set(&mut command, &[], Path::new("/t"), there.into_iter().map(OsString::from));
        let env = env(&command);
        assert!(env.contains(&("CARGO_PROFILE_RELEASE_LTO", None)), "{env:?}");
        assert!(env.contains(&("CARGO_PROFILE_RELEASE_STRIP", Some("none"))), "{env:?}");
        assert!(!env.iter().any(|(name, _)| ["CARGO_PROFILE_DEV_LTO", "PATH"].contains(name)), "{env:?}");
    }

    #[test]
    fn repository_packages_and_standard_library_lose_their_place_also_with_spaces() {
        let packages = BTreeSet::from([PathBuf::from("/my home/registry/src/host-1")]);
        let version = "rustc 1.95.0\nbinary: rustc\ncommit-hash: abc123\nhost: x";
        let flags = flags(Path::new("/my home/\u{e5}pp"), &packages, Path::new("/my home/rust"), version);
        assert!(flags.iter().any(|flag| flag == "-Csymbol-mangling-version=v0"), "{flags:?}");
        assert_eq!(
            flags.iter().filter_map(|flag| flag.strip_prefix("--remap-path-prefix=")).collect::<Vec<_>>(),
            [
                "/my home/\u{e5}pp=",
                "/my home/registry/src/host-1=",
                &format!("{}=/rustc/abc123", Path::new("/my home/rust/lib/rustlib/src/rust").display()),
            ]
        );
    }

    #[test]
    fn packages_are_where_cargo_says() {
        let metadata = r#"{"packages":[
            {"source":null,"manifest_path":"/app/Cargo.toml"},
            {"source":"registry+x","manifest_path":"/home/registry/src/a-1/leptos-0.8.23/Cargo.toml"},
            {"source":"registry+x","manifest_path":"/home/registry/src/a-1/js-sys-0.3.1/Cargo.toml"},
            {"source":"registry+x","manifest_path":"/app/vendor/gloo-0.1.0/Cargo.toml"}]}"#;
        let folders = package_folders(metadata).unwrap();
        assert_eq!(folders, ["/app/vendor", "/home/registry/src/a-1"].map(PathBuf::from).into());
        assert!(package_folders("{}").is_err() && package_folders("").is_err());
    }

    /// Both packages are in folders with spaces. The dependency is outside of the project, so the compiler gets its
    /// absolute path.
    #[test]
    fn cargo_obeys_these_flags_and_none_of_the_user_and_no_path_of_the_machine_is_left() {
        let temp = tempfile::tempdir().unwrap();
        let home = temp.path().join("a b \u{e5}");
        let (root, packages, target) = (home.join("app"), home.join("registry"), home.join("target \u{e5}"));
        let file = |path: PathBuf, text: &str| {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
        };
        let manifest = |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2024\"\n");
        let where_it_is = "pub fn place() -> &'static str { core::panic::Location::caller().file() }";
        file(packages.join("far-1.0.0").join("Cargo.toml"), &manifest("far"));
        file(packages.join("far-1.0.0").join("src").join("lib.rs"), where_it_is);
        let dependency = "[dependencies]\nfar = { path = \"../registry/far-1.0.0\" }\n[workspace]\n";
        file(root.join("Cargo.toml"), &[&manifest("near"), dependency].concat());
        let main = "#[cfg(wrong)] compile_error!(\"a flag of the user\");\n\
                    fn main() { print!(\"{} {}\", far::place(), cfg!(debug_assertions)) }";
        file(root.join("src").join("main.rs"), main);
        let configuration = "[build]\nrustflags = [\"--cfg=wrong\"]\ntarget-dir = \"elsewhere\"\n\
                             [target.'cfg(all())']\nrustflags = [\"--cfg=wrong\"]\n";
        file(root.join(".cargo").join("config.toml"), configuration);

        let programs = Programs::of_this_machine();
        let mut cargo = programs.command("cargo");
        cargo.args(["run", "--quiet", "--offline", "--release"]).current_dir(&root);
        let profile = "CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS";
        cargo.env("RUSTFLAGS", "--cfg wrong").env("CARGO_BUILD_RUSTFLAGS", "--cfg wrong").env(profile, "true");
        let mut flags = flags(&root, &[packages].into(), Path::new("/nowhere"), "");
        // `-Clink-args` has arguments for the wasm linker, and this test uses the native linker.
        flags.retain(|flag| !flag.starts_with("-Clink-args"));
        set(&mut cargo, &flags, &target, [OsString::from(profile)].into_iter());
        let place = Path::new("far-1.0.0").join("src").join("lib.rs");
        assert_eq!(output(&mut cargo).unwrap(), format!("{} false", place.display()));
        assert!(target.join("release").is_dir() && !root.join("elsewhere").exists());
    }

    #[test]
    fn the_error_of_a_program_states_whether_it_was_started() {
        let problem = format!("{:#}", output(&mut Command::new("no-such-program")).unwrap_err());
        assert!(problem.starts_with("`no-such-program` cannot be started: "), "{problem}");
        let problem = output(Command::new("cargo").arg("--no-such-option")).unwrap_err().to_string();
        assert!(
            problem.starts_with("`cargo --no-such-option` failed (exit ") && problem.contains("\nerror: "),
            "{problem}"
        );
    }
}
