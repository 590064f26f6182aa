//! Checks the version of Node, and installs the npm packages of a lock file.

use anyhow::{Context, Result, anyhow, bail};
use fs_err as fs;
use release::hash::fingerprint;
use release::programs::{Programs, run};
use release::project::Project;
use std::path::Path;

/// Installs the npm packages of a folder, if its lock file has changed since the last time.
///
/// # Errors
/// Node is missing or too old, the folder has no lock file, or npm fails.
pub fn install(project: &Project, programs: &Programs, folder: &Path, why: &str) -> Result<()> {
    check(programs.version_line("node").as_deref(), oldest(&fs::read_to_string(folder.join("package.json"))?)?)?;
    let lock = fingerprint(&fs::read_to_string(folder.join("package-lock.json"))?);
    let modules = folder.join("node_modules");
    let stamp = modules.join(".installed-from");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    if programs.find("npm").is_none() {
        bail!("npm is not on PATH. It comes with Node; install both together.");
    }
    println!(
        "Installing the npm packages of {}: {why}.",
        folder.strip_prefix(project.root()).unwrap_or(folder).display()
    );
    run(programs.command("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(folder))?;
    // The stamp is in node_modules. For a package without dependencies, npm does not create this folder.
    fs::create_dir_all(&modules)?;
    fs::write(&stamp, lock)?;
    Ok(())
}

/// A major and a minor version.
type Version = (u32, u32);

/// Returns the oldest version of Node that a package.json accepts in `engines`.
fn oldest(package: &str) -> Result<Version> {
    serde_json::from_str::<serde_json::Value>(package)
        .ok()
        .and_then(|package| version_in(package.get("engines")?.get("node")?.as_str()?.strip_prefix(">=")?))
        .context("a package.json does not name its oldest Node in the form \"engines\": { \"node\": \">=20.20\" }.")
}

fn check(version: Option<&str>, (major, minor): Version) -> Result<()> {
    match version {
        None => Err(anyhow!("Node is not on PATH. Install Node {major}.{minor} or later, with npm.")),
        Some(version) if version_in(version.trim_start_matches('v')).is_some_and(|there| there >= (major, minor)) => {
            Ok(())
        }
        Some(version) => Err(anyhow!("Node {version} is too old. Install Node {major}.{minor} or later.")),
    }
}

/// Returns the major and minor version in a text such as `20.20.1`.
pub(super) fn version_in(text: &str) -> Option<Version> {
    let mut parts = text.trim().split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next().unwrap_or(Some(0))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_node_is_what_the_package_says() {
        assert_eq!(oldest(r#"{"engines":{"node":">=20.20"}}"#).unwrap(), (20, 20));
        assert_eq!(oldest(r#"{"engines":{"node":">=20"}}"#).unwrap(), (20, 0));
        assert!(oldest("{}").is_err() && oldest(r#"{"engines":{"node":"^20"}}"#).is_err());
    }

    #[test]
    fn an_older_node_or_none_is_refused() {
        for good in ["v20.20.0", "v20.21.2", "v24.1.0", "v100.0.0"] {
            assert!(check(Some(good), (20, 20)).is_ok(), "{good}");
        }
        for (bad, word) in [
            (Some("v20.19.9"), "too old"),
            (Some("v18.99.0"), "too old"),
            (Some("nonsense"), "too old"),
            (None, "not on PATH"),
        ] {
            assert!(check(bad, (20, 20)).unwrap_err().to_string().contains(word), "{bad:?}");
        }
    }
}
