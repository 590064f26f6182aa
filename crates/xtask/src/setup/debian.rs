//! Unpacks Debian packages into a folder, but does not install them. If a package with a server is installed, the
//! server starts immediately and listens on every address.

use super::browser::{is_debian, is_root};
use anyhow::{Context, Result, bail};
use fs_err as fs;
use release::hash::fingerprint;
use release::programs::{Programs, run};
use std::path::Path;

/// Unpacks the packages in the file `list`, and those of their dependencies that are not installed. If the list has not
/// changed since the last time, it does nothing.
///
/// # Errors
/// This system is not Debian, or a package cannot be downloaded or unpacked.
pub fn unpack(programs: &Programs, list: &Path, folder: &Path) -> Result<()> {
    let list = fs::read_to_string(list)?;
    let stamp = folder.join(".unpacked-from");
    if fs::read_to_string(&stamp).is_ok_and(|unpacked| unpacked == fingerprint(&list)) {
        return Ok(());
    }
    let listed: Vec<&str> = list.lines().collect();
    if !is_debian() {
        bail!("this needs the Debian packages {}.", listed.join(", "));
    }
    println!("Unpacking the Debian packages {} into {}.", listed.join(", "), folder.display());
    if is_root() {
        run(programs.command("apt-get").args(["--quiet", "update"]))?;
    }
    let simulated = programs
        .command("apt-get")
        .args(["--simulate", "--no-install-recommends", "install"])
        .args(&listed)
        .output()
        .context("apt-get cannot be started")?;
    if !simulated.status.success() {
        bail!("apt-get failed: {}", String::from_utf8_lossy(&simulated.stderr));
    }
    let fetched = folder.join(".packages");
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(&fetched)?;
    let names = with_dependencies(&listed, &String::from_utf8_lossy(&simulated.stdout));
    run(programs.command("apt-get").args(["--quiet", "download"]).args(names).current_dir(&fetched))?;
    let packages = fs::read_dir(&fetched)?;
    for package in packages.flatten() {
        run(programs.command("dpkg-deb").arg("--extract").arg(package.path()).arg(folder))?;
    }
    fs::write(&stamp, fingerprint(&list))?;
    Ok(())
}

/// Returns the listed packages, and the packages that a simulated installation would install.
fn with_dependencies(listed: &[&str], simulated: &str) -> Vec<String> {
    let installed = simulated.lines().filter_map(|line| line.strip_prefix("Inst ")?.split(' ').next());
    let mut names: Vec<String> = listed.iter().copied().chain(installed).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_installed_is_fetched_and_so_is_what_is_listed() {
        let simulated = "Reading package lists...\nInst liba1 (1.0 Debian:12 [amd64])\n\
            Inst server [1.0] (2.0 Debian:12 [amd64])\nConf liba1 (1.0 Debian:12 [amd64])\n";
        assert_eq!(with_dependencies(&["server", "pages"], simulated), ["liba1", "pages", "server"]);
    }
}
