//! `cargo xtask bench`: measures this app and other apps that sign in at the same provider. The program in `bench/`
//! does this. It runs on Node and uses the events of the DevTools protocol. The WebDriver client of the end-to-end
//! tests does not receive these events.

use crate::options::Bench;
use crate::serve::at_port;
use crate::{build, setup};
use anyhow::{Context, Result, ensure};
use fs_err as fs;
use release::programs::{Programs, run};
use release::project::Project;
use std::ffi::OsString;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

/// Builds and configures the release, and starts the program in `bench/`. With `--built`, it does not build.
///
/// # Errors
/// A tool or the built release is missing, the build fails, the machine is busy, a sign-in fails, an app verifies more
/// or less than expected, or `--judge` is set and a limit is missed.
pub fn bench(project: &Project, options: &Bench) -> Result<()> {
    let mut programs = Programs::of_this_machine();
    let browser = setup::for_bench(project, &programs)?;
    let built = project.work("dist");
    if options.built {
        ensure!(built.is_dir(), "{} does not exist. `cargo xtask test --e2e` builds it.", built.display());
    } else {
        setup::for_release(project, &mut programs)?;
        build::release(project, &programs, &built, "/")?;
    }

    // The app is at 127.0.0.1 and the provider is at localhost. So they are different sites, as in production.
    let [port, provider_port] = free_ports()?;
    let config = at_port(&fs::read_to_string(project.shipped_config())?, provider_port)?;
    let dist = project.work("bench-dist");
    fs::remove_dir_all(&dist).ok();
    copy(&built, &dist)?;
    release::configure(&dist, &config, Some(&format!("http://127.0.0.1:{port}/")))?;

    let mut node = programs.command("node");
    node.arg("bench.mjs").current_dir(project.bench());
    node.arg("--dist").arg(dist).arg("--provider").arg(project.provider()).arg("--browser").arg(browser);
    node.args(["--port", &port.to_string(), "--provider-port", &provider_port.to_string()]);
    node.args(arguments(options, &project.benchmark()));
    run(&mut node)
}

/// The arguments that pass the options to the program in `bench/`.
fn arguments(options: &Bench, document: &Path) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["--runs".into(), options.runs.to_string().into()];
    for (is_set, profile) in [(options.plain, "plain"), (options.phone, "phone")] {
        if is_set {
            arguments.extend(["--profile".into(), profile.into()]);
        }
    }
    let flags = [(options.smoke, "--smoke"), (options.judge, "--judge"), (options.even_if_busy, "--even-if-busy")];
    arguments.extend(flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag.into()));
    if options.write {
        arguments.extend(["--write".into(), document.as_os_str().to_owned()]);
    }
    arguments
}

/// Two ports that no program uses at the moment.
fn free_ports() -> Result<[u16; 2]> {
    let listen = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port of this machine is free");
    let listeners = [listen()?, listen()?];
    let [one, other] = listeners.each_ref().map(TcpListener::local_addr);
    Ok([one?.port(), other?.port()])
}

/// Copies a folder with its files and subfolders.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &target)?;
        } else {
            fs::copy(&path, target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_receives_the_options_that_it_reads() {
        let none = Bench { runs: 5, ..Bench::default() };
        assert_eq!(arguments(&none, Path::new("d")), ["--runs", "5"]);
        let all = Bench {
            runs: 2,
            plain: true,
            phone: true,
            smoke: true,
            judge: true,
            even_if_busy: true,
            write: true,
            built: true,
        };
        let expected = "--runs 2 --profile plain --profile phone --smoke --judge --even-if-busy --write d";
        assert_eq!(arguments(&all, Path::new("d")), expected.split(' ').collect::<Vec<_>>());
    }

    #[test]
    fn the_two_ports_differ() {
        let [one, other] = free_ports().unwrap();
        assert_ne!(one, other);
    }

    #[test]
    fn a_folder_is_copied_with_its_subfolders() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        fs::create_dir_all(from.join("a")).unwrap();
        fs::write(from.join("a").join("b"), "c").unwrap();
        copy(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("a").join("b")).unwrap(), "c");
    }
}
