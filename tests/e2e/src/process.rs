//! Programs that the tests start. Each program is killed together with all processes that it has started, even if the
//! tests are interrupted.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Time limit for the start of a program, long enough for a busy machine.
const START_PATIENCE: Duration = Duration::from_secs(60);

/// Number of output lines that a failing test shows.
const SHOWN_LINES: usize = 60;

/// A running program.
pub struct Process {
    name: &'static str,
    child: Child,
    lines: UnboundedReceiver<String>,
    kept: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts a program.
    ///
    /// # Panics
    /// The program cannot be started.
    pub fn start(name: &'static str, command: &Command) -> Self {
        let mut child = grouped(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|cause| panic!("{name} cannot be started: {cause}"));
        let kept = Arc::new(Mutex::new(Vec::new()));
        let (sender, lines) = unbounded_channel();
        follow(child.stdout.take(), Some(sender), &kept);
        follow(child.stderr.take(), None, &kept);
        Self { name, child, lines, kept }
    }

    /// Waits for a line on standard output that contains this text.
    ///
    /// # Panics
    /// The program ends first, or the line does not appear in time.
    pub async fn line_with(&mut self, text: &str) -> String {
        self.line_or_end(text)
            .await
            .unwrap_or_else(|| panic!("{} ended without printing “{text}”:\n{}", self.name, self.output()))
    }

    /// Waits for a line on standard output that contains this text. `None` if the program ends first.
    ///
    /// # Panics
    /// The line does not appear in time.
    pub async fn line_or_end(&mut self, text: &str) -> Option<String> {
        let search = async {
            while let Some(line) = self.lines.recv().await {
                if line.contains(text) {
                    return Some(line);
                }
            }
            None
        };
        match tokio::time::timeout(START_PATIENCE, search).await {
            Ok(line) => line,
            Err(_) => panic!("{} did not print “{text}” in time:\n{}", self.name, self.output()),
        }
    }

    /// The last lines of its standard output and standard error, each with the program's name.
    pub fn output(&self) -> String {
        let kept = self.kept.lock().unwrap();
        let unseen = kept.len().saturating_sub(SHOWN_LINES);
        kept.iter().skip(unseen).map(|line| format!("  {}: {line}\n", self.name)).collect()
    }

    /// All lines of its standard output and standard error.
    pub fn lines(&self) -> Vec<String> {
        self.kept.lock().unwrap().clone()
    }

    /// Whether the program has ended.
    pub fn has_ended(&mut self) -> bool {
        // The channel closes when the program's standard output closes.
        loop {
            match self.lines.try_recv() {
                Ok(_) => {}
                Err(TryRecvError::Empty) => return false,
                Err(TryRecvError::Disconnected) => return true,
            }
        }
    }

    /// Kills the program with its process group, and waits for its end.
    pub fn end(&mut self) {
        kill_group(&mut self.child);
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

fn follow(
    stream: Option<impl Read + Send + 'static>,
    lines: Option<UnboundedSender<String>>,
    kept: &Arc<Mutex<Vec<String>>>,
) {
    let (stream, kept) = (stream.unwrap(), Arc::clone(kept));
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if let Some(lines) = &lines {
                let _ = lines.send(line.clone());
            }
            kept.lock().unwrap().push(line);
        }
    });
}

/// Returns a command that starts a shell in a new process group. The shell starts the program, and then reads its own
/// standard input, a pipe from this process. When this process ends for any reason, the pipe closes, and the shell
/// kills the group.
#[cfg(unix)]
fn grouped(command: &Command) -> Command {
    use std::os::unix::process::CommandExt as _;
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "\"$@\" </dev/null & exec >&- 2>&-; cat >/dev/null; kill -KILL 0", "sh"])
        .arg(command.get_program())
        .args(command.get_args())
        .process_group(0);
    like(command, &mut shell);
    shell
}

/// Gives `other` the folder and the environment of `command`.
fn like(command: &Command, other: &mut Command) {
    if let Some(folder) = command.get_current_dir() {
        other.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => other.env(name, value),
            None => other.env_remove(name),
        };
    }
}

#[cfg(unix)]
fn kill_group(child: &mut Child) {
    use nix::sys::signal::{Signal, killpg};
    if let Ok(id) = i32::try_from(child.id()) {
        let _ = killpg(nix::unistd::Pid::from_raw(id), Signal::SIGKILL);
    }
}

#[cfg(not(unix))]
fn grouped(command: &Command) -> Command {
    let mut copy = Command::new(command.get_program());
    copy.args(command.get_args());
    like(command, &mut copy);
    copy
}

#[cfg(not(unix))]
fn kill_group(child: &mut Child) {
    let _ = child.kill();
}
