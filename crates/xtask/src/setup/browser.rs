//! Finds or installs the browsers of the tests, and the drivers that control them.

use anyhow::{Context, Error, Result, anyhow};
use fs_err as fs;
use release::programs::{Programs, run};
use std::path::{Path, PathBuf};

/// The names that the program of Chromium or Chrome can have.
const CHROMIUM: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Finds chromedriver. On Debian as root, installs it with Chromium if it is missing. The variable `CHROMEDRIVER` can
/// name another driver.
///
/// # Errors
/// The driver or the browser is missing and cannot be installed on this system.
pub fn chromedriver(programs: &Programs) -> Result<PathBuf> {
    if let Some(path) = named_by("CHROMEDRIVER")? {
        return Ok(path);
    }
    let needs = Needs {
        what: "Chrome or Chromium and its chromedriver on PATH",
        // On other systems, Chrome is not on PATH. The driver finds it in its installation folder.
        programs: &[if cfg!(target_os = "linux") { &CHROMIUM } else { &[] }, &["chromedriver"]],
        packages: &["chromium", "chromium-driver"],
        elsewhere: if cfg!(target_os = "macos") {
            "For example: `brew install --cask google-chrome chromedriver`."
        } else {
            "Install both in the same version, or set CHROMEDRIVER to the path of the driver."
        },
    };
    needs.provide(programs)?;
    found(programs, "chromedriver")
}

/// Finds Chromium or Chrome. On Debian as root, installs Chromium if both are missing. The variable `CHROME` can name
/// another browser.
///
/// # Errors
/// The browser is missing and cannot be installed on this system.
pub fn chromium(programs: &Programs) -> Result<PathBuf> {
    if let Some(path) = named_by("CHROME")? {
        return Ok(path);
    }
    let needs = Needs {
        what: "Chrome or Chromium",
        programs: &[&CHROMIUM],
        packages: &["chromium"],
        elsewhere: "Install it, and set CHROME to the path of its program.",
    };
    needs.provide(programs)?;
    CHROMIUM.iter().find_map(|name| programs.find(name)).context("Chromium is not on PATH, although it is installed.")
}

/// Finds Firefox. On Debian as root, installs it if it is missing. Its driver is installed separately, with cargo.
///
/// # Errors
/// The browser is missing and cannot be installed on this system.
pub fn firefox(programs: &Programs) -> Result<()> {
    let needs = Needs {
        what: "Firefox",
        // On other systems, the driver finds Firefox in its installation folder.
        programs: if cfg!(target_os = "linux") { &[&["firefox", "firefox-esr"]] } else { &[] },
        packages: &["firefox-esr"],
        elsewhere: "Install it from https://www.firefox.com or from the packages of your system.",
    };
    needs.provide(programs)
}

/// Finds the driver of WebKitGTK's browser, and the display server that the browser needs. On Debian as root, installs
/// both if they are missing. The variable `WEBKITWEBDRIVER` can name another driver.
///
/// # Errors
/// One of them is missing and cannot be installed on this system.
pub fn webkit_driver(programs: &Programs) -> Result<PathBuf> {
    let driver = named_by("WEBKITWEBDRIVER")?;
    let needs = Needs {
        what: "WebKitGTK's WebKitWebDriver and the display server Xvfb",
        programs: if driver.is_some() { &[&["Xvfb"]] } else { &[&["Xvfb"], &["WebKitWebDriver"]] },
        packages: &["webkit2gtk-driver", "xvfb"],
        elsewhere: "Install both from the packages of your Linux. The tests do not support WebKit on other systems.",
    };
    needs.provide(programs)?;
    driver.map_or_else(|| found(programs, "WebKitWebDriver"), Ok)
}

/// Returns the path of a program in an environment variable, or `None` if the variable is not set.
///
/// # Errors
/// The file does not exist.
pub fn named_by(variable: &str) -> Result<Option<PathBuf>> {
    match std::env::var_os(variable).map(PathBuf::from) {
        Some(path) if !path.is_file() => Err(anyhow!("{variable} is {}, and there is no such file.", path.display())),
        path => Ok(path),
    }
}

