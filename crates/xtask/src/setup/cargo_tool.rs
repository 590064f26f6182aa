//! Finds or installs Trunk, wasm-bindgen, typos, cargo-deny, cargo-fuzz and geckodriver. Each has exactly the version
//! that this project uses.
//!
//! If another version is on PATH, it is not changed. The right version is then installed into a separate folder.

use super::prebuilt::{Asset, Prebuilt};
use anyhow::{Result, anyhow};
use fs_err as fs;
use release::programs::{Programs, cargo_home, run};
use release::project::Project;
use std::path::{Path, PathBuf};

/// The version of Trunk that Trunk.toml is written for.
const TRUNK: &str = "0.21.14";

/// The version of typos that the list of words in Cargo.toml is written for. Version 1.43 and later need Rust 1.91.
const TYPOS: &str = "1.42.3";

/// The version of cargo-deny that .cargo/deny.toml is written for.
const CARGO_DENY: &str = "0.20.2";

/// The version of cargo-fuzz that builds the fuzz targets.
const CARGO_FUZZ: &str = "0.13.2";

/// The version of geckodriver that the tests in Firefox are written for.
const GECKODRIVER: &str = "0.37.1";

struct Tool {
    package: &'static str,
    /// The names of its programs. Each of them prints the version of the tool.
    programs: &'static [&'static str],
    version: String,
    why: &'static str,
    prebuilt: Prebuilt,
    minutes: u32,
}

/// Finds or installs Trunk.
///
/// # Errors
/// It cannot be installed.
pub fn trunk(project: &Project, programs: &mut Programs) -> Result<()> {
    let tool = Tool {
        package: "trunk",
        programs: &["trunk"],
        version: TRUNK.to_owned(),
        why: "it builds and serves the page",
        prebuilt: Prebuilt {
            release: format!("https://github.com/trunk-rs/trunk/releases/download/v{TRUNK}"),
            assets: Asset::for_this_machine("trunk-", &["musl", "gnu"], if cfg!(windows) { ".zip" } else { ".tar.gz" }),
            checksum_suffix: ".sha256",
        },
        minutes: 7,
    };
    tool.provide(project, programs)
}

/// Finds or installs the programs of wasm-bindgen, in the version of the crate in Cargo.lock. The programs refuse wasm
/// that another version of the crate has made.
///
/// # Errors
/// They cannot be installed, or Cargo.lock does not name the crate.
pub fn wasm_bindgen(project: &Project, programs: &mut Programs) -> Result<()> {
    let version = project.locked_version("wasm-bindgen")?;
    let tool = Tool {
        package: "wasm-bindgen-cli",
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        why: "it connects wasm and JavaScript, and runs the tests in the browser",
        prebuilt: Prebuilt {
            release: format!("https://github.com/wasm-bindgen/wasm-bindgen/releases/download/{version}"),
            assets: Asset::for_this_machine(&format!("wasm-bindgen-{version}-"), &["musl", "gnu"], ".tar.gz"),
            checksum_suffix: ".sha256sum",
        },
        version,
        minutes: 3,
    };
    tool.provide(project, programs)
}

/// Finds or installs typos.
///
/// # Errors
/// It cannot be installed.
pub fn typos(project: &Project, programs: &mut Programs) -> Result<()> {
    let tool = Tool {
        package: "typos-cli",
        programs: &["typos"],
        version: TYPOS.to_owned(),
        why: "it checks the spelling",
        // Its releases have no checksums, so their files are not used.
        prebuilt: Prebuilt { release: String::new(), assets: Vec::new(), checksum_suffix: "" },
        minutes: 3,
    };
    tool.provide(project, programs)
}

/// Finds or installs cargo-deny.
///
/// # Errors
/// It cannot be installed.
pub fn cargo_deny(project: &Project, programs: &mut Programs) -> Result<()> {
    let tool = Tool {
        package: "cargo-deny",
        programs: &["cargo-deny"],
        version: CARGO_DENY.to_owned(),
        why: "it checks the dependencies",
        prebuilt: Prebuilt {
            release: format!("https://github.com/EmbarkStudios/cargo-deny/releases/download/{CARGO_DENY}"),
            assets: Asset::for_this_machine(&format!("cargo-deny-{CARGO_DENY}-"), &["musl"], ".tar.gz"),
            checksum_suffix: ".sha256",
        },
        minutes: 3,
    };
    tool.provide(project, programs)
}

