//! Runs other programs: counts the tests that they report, and ends them together with their child processes.

use crate::tally::Tally;
use anyhow::{Context, Result};
use release::programs::not_started;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Runs a program until it ends, forwards its output, and counts the tests that it reports.
///
/// # Errors
/// The program cannot be started. A failure of the program is not an error: the first value is its exit status.
pub fn run_counting(
    command: &mut Command,
    out: impl Write + Send,
    err: impl Write + Send,
) -> Result<(ExitStatus, Tally)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| not_started(command))?;
    let (from_out, from_err) = (child.stdout.take(), child.stderr.take());
    let tally = std::thread::scope(|scope| {
        let out = scope.spawn(|| pass_on(from_out, out));
        let err = scope.spawn(|| pass_on(from_err, err));
        [out, err].into_iter().filter_map(|thread| thread.join().ok()).fold(Tally::default(), Tally::plus)
    });
    let status = child.wait().with_context(|| not_started(command))?;
    Ok((status, tally))
}

fn pass_on(from: Option<impl Read>, mut to: impl Write) -> Tally {
    let mut tally = Tally::default();
    let Some(from) = from else { return tally };
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).is_ok_and(|bytes| bytes > 0) {
        // Continue to count if the terminal is gone.
        to.write_all(&line).and_then(|()| to.flush()).ok();
        tally.read(&String::from_utf8_lossy(&line));
        line.clear();
    }
    tally
}

/// A process group: a program and its child processes, which are ended together.
#[derive(Clone, Debug)]
pub struct Family {
    id: u32,
}

impl Family {
    /// Starts a program in a new process group. It does not receive Ctrl-C from the terminal, so the caller must end
    /// it.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn start(command: &mut Command) -> Result<(Self, Child)> {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        #[cfg(windows)]
        {
            const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;
            std::os::windows::process::CommandExt::creation_flags(command, CREATE_NEW_PROCESS_GROUP);
        }
        let child = command.stdin(Stdio::null()).spawn().with_context(|| not_started(command))?;
        Ok((Self { id: child.id() }, child))
    }

    /// Ends process groups: asks them to end, waits up to `patience`, then kills those that still run.
    pub fn end(families: &[Self], patience: Duration) {
        families.iter().for_each(Self::ask);
        let deadline = Instant::now() + patience;
        while families.iter().any(Self::is_running) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(20));
        }
        families.iter().filter(|family| family.is_running()).for_each(Self::force);
    }

    #[cfg(unix)]
    fn signal(&self, signal: Option<nix::sys::signal::Signal>) -> bool {
        i32::try_from(self.id).is_ok_and(|id| nix::sys::signal::killpg(nix::unistd::Pid::from_raw(id), signal).is_ok())
    }

    #[cfg(unix)]
    fn ask(&self) {
        self.signal(Some(nix::sys::signal::Signal::SIGTERM));
    }

    #[cfg(unix)]
    fn is_running(&self) -> bool {
        self.signal(None)
    }

    #[cfg(unix)]
    fn force(&self) {
        self.signal(Some(nix::sys::signal::Signal::SIGKILL));
    }

    // Windows cannot ask the child processes of a console program to end, so `ask` kills them.
    #[cfg(windows)]
    fn ask(&self) {
        release::programs::run_quietly(Command::new("taskkill").args(["/T", "/F", "/PID", &self.id.to_string()])).ok();
    }

    #[cfg(windows)]
    fn is_running(&self) -> bool {
        false
    }

    #[cfg(windows)]
    fn force(&self) {}
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_family_ends_with_its_children() {
        // The child process ignores SIGTERM, so it must be killed.
        let script = "sh -c 'trap \"\" TERM; echo ready; while :; do sleep 1; done' & wait";
        let (family, mut child) =
            Family::start(Command::new("sh").args(["-c", script]).stdout(Stdio::piped())).unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        let reaper = std::thread::spawn(move || child.wait());
        Family::end(std::slice::from_ref(&family), Duration::from_millis(300));
        reaper.join().unwrap().unwrap();
        // The pipe closes when no process can write into it.
        assert_eq!(out.read_to_string(&mut String::new()).unwrap(), 0);
    }

    #[test]
    fn tests_are_counted_in_what_a_program_prints() {
        let script = "echo 'test result: ok. 2 passed; 0 failed; 0 ignored'; echo '# fail 1' >&2; exit 3";
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let (status, tally) = run_counting(Command::new("sh").args(["-c", script]), &mut out, &mut err).unwrap();
        assert_eq!((status.code(), tally), (Some(3), Tally { passed: 2, failed: 1, ignored: 0 }));
        assert_eq!(
            (out.as_slice(), err.as_slice()),
            (&b"test result: ok. 2 passed; 0 failed; 0 ignored\n"[..], &b"# fail 1\n"[..])
        );
    }
}