/// Programs that must be installed.
struct Needs<'a> {
    /// The text after "the tests need".
    what: &'a str,
    /// At least one program of each list must be on PATH.
    programs: &'a [&'a [&'a str]],
    /// The Debian packages that contain the programs.
    packages: &'a [&'a str],
    /// What to do on systems other than Debian.
    elsewhere: &'a str,
}

/// Debian packages.
pub struct DebianPackages<'a> {
    /// Their names.
    pub packages: &'a [&'a str],
    /// What to do on systems other than Debian.
    pub elsewhere: &'a str,
}

impl DebianPackages<'_> {
    /// Installs the packages, if this system is Debian and the user is root. `what` is the text after "the tests need".
    ///
    /// # Errors
    /// The packages were not installed. The message states what the tests need, and what to do.
    pub fn install_or_explain(&self, what: &str, programs: &Programs) -> Result<()> {
        if is_debian() && is_root() { self.install(programs, what) } else { Err(self.remedy(what, is_debian())) }
    }

    fn install(&self, programs: &Programs, why: &str) -> Result<()> {
        println!("Installing the Debian packages {}: {why}.", self.packages.join(" and "));
        let apt = |args: &[&str]| {
            let mut command = programs.command("apt-get");
            run(command.args(["--quiet", "--yes"]).args(args).env("DEBIAN_FRONTEND", "noninteractive"))
        };
        apt(&["update"])?;
        apt(&[&["install", "--no-install-recommends"], self.packages].concat())
    }

    fn remedy(&self, what: &str, debian: bool) -> Error {
        let how = match debian {
            true => format!("As root: `apt-get install {}`.", self.packages.join(" ")),
            false => self.elsewhere.to_owned(),
        };
        anyhow!("the tests need {what}. {how}")
    }
}

impl Needs<'_> {
    fn provide(&self, programs: &Programs) -> Result<()> {
        let debian = DebianPackages { packages: self.packages, elsewhere: self.elsewhere };
        if !self.are_met(programs) && is_debian() && is_root() {
            debian.install(programs, "tests run in real browsers")?;
        }
        if self.are_met(programs) { Ok(()) } else { Err(debian.remedy(self.what, is_debian())) }
    }

    fn are_met(&self, programs: &Programs) -> bool {
        self.programs.iter().all(|names| names.is_empty() || names.iter().any(|name| programs.find(name).is_some()))
    }
}

/// Returns the path of a program that is installed.
///
/// # Errors
/// The program is not on PATH.
pub fn found(programs: &Programs, name: &str) -> Result<PathBuf> {
    programs.find(name).with_context(|| format!("{name} is not on PATH, although it is installed."))
}

/// Returns whether this system is Debian. A system that is derived from Debian does not count.
pub(super) fn is_debian() -> bool {
    // `ID_LIKE=debian` is not enough: Ubuntu's package with the same name only installs a snap.
    fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
        && Path::new("/usr/bin/apt-get").exists()
}

#[cfg(unix)]
/// Returns whether the user is root. Only root can install packages.
pub(super) fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

#[cfg(not(unix))]
/// Returns whether the user is root. Only root can install packages.
pub(super) fn is_root() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(programs: &'static [&'static [&'static str]]) -> Needs<'static> {
        Needs { what: "a browser", programs, packages: &["one", "two"], elsewhere: "Ask your administrator." }
    }

    #[test]
    fn one_program_of_each_list_is_enough() {
        let here = Programs::of_this_machine();
        assert!(needs(&[&["no-such-program", "cargo"], &[]]).are_met(&here));
        assert!(!needs(&[&["cargo"], &["no-such-program"]]).are_met(&here));
    }

    #[test]
    fn the_remedy_is_that_of_the_system() {
        let debian = DebianPackages { packages: &["one", "two"], elsewhere: "Ask your administrator." };
        let remedy = |is_debian| debian.remedy("a browser", is_debian).to_string();
        assert_eq!(remedy(true), "the tests need a browser. As root: `apt-get install one two`.");
        assert_eq!(remedy(false), "the tests need a browser. Ask your administrator.");
    }
}
