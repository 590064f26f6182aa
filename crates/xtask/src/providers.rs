//! Finds and installs the OpenID providers of other projects, and makes a table of their test results. A journey is one
//! test with such a provider. `tests/providers/README.md` describes the folder of a provider.

use crate::setup::browser::DebianPackages;
use crate::setup::{debian, node};
use anyhow::{Context, Result, anyhow};
use fs_err as fs;
use release::hash::fingerprint;
use release::programs::{Programs, run};
use release::project::Project;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A provider. Each provider has a folder in `tests/providers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    folder: PathBuf,
    name: String,
}

/// Returns all providers, or only the provider with this name.
///
/// # Errors
/// There is no such provider. The message lists all providers.
pub fn chosen(project: &Project, name: Option<&str>) -> Result<Vec<Provider>> {
    let folder = project.root().join("tests").join("providers");
    let entries = fs::read_dir(&folder)?;
    let mut all: Vec<Provider> = entries
        .filter_map(|entry| {
            let folder = entry.ok()?.path();
            let name = folder.file_name()?.to_str()?.to_owned();
            ["start.py", "start.mjs"]
                .iter()
                .any(|start| folder.join(start).is_file())
                .then_some(Provider { folder, name })
        })
        .collect();
    all.sort_by(|one, other| one.name.cmp(&other.name));
    let Some(wanted) = name else { return Ok(all) };
    let names: Vec<&str> = all.iter().map(Provider::name).collect();
    let problem = anyhow!("tests/providers has no provider {wanted}. It has {}.", names.join(", "));
    all.into_iter().find(|provider| provider.name == wanted).map(|provider| vec![provider]).ok_or(problem)
}

impl Provider {
    /// The name of its folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Installs the packages that the files of its folder list, if they are missing. Returns environment variables. The
    /// tests read from them how to start the provider.
    ///
    /// # Errors
    /// A package or program is missing and cannot be installed. The message states what to do.
    pub fn install(&self, project: &Project, programs: &Programs) -> Result<Vec<(&'static str, PathBuf)>> {
        let installed = project.work("providers").join(&self.name);
        let packages = self.folder.join("debian.txt");
        if packages.is_file() {
            debian::unpack(programs, &packages, &installed)?;
        }
        if self.folder.join("package-lock.json").is_file() {
            node::install(project, programs, &self.folder, &format!("{} is a provider for tests", self.name))?;
        }
        let requirements = self.folder.join("requirements.txt");
        let python = self.folder.join("start.py");
        let (program, runner) = match (python.is_file(), requirements.is_file()) {
            (true, true) => (python, install_python(programs, &installed, &requirements)?),
            (true, false) => (python, found(programs, "python3", "Install Python 3.10 or later.")?),
            (false, _) => (self.folder.join("start.mjs"), found(programs, "node", "Install Node 20.20 or later.")?),
        };
        Ok(vec![
            ("E2E_FOREIGN", self.folder.clone()),
            ("E2E_FOREIGN_PROGRAM", program),
            ("E2E_FOREIGN_RUNNER", runner),
            ("INSTALLED", installed),
        ])
    }
}

fn found(programs: &Programs, name: &str, remedy: &str) -> Result<PathBuf> {
    programs.find(name).with_context(|| format!("{name} is not on PATH. {remedy}"))
}

/// Makes a Python virtual environment with these packages, if it does not exist yet. Returns the path of its Python.
fn install_python(programs: &Programs, venv: &Path, requirements: &Path) -> Result<PathBuf> {
    let python = if cfg!(windows) { venv.join("Scripts").join("python.exe") } else { venv.join("bin").join("python") };
    let stamp = venv.join(".installed-from");
    let wanted = fingerprint(fs::read_to_string(requirements)?);
    if python.is_file() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    found(programs, "python3", "Install Python 3.10 or later, with venv.")?;
    let folder = requirements.parent().and_then(Path::file_name).unwrap_or_default();
    println!("Installing the Python packages of the provider {}.", folder.display());
    fs::create_dir_all(venv)?;
    // On Debian, venv is in a separate package.
    if run(programs.command("python3").args(["-m", "venv", "--clear"]).arg(venv)).is_err() {
        let package = DebianPackages { packages: &["python3-venv"], elsewhere: "Install Python's venv." };
        package.install_or_explain("a Python with venv", programs)?;
        run(programs.command("python3").args(["-m", "venv", "--clear"]).arg(venv))?;
    }
    run(std::process::Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--requirement"])
        .arg(requirements))?;
    fs::write(&stamp, &wanted)?;
    Ok(python)
}

/// Makes an empty folder for the results. Removes the results of the last run.
///
/// # Errors
/// The folder cannot be created.
pub fn empty_report(report: &Path) -> Result<()> {
    fs::remove_dir_all(report).ok();
    fs::create_dir_all(report)?;
    Ok(())
}

/// Returns the names of the tests to run. If the command line names journeys, these are run. Otherwise all journeys are
/// run in the first engine, and two journeys in each other engine.
pub fn journeys(is_first_engine: bool, named: &[OsString]) -> Vec<OsString> {
    if !named.is_empty() {
        return named.iter().map(in_module).collect();
    }
    let names: &[&str] =
        if is_first_engine { &["providers::"] } else { &["providers::sign_in", "providers::sign_out"] };
    names.iter().map(OsString::from).collect()
}

/// Returns the name of the test for a journey. Returns an option, which begins with a hyphen, unchanged.
fn in_module(name: &OsString) -> OsString {
    match name.to_str() {
        Some(text) if !text.starts_with('-') => format!("providers::{text}").into(),
        _ => name.clone(),
    }
}

/// Returns a table of the results in the folder. It has one row for each journey and engine, and one column for each
/// provider. A journey without a result has failed, or it was not run.
///
/// # Errors
/// The folder cannot be read.
pub fn table(report: &Path, providers: &[&str]) -> Result<String> {
    let entries = fs::read_dir(report)?;
    let names: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    let rows: BTreeSet<(&str, &str)> = names
        .iter()
        .filter_map(|name| {
            let mut parts = name.rsplit('.');
            Some((parts.next()?, parts.next()?))
        })
        .collect();
    let mut table =
        format!("| journey | engine | {} |\n|{}\n", providers.join(" | "), "---|".repeat(providers.len() + 2));
    for (journey, engine) in rows {
        let result = |provider: &&str| {
            fs::read_to_string(report.join(format!("{provider}.{engine}.{journey}")))
                .unwrap_or_else(|_| "FAILED or not run".to_owned())
        };
        let cells: Vec<String> = providers.iter().map(result).collect();
        table.push_str(&format!("| {journey} | {engine} | {} |\n", cells.join(" | ")));
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_provider_is_an_error_that_lists_the_known_ones() {
        let project = Project::here();
        let all = chosen(&project, None).unwrap();
        assert!(all.iter().any(|provider| provider.name() == "canaille"), "{all:?}");
        assert_eq!(chosen(&project, Some("canaille")).unwrap().len(), 1);
        let problem = chosen(&project, Some("nowhere")).unwrap_err().to_string();
        assert!(problem.contains("nowhere") && problem.contains("canaille"), "{problem}");
    }

    #[test]
    fn every_engine_but_the_first_gets_two_journeys_and_a_name_is_a_journey() {
        assert_eq!(journeys(true, &[]), ["providers::"]);
        assert_eq!(journeys(false, &[]), ["providers::sign_in", "providers::sign_out"]);
        let named = ["sign_out".into(), "--nocapture".into()];
        assert_eq!(journeys(false, &named), ["providers::sign_out", "--nocapture"]);
    }

    #[test]
    fn a_journey_without_a_result_is_seen_in_the_table() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("report");
        empty_report(&folder).unwrap();
        fs::write(folder.join("one.Chromium.SignIn"), "signed in").unwrap();
        let table = table(&folder, &["one", "two"]).unwrap();
        assert_eq!(table.lines().last(), Some("| SignIn | Chromium | signed in | FAILED or not run |"));
    }
}