/// Finds or installs cargo-fuzz.
///
/// # Errors
/// It cannot be installed.
pub fn cargo_fuzz(project: &Project, programs: &mut Programs) -> Result<()> {
    let tool = Tool {
        package: "cargo-fuzz",
        programs: &["cargo-fuzz"],
        version: CARGO_FUZZ.to_owned(),
        why: "it builds and runs the fuzz targets",
        // Its releases have no checksums, so their files are not used.
        prebuilt: Prebuilt { release: String::new(), assets: Vec::new(), checksum_suffix: "" },
        minutes: 2,
    };
    tool.provide(project, programs)
}

/// Finds or installs geckodriver.
///
/// # Errors
/// It cannot be installed.
pub fn geckodriver(project: &Project, programs: &mut Programs) -> Result<()> {
    let tool = Tool {
        package: "geckodriver",
        programs: &["geckodriver"],
        version: GECKODRIVER.to_owned(),
        why: "it controls Firefox for the tests",
        // Its releases have no checksums, so their files are not used.
        prebuilt: Prebuilt { release: String::new(), assets: Vec::new(), checksum_suffix: "" },
        minutes: 3,
    };
    tool.provide(project, programs)
}

impl Tool {
    fn provide(&self, project: &Project, programs: &mut Programs) -> Result<()> {
        if self.is_in(programs) {
            return Ok(());
        }
        let home = cargo_home();
        let own = home.join("visma-connect-spa").join(format!("{}-{}", self.package, self.version));
        let mut with_own = programs.clone();
        with_own.prefer(own.join("bin"));
        if self.is_in(&with_own) {
            *programs = with_own;
            return Ok(());
        }
        let other_is_there = self.programs.iter().any(|name| programs.find(name).is_some());
        let root = if other_is_there { own } else { home };
        self.install(&project.work("tools"), programs, &root, other_is_there)?;
        if other_is_there {
            *programs = with_own;
        }
        if self.is_in(programs) {
            return Ok(());
        }
        Err(anyhow!(
            "{} {} was installed into {}, but does not run from there.",
            self.package,
            self.version,
            root.display()
        ))
    }

    fn is_in(&self, programs: &Programs) -> bool {
        self.programs
            .iter()
            .all(|name| programs.version_line(name).as_deref().and_then(version_in) == Some(&self.version))
    }

