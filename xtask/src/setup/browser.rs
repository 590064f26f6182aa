//! Chrome or Chromium, and the driver that tests steer it with.

use crate::error::{Error, Result};
use crate::process::{Programs, run};
use std::path::{Path, PathBuf};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Finds chromedriver, or on Debian as root installs it with Chromium. `CHROMEDRIVER` names another one.
///
/// # Errors
/// The driver or the browser is missing and cannot be installed here.
pub fn chromedriver(programs: &Programs) -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMEDRIVER").map(PathBuf::from) {
        if path.is_file() {
            return Ok(path);
        }
        return Err(Error::new(format!("CHROMEDRIVER names {}, and there is no such file.", path.display())));
    }
    if !is_ready(programs) && is_debian() && is_root() {
        println!("Installing the Debian packages chromium and chromium-driver: tests run in a real browser.");
        let apt = |args: &[&str]| {
            run(programs
                .command("apt-get")
                .args(["--quiet", "--yes"])
                .args(args)
                .env("DEBIAN_FRONTEND", "noninteractive"))
        };
        apt(&["update"])?;
        apt(&["install", "--no-install-recommends", "chromium", "chromium-driver"])?;
    }
    programs.find("chromedriver").filter(|_| is_ready(programs)).ok_or_else(|| Error::new(remedy()))
}

fn is_ready(programs: &Programs) -> bool {
    // Elsewhere the driver looks in the place where the installer puts Chrome, which is not on PATH.
    let browser = !cfg!(target_os = "linux") || NAMES.iter().any(|name| programs.find(name).is_some());
    browser && programs.find("chromedriver").is_some()
}

fn remedy() -> String {
    let how = if is_debian() {
        "As root: `apt-get install chromium chromium-driver`."
    } else if cfg!(target_os = "macos") {
        "For example: `brew install --cask google-chrome chromedriver`."
    } else {
        "Install both in the same version."
    };
    format!(
        "the tests need Chrome or Chromium and its chromedriver on PATH. {how} Or let CHROMEDRIVER name the driver."
    )
}

fn is_debian() -> bool {
    // Not `ID_LIKE`: Ubuntu's package of the same name only points to a snap.
    std::fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
        && Path::new("/usr/bin/apt-get").exists()
}

#[cfg(unix)]
fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
