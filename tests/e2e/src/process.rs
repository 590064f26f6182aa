//! Other programs, ended for certain: with everything that they have started, and also when the tests are interrupted.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How long a program may take to start while other tests keep the machine busy.
const START_PATIENCE: Duration = Duration::from_secs(60);

/// Lines of output that a failing test shows.
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
    /// It cannot be started.
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

    /// Waits for a line on standard output that has this text in it.
    ///
    /// # Panics
    /// The program ends before, or takes too long.
    pub async fn line_with(&mut self, text: &str) -> String {
        self.line_or_end(text)
            .await
            .unwrap_or_else(|| panic!("{} ended without saying “{text}”:\n{}", self.name, self.output()))
    }

    /// Waits for a line on standard output that has this text in it; `None` when the program ends before.
    ///
    /// # Panics
    /// It takes too long.
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
            Err(_) => panic!("{} did not say “{text}” in time:\n{}", self.name, self.output()),
        }
    }

    /// The last lines that it wrote.
    pub fn output(&self) -> String {
        let kept = self.kept.lock().unwrap();
        let unseen = kept.len().saturating_sub(SHOWN_LINES);
        kept.iter().skip(unseen).map(|line| format!("  {}: {line}\n", self.name)).collect()
    }

    /// Every line that it wrote.
    pub fn lines(&self) -> Vec<String> {
        self.kept.lock().unwrap().clone()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        // Its standard output closes with it.
        loop {
            match self.lines.try_recv() {
                Ok(_) => {}
                Err(TryRecvError::Empty) => return false,
                Err(TryRecvError::Disconnected) => return true,
            }
        }
    }

    /// Ends it, and waits until it has ended.
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

/// The program in a process group of its own, led by a shell that ends the group when our end of its standard input
/// closes. That happens whenever this process ends, however it ends.
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

/// Gives the other command the same folder and environment.
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