    fn install(&self, work: &Path, programs: &Programs, root: &Path, other_is_there: bool) -> Result<()> {
        let Self { package, version, why, .. } = self;
        println!("Installing {package} {version}: {why}.");
        if other_is_there {
            println!(
                "  Another version is on PATH and stays unchanged. This version is installed into {}.",
                root.display()
            );
        }
        if let Some(folder) = self.prebuilt.download(programs, work) {
            let unpacked = |name: &&str| find_file(&folder, &file_name(name));
            let files: Vec<PathBuf> = self.programs.iter().filter_map(unpacked).collect();
            if files.len() == self.programs.len() && files.iter().all(|file| self.runs(file)) {
                println!("  Downloaded from its release, checksum verified.");
                return files.iter().try_for_each(|file| copy_into(file, &root.join("bin")));
            }
        }
        println!(
            "  No prebuilt program is available, so it is compiled once. This takes about {} minutes on two cores.",
            self.minutes
        );
        run(programs
            .command("cargo")
            .args(["install", "--locked", "--version", version, "--root"])
            .arg(root)
            .arg(package)
            .env("CARGO_TARGET_DIR", work.join("target"))
            // The tool runs only for seconds, but optimising it would take minutes.
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0"))
    }

    /// Returns whether a downloaded program runs on this machine. A program for another C library or another processor
    /// does not.
    fn runs(&self, file: &Path) -> bool {
        std::process::Command::new(file)
            .arg("--version")
            .output()
            .is_ok_and(|output| version_in(String::from_utf8_lossy(&output.stdout).trim()) == Some(&self.version))
    }
}

/// Returns the version in a line such as `trunk 0.21.14` or `wasm-bindgen 0.2.129 (abcdef)`.
fn version_in(line: &str) -> Option<&str> {
    line.split_whitespace().nth(1)
}

fn file_name(program: &str) -> String {
    if cfg!(windows) { format!("{program}.exe") } else { program.to_owned() }
}

fn find_file(folder: &Path, name: &str) -> Option<PathBuf> {
    let entries: Vec<PathBuf> = fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    let here = entries.iter().find(|path| path.is_file() && path.file_name().is_some_and(|other| other == name));
    here.cloned().or_else(|| entries.iter().filter(|path| path.is_dir()).find_map(|path| find_file(path, name)))
}

fn copy_into(file: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let target = folder.join(file.file_name().unwrap_or_default());
    fs::copy(file, &target)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_second_word() {
        assert_eq!(version_in("trunk 0.21.14"), Some("0.21.14"));
        assert_eq!(version_in("wasm-bindgen 0.2.129 (c7df0b4e2)"), Some("0.2.129"));
        assert_eq!(version_in("trunk"), None);
    }

    /// In this test, curl and cargo are shell scripts.
    #[cfg(unix)]
    #[test]
    fn a_download_is_used_only_when_its_checksum_holds_and_else_the_tool_is_compiled() {
        use release::hash::fingerprint;
        use std::os::unix::fs::PermissionsExt;

        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("tools");
        let bin = folder.join("bin");
        fs::create_dir_all(&bin).unwrap();
        let script = |path: &Path, text: &str| {
            fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
            fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
        };
        let curl = "while [ $# -gt 1 ]; do [ $1 = --output ] && to=$2; shift; done
            case $1 in *.sha256) exec cp \"${0%/*/*}/checksum\" \"$to\";; *) exec cp \"${0%/*/*}/archive\" \"$to\";; \
                esac";
        script(&bin.join("curl"), curl);
        script(&bin.join("cargo"), "echo \"$@\" > \"${0%/*/*}/compiled\"");
        script(&folder.join("tool"), "echo tool 1.2.3");
        let archive = folder.join("archive");
        run(std::process::Command::new("tar").arg("-czf").arg(&archive).arg("-C").arg(&folder).arg("tool")).unwrap();
        let mut programs = Programs::of_this_machine();
        programs.prefer(bin);
        let tool = Tool {
            package: "tool",
            programs: &["tool"],
            version: "1.2.3".to_owned(),
            why: "a test wants it",
            prebuilt: Prebuilt {
                release: "https://releases.example".to_owned(),
                assets: Asset::for_this_machine("tool-", &["gnu"], ".tar.gz"),
                checksum_suffix: ".sha256",
            },
            minutes: 0,
        };
        let good = fingerprint(fs::read(&archive).unwrap());
        let other = fingerprint("another archive");
        for (checksum, is_used) in
            [(Some(good), true), (Some(other), false), (Some("no checksum".to_owned()), false), (None, false)]
        {
            let (place, root, compiled) = (folder.join("checksum"), folder.join("root"), folder.join("compiled"));
            for left in [&place, &compiled] {
                fs::remove_file(left).ok();
            }
            fs::remove_dir_all(&root).ok();
            if let Some(checksum) = &checksum {
                fs::write(place, checksum).unwrap();
            }
            tool.install(&folder.join("work"), &programs, &root, false).unwrap();
            assert_eq!(root.join("bin").join("tool").is_file(), is_used, "{checksum:?}");
            let asked = fs::read_to_string(compiled).unwrap_or_default();
            let expected = format!("install --locked --version 1.2.3 --root {} tool\n", root.display());
            assert_eq!(asked, if is_used { "" } else { &expected }, "{checksum:?}");
        }
    }

    #[test]
    fn trunk_toml_asks_for_the_trunk_that_is_installed() {
        let text = fs::read_to_string(Project::here().root().join("Trunk.toml")).unwrap();
        assert!(text.contains(&format!("trunk-version = \"^{TRUNK}\"")));
    }
}
