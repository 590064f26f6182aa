//! Downloads prebuilt programs from the release page of their project. A file is used only if its checksum matches.

use fs_err as fs;
use release::hash::fingerprint;
use release::programs::{Programs, run_quietly};
use std::path::{Path, PathBuf};

/// The name of one file of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset(String);

/// The files of a release that may run on this machine. They are tried in this order.
#[derive(Clone, Debug)]
pub struct Prebuilt {
    /// The URL to which a slash and the name of a file are added.
    pub release: String,
    /// The files.
    pub assets: Vec<Asset>,
    /// The suffix that turns the URL of a file into the URL of its SHA-256.
    pub checksum_suffix: &'static str,
}

impl Asset {
    /// Returns the names `PREFIX` + target triple + `SUFFIX`. On Linux there is one name for each C library in `linux`,
    /// in the same order.
    pub fn for_this_machine(prefix: &str, linux: &[&str], suffix: &str) -> Vec<Self> {
        let arch = std::env::consts::ARCH;
        let targets: Vec<String> = match std::env::consts::OS {
            "linux" => linux.iter().map(|library| format!("{arch}-unknown-linux-{library}")).collect(),
            "macos" => vec![format!("{arch}-apple-darwin")],
            "windows" => vec![format!("{arch}-pc-windows-msvc")],
            _ => Vec::new(),
        };
        targets.into_iter().map(|target| Self(format!("{prefix}{target}{suffix}"))).collect()
    }
}

impl Prebuilt {
    /// Downloads and unpacks the first file with a matching checksum. Returns the folder with its content. If there is
    /// no such file, returns `None`. The caller then compiles the tool.
    pub fn download(&self, programs: &Programs, work: &Path) -> Option<PathBuf> {
        let folder = work.join("download");
        self.assets.iter().find_map(|Asset(name)| {
            fs::remove_dir_all(&folder).ok();
            fs::create_dir_all(&folder).ok()?;
            let (sum, archive) = (folder.join("checksum"), folder.join(name));
            let address = format!("{}/{name}", self.release);
            fetch(programs, &format!("{address}{}", self.checksum_suffix), &sum)?;
            let expected = checksum_in(&fs::read_to_string(&sum).ok()?)?;
            fetch(programs, &address, &archive)?;
            if fingerprint(fs::read(&archive).ok()?) != expected {
                println!("  The download of {name} does not match the checksum in its release, so it is not used.");
                return None;
            }
            run_quietly(programs.command("tar").arg("-xf").arg(&archive).arg("-C").arg(&folder)).ok()?;
            Some(folder.clone())
        })
    }
}

fn fetch(programs: &Programs, address: &str, to: &Path) -> Option<()> {
    let limits = ["--connect-timeout", "5", "--max-time", "300"];
    let secure = ["--proto", "=https", "--tlsv1.2"];
    run_quietly(
        programs
            .command("curl")
            .args(["--fail", "--silent", "--location"])
            .args(limits)
            .args(secure)
            .arg("--output")
            .arg(to)
            .arg(address),
    )
    .ok()
}

/// Returns the SHA-256 at the start of a checksum file. A file name may follow it.
fn checksum_in(text: &str) -> Option<String> {
    let sum = text.split_whitespace().next()?.to_ascii_lowercase();
    (sum.len() == 64 && sum.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_64_hexadecimal_digits() {
        let sum = "BA7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        for text in [sum.to_owned(), format!("{sum}\n"), format!("{sum}  gh-release/wasm-bindgen.tar.gz\n")] {
            assert_eq!(checksum_in(&text), Some(sum.to_ascii_lowercase()), "{text}");
        }
        for text in ["", "Not Found", "<!doctype html>", sum.trim_start_matches("BA")] {
            assert_eq!(checksum_in(text), None, "{text}");
        }
    }

    #[test]
    fn on_linux_the_static_program_comes_first() {
        let names = Asset::for_this_machine("trunk-", &["musl", "gnu"], ".tar.gz");
        if cfg!(target_os = "linux") {
            let arch = std::env::consts::ARCH;
            assert_eq!(
                names,
                [
                    Asset(format!("trunk-{arch}-unknown-linux-musl.tar.gz")),
                    Asset(format!("trunk-{arch}-unknown-linux-gnu.tar.gz"))
                ]
            );
        } else {
            assert!(names.len() <= 1);
        }
    }
}
