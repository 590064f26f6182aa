//! Counts passed, failed and ignored tests in the output of test programs.

/// Numbers of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed.
    pub failed: u32,
    /// Tests that were skipped on purpose, for example with `#[ignore]`.
    pub ignored: u32,
}

impl Tally {
    /// Adds the numbers in a line of output, if it is a summary line of a test program.
    ///
    /// The test programs of Rust and wasm-bindgen write `test result: ok. 3 passed; 0 failed; …`. Node's test runner
    /// writes `# pass 3` and `# fail 0`, or `ℹ` instead of `#`.
    pub fn read(&mut self, line: &str) {
        let line = without_colour(line);
        let line = line.trim();
        if let Some(result) = line.strip_prefix("test result:") {
            for part in result.split([';', '.']) {
                match part.trim().split_once(' ') {
                    Some((count, "passed")) => self.passed += count.parse().unwrap_or(0),
                    Some((count, "failed")) => self.failed += count.parse().unwrap_or(0),
                    Some((count, "ignored")) => self.ignored += count.parse().unwrap_or(0),
                    _ => {}
                }
            }
        } else if let Some(count) = line.strip_prefix("# ").or_else(|| line.strip_prefix("ℹ ")) {
            match count.split_once(' ') {
                Some(("pass", count)) => self.passed += count.parse().unwrap_or(0),
                Some(("fail", count)) => self.failed += count.parse().unwrap_or(0),
                Some(("skipped", count)) => self.ignored += count.parse().unwrap_or(0),
                _ => {}
            }
        }
    }

    /// Returns the sums of both tallies.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            ignored: self.ignored + other.ignored,
        }
    }
}

fn without_colour(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            // The sequence for a colour is `ESC [ … m`.
            chars.by_ref().find(|c| c.is_ascii_alphabetic());
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn the_closing_lines_of_every_runner_count() {
        let lines = [
            "running 3 tests",
            "test pkce::rfc7636 ... ok",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out; finished in 0.00s",
            "test result: FAILED. 4 passed; 2 failed; 5 ignored; 0 measured; 0 filtered out; finished in 1.20s",
            "test result: \u{1b}[32mok\u{1b}[m. 10 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.03s",
            "# pass 5",
            "# fail 1",
            "# skipped 6",
            "\u{1b}[34mℹ pass 7\u{1b}[39m",
            "\u{1b}[34mℹ fail 0\u{1b}[39m",
        ];
        assert_eq!(read(&lines), Tally { passed: 29, failed: 3, ignored: 11 });
    }

    #[test]
    fn other_lines_do_not_count() {
        let lines = [
            "# tests 5",
            "# Subtest: pass 3",
            "assertion: 3 passed; 1 failed",
            "ℹ duration_ms 12",
            "test result: interrupted",
        ];
        assert_eq!(read(&lines), Tally::default());
    }
}
