//! Finds other programs and runs them.

use anyhow::{Context, Result, ensure};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};

/// The folders in which programs are searched.
#[derive(Clone, Debug)]
pub struct Programs {
    /// In search order.
    folders: Vec<PathBuf>,
}

impl Programs {
    /// The folders of `PATH`, followed by the folder into which cargo installs programs.
    pub fn of_this_machine() -> Self {
        let mut folders: Vec<PathBuf> =
            std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
        let cargo_bin = cargo_home().join("bin");
        if !folders.contains(&cargo_bin) {
            folders.push(cargo_bin);
        }
        Self { folders }
    }

    /// Adds a folder that is searched before all others.
    pub fn prefer(&mut self, folder: PathBuf) {
        self.folders.insert(0, folder);
    }

    /// The file of the program with this name. On Windows a name stands for a file with an extension of `PATHEXT`: npm
    /// and the programs that it installs are `.cmd` files.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        which::which_in_global(name, std::env::join_paths(&self.folders).ok()).ok()?.next()
    }

    /// A command that starts this program. Its `PATH` has the same folders, so the programs that it starts are searched
    /// in the same folders.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.find(name).map_or_else(|| OsString::from(name), PathBuf::into_os_string));
        if let Ok(path) = std::env::join_paths(&self.folders) {
            command.env("PATH", path);
        }
        // Cargo sets variables that describe the running package, xtask. Some build scripts run again when such a
        // variable changes: after each switch between `cargo xtask` and plain cargo. So remove these variables.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
                command.env_remove(name);
            }
        }
        command
    }

    /// A command for Trunk. It sets `NO_COLOR` to `true` or removes it, because Trunk refuses other values.
    pub fn trunk(&self) -> Command {
        let mut command = self.command("trunk");
        match std::env::var_os("NO_COLOR").filter(|value| !value.is_empty()) {
            Some(_) => command.env("NO_COLOR", "true"),
            None => command.env_remove("NO_COLOR"),
        };
        // This project pins the version of Trunk, so Trunk does not have to look for a newer version.
        command.env("TRUNK_SKIP_VERSION_CHECK", "true");
        command
    }

    /// The output of a program for `--version`, or `None` if the program is missing or fails.
    pub fn version_line(&self, name: &str) -> Option<String> {
        self.find(name)?;
        let output = self.command(name).arg("--version").stdin(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

/// Cargo's home folder: `CARGO_HOME`, or `.cargo` in the home folder of the user.
pub fn cargo_home() -> PathBuf {
    std::env::var_os("CARGO_HOME")
        .map_or_else(|| std::env::home_dir().unwrap_or_default().join(".cargo"), PathBuf::from)
}

/// Runs a program and waits until it ends. Its output goes to the terminal.
///
/// # Errors
/// The program cannot be started, or it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| not_started(command))?;
    ensure!(status.success(), "{}. Its output above shows the cause.", failed(command, status));
    Ok(())
}

/// Runs a program and waits until it ends. Its output is hidden. If the program fails, the returned error contains what
/// it wrote to its standard error.
///
/// # Errors
/// The program cannot be started, or it fails.
pub fn run_quietly(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().with_context(|| not_started(command))?;
    succeeded(command, &output)
}

/// The message for a program that cannot be started.
pub fn not_started(command: &Command) -> String {
    format!("`{}` cannot be started", name_of(command))
}

/// Checks that a program with hidden output has succeeded.
///
/// # Errors
/// The program failed. The error contains what the program wrote to its standard error.
pub(crate) fn succeeded(command: &Command, output: &Output) -> Result<()> {
    let cause = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}.\n{}", failed(command, output.status), cause.trim());
    Ok(())
}

/// The message for a program that failed with this status.
fn failed(command: &Command, status: ExitStatus) -> String {
    let args: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
    format!("`{} {}` failed ({status})", name_of(command), args.join(" "))
}

fn name_of(command: &Command) -> String {
    let program = Path::new(command.get_program());
    program.file_stem().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use fs_err as fs;

    #[test]
    fn a_program_in_a_folder_with_spaces_gets_its_arguments_whole() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("a b \u{e5}");
        fs::create_dir_all(&folder).unwrap();
        let program = folder.join("esbuild");
        fs::write(&program, "#!/bin/sh\nprintf '%s|' \"$@\"\n").unwrap();
        fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let mut programs = Programs::of_this_machine();
        programs.prefer(folder.clone());
        let output = programs.command("esbuild").arg(folder.join("a b.js")).arg("--minify").output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{}|--minify|", folder.join("a b.js").display()));
    }

    #[test]
    fn a_preferred_folder_wins_over_the_path() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("bin");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("cargo"), "#!/bin/sh\necho 'cargo 0.0.0 (ours)'\n").unwrap();
        let mut programs = Programs::of_this_machine();
        assert!(programs.version_line("cargo").is_some_and(|line| !line.contains("ours")));
        programs.prefer(folder.clone());
        // A file without the executable bit is not a program.
        assert!(programs.version_line("cargo").is_some_and(|line| !line.contains("ours")));
        fs::set_permissions(folder.join("cargo"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        assert_eq!(programs.version_line("cargo").as_deref(), Some("cargo 0.0.0 (ours)"));
    }
}
