//! Runs other programs. Counts the tests that they report. Ends a program together with its child processes.

use crate::tally::Tally;
use anyhow::{Context, Result};
use process_wrap::std::{ChildWrapper, CommandWrap};
use release::programs::not_started;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;
#[cfg(unix)]
use std::time::Instant;

/// Runs a program until it ends, forwards its output, and counts the tests that it reports.
///
/// # Errors
/// The program cannot be started. If the program fails, that is not an error: the first value is its exit status.
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
        // Ignore an error of writing, for example to a closed terminal. The tests are still counted.
        to.write_all(&line).and_then(|()| to.flush()).ok();
        tally.read(&String::from_utf8_lossy(&line));
        line.clear();
    }
    tally
}

/// A command that starts a program as the leader of a new process group. On Windows the group is a job object.
#[derive(Debug)]
pub struct GroupCommand(CommandWrap);

impl From<Command> for GroupCommand {
    fn from(mut command: Command) -> Self {
        command.stdin(Stdio::null());
        let mut command = CommandWrap::from(command);
        #[cfg(unix)]
        command.wrap(process_wrap::std::ProcessGroup::leader());
        #[cfg(windows)]
        command
            .wrap(process_wrap::std::CreationFlags(windows::Win32::System::Threading::CREATE_NEW_PROCESS_GROUP))
            .wrap(process_wrap::std::JobObject);
        Self(command)
    }
}

impl GroupCommand {
    /// Starts the program. Ctrl-C in the terminal does not end it, so the caller must end it.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn start(&mut self) -> Result<Group> {
        let child = self.0.spawn();
        child.map(Group).with_context(|| not_started(self.0.command()))
    }
}

/// A running program and its child processes, which are ended together.
#[derive(Debug)]
pub struct Group(Box<dyn ChildWrapper>);

impl Group {
    /// Returns the exit status of the program, or `None` while it runs.
    ///
    /// # Errors
    /// The operating system does not report the state of the program.
    pub fn exit_status(&mut self) -> std::io::Result<Option<ExitStatus>> {
        self.0.try_wait()
    }

    /// Ends groups. It sends SIGTERM to all processes of all groups, and waits up to `patience` until the programs have
    /// ended. Then it kills the processes that still run. On Windows it kills them at once, because a console program
    /// cannot be asked to end.
    pub fn end(groups: &mut [Self], patience: Duration) {
        #[cfg(unix)]
        {
            groups.iter().for_each(|group| drop(group.0.signal(nix::sys::signal::Signal::SIGTERM as i32)));
            let deadline = Instant::now() + patience;
            while groups.iter_mut().any(|group| matches!(group.0.try_wait(), Ok(None))) && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        #[cfg(not(unix))]
        let _ = patience;
        // An error means that no process of the group is left.
        groups.iter_mut().for_each(|group| drop(group.0.start_kill()));
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Starts a shell script, and waits until it has printed a line.
    #[allow(clippy::unwrap_used, reason = "clippy.toml allows this only in test functions")]
    fn start(script: &str) -> (Group, BufReader<std::process::ChildStdout>) {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdout(Stdio::piped());
        let mut group = GroupCommand::from(command).start().unwrap();
        let mut out = BufReader::new(group.0.stdout().take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        (group, out)
    }

    #[test]
    fn a_group_ends_with_its_child_processes() {
        // The child process ignores SIGTERM, so it must be killed. Only in the second script, the leader ignores it
        // too.
        for leader in ["", "trap \"\" TERM;"] {
            let child = "sh -c 'trap \"\" TERM; echo ready; while :; do sleep 1; done'";
            let (mut group, mut out) = start(&format!("{leader} {child} & wait"));
            assert_eq!(group.exit_status().unwrap(), None);
            Group::end(std::slice::from_mut(&mut group), Duration::from_millis(300));
            // The pipe closes when no process can write into it.
            assert_eq!(out.read_to_string(&mut String::new()).unwrap(), 0);
        }
    }

    #[test]
    fn a_program_that_ends_after_sigterm_is_not_killed() {
        let (mut group, _out) = start("trap 'exit 7' TERM; echo ready; while :; do sleep 0.01; done");
        Group::end(std::slice::from_mut(&mut group), Duration::from_secs(60));
        assert_eq!(group.exit_status().unwrap().and_then(|status| status.code()), Some(7));
    }

    #[test]
    fn a_program_that_cannot_be_started_is_named() {
        let problem = GroupCommand::from(Command::new("no-such-program")).start().unwrap_err();
        assert!(format!("{problem:#}").starts_with("`no-such-program` cannot be started: "), "{problem:#}");
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
