//! Compares ATTACKS.md with the tests: no row is missing, each named test exists, and each test whose name begins
//! with a row's id is listed in that row.
#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows this only in test functions, not in the functions that they call"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Each group with the number of its last row.
const GROUPS: [(char, u32); 11] = [
    ('A', 16),
    ('B', 9),
    ('C', 32),
    ('D', 17),
    ('E', 22),
    ('F', 11),
    ('G', 12),
    ('H', 10),
    ('I', 5),
    ('J', 7),
    ('K', 7),
];

/// A row without a test has a reason. The reason begins with this text if the row needs no defence yet, because the
/// attacked feature does not exist.
const NOT_BUILT: &str = "not built:";

#[test]
fn every_row_has_its_proof_or_its_reason() {
    let tests = tests_in(&sources());
    assert!(tests.len() > 300, "{} tests: the test did not read all sources", tests.len());
    let faults = faults(&text("tests/ATTACKS.md"), &tests);
    assert!(faults.is_empty(), "tests/ATTACKS.md:\n  {}", faults.join("\n  "));
}

/// Each claim in the table of docs/SECURITY.md must name tests that exist.
#[test]
fn every_claim_of_security_md_names_tests_that_exist() {
    let tests = tests_in(&sources());
    let security = text("docs/SECURITY.md");
    let claims: Vec<&str> = security.lines().skip_while(|line| *line != "| claim | tests |").skip(2).collect();
    let claims: Vec<&str> = claims.into_iter().take_while(|line| line.starts_with('|')).collect();
    assert!(claims.len() > 5, "the table of claims was not read correctly");
    for claim in claims {
        let (_, proof) = claim.trim_end_matches([' ', '|']).rsplit_once(" | ").unwrap();
        let (names, _) = named(proof);
        assert!(!names.is_empty(), "names no test: {claim}");
        for name in names {
            assert!(tests.contains_key(&name), "there is no test {name}");
        }
    }
}

/// Checks the rows of docs/readers.md. If a row states that the input is refused, it must name the attack in ATTACKS.md
/// that the refusal stops. Other rows may have `-` instead. Every row must name a test.
#[test]
fn the_tables_of_the_readers_name_attacks_and_tests_that_exist() {
    let tests = tests_in(&sources());
    let readers = text("docs/readers.md");
    let rows: Vec<&str> =
        readers.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| input")).collect();
    assert!(rows.len() > 80, "the tables were not read correctly");
    for row in rows {
        let cells: Vec<&str> = row.trim_matches(['|', ' ']).split(" | ").collect();
        let [_, verdict, stops, proof] = cells[..] else { panic!("not four cells: {row}") };
        let is_refusal = ["refused", "home", "left out", "nothing"].iter().any(|word| verdict.starts_with(word));
        assert!(is_row(stops) || (stops == "-" && !is_refusal), "names no row of ATTACKS.md: {row}");
        let (names, _) = named(proof);
        assert!(!names.is_empty(), "names no test: {row}");
        for name in names {
            assert!(tests.contains_key(&name), "there is no test {name}");
        }
    }
}

/// One row of a table.
struct Row<'a> {
    id: &'a str,
    proof: &'a str,
    line: &'a str,
}

/// All faults of the table. Each fault is one sentence.
fn faults(table: &str, tests: &BTreeMap<String, usize>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut seen = BTreeMap::<&str, BTreeSet<String>>::new();
    let mut last = String::new();
    for Row { id, proof, line } in rows(table, &mut faults) {
        if !is_row(id) {
            faults.push(format!("{id} is no row"));
            continue;
        }
        if seen.contains_key(id) {
            faults.push(format!("{id} is listed twice"));
        } else if *id < *last {
            faults.push(format!("{id} is listed after {last}"));
        }
        id.clone_into(&mut last);
        let (named, rest) = named(proof);
        let reason = rest.strip_prefix('-').map(str::trim);
        match (named.is_empty(), reason) {
            (true, None) => faults.push(format!("{id} has neither a proof nor a reason")),
            (true, Some(reason)) if reason.split_whitespace().count() < 3 => {
                faults.push(format!("{id} gives no reason that can be understood"));
            }
            (true, Some(_)) => {}
            (false, _) if line.contains(NOT_BUILT) => faults.push(format!("{id} names a proof and says {NOT_BUILT}")),
            (false, _) if !rest.is_empty() => {
                faults.push(format!("{id} names a proof and says something else: {rest}"));
            }
            (false, _) => {}
        }
        for name in &named {
            match tests.get(name) {
                None => faults.push(format!("{id}: there is no test {name}")),
                Some(1) => {}
                // With two tests of this name, one could be removed and no test would fail.
                Some(count) => faults.push(format!("{id}: {count} tests are called {name}")),
            }
        }
        seen.entry(id).or_default().extend(named);
    }
    for id in all_ids() {
        if !seen.contains_key(id.as_str()) {
            faults.push(format!("{id} is missing"));
        }
    }
    for name in tests.keys() {
        for id in ids_of(name) {
            if !seen.get(id.as_str()).is_some_and(|named| named.contains(name)) {
                faults.push(format!("{id} does not name `{name}`"));
            }
        }
    }
    faults
}

/// The rows of all tables: lines with four cells between bars. Other text is ignored.
fn rows<'a>(table: &'a str, faults: &mut Vec<String>) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    for line in table.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        match cells.as_slice() {
            ["id", ..] => {}
            [rule, ..] if rule.starts_with('-') => {}
            [id, attack, response, proof] => {
                if attack.is_empty() || response.is_empty() {
                    faults.push(format!("{id} does not say what happens"));
                }
                rows.push(Row { id, proof, line });
            }
            cells => faults.push(format!("this line has {} cells, not 4: {line}", cells.len())),
        }
    }
    rows
}

/// The test names of a proof, and the rest of its text. Test names are in backticks.
fn named(proof: &str) -> (Vec<String>, String) {
    let (mut names, mut rest) = (Vec::new(), String::new());
    for (index, part) in proof.split('`').enumerate() {
        // A reason may contain backticks. Only a text that begins with a backtick is a list of test names.
        if proof.starts_with('`') && index % 2 == 1 {
            names.push(part.to_owned());
        } else {
            rest.push_str(part);
        }
    }
    let rest = if names.is_empty() { rest } else { rest.replace(',', "") };
    (names, rest.trim().to_owned())
}

fn all_ids() -> impl Iterator<Item = String> {
    GROUPS.iter().flat_map(|(group, last)| (1..=*last).map(move |number| format!("{group}{number:02}")))
}

fn is_row(id: &str) -> bool {
    all_ids().any(|known| known == id)
}

/// The ids that a test's name begins with: `c28_c29_a_trap…` proves two rows. An id that has this form but has no row
/// is returned too, so that `faults` reports it.
fn ids_of(name: &str) -> Vec<String> {
    let is_id = |part: &&str| {
        let mut characters = part.chars();
        characters.next().is_some_and(|group| ('a'..='k').contains(&group))
            && part.len() == 3
            && characters.all(|digit| digit.is_ascii_digit())
    };
    name.split('_').take_while(is_id).map(str::to_ascii_uppercase).collect()
}

/// The names of all tests that run, each with the number of its occurrences.
fn tests_in(sources: &[(String, String)]) -> BTreeMap<String, usize> {
    let mut tests = BTreeMap::new();
    for (path, text) in sources {
        let found = if path.ends_with(".mjs") { node_tests(text) } else { rust_tests(text) };
        for name in found {
            *tests.entry(name).or_default() += 1;
        }
    }
    tests
}

/// The name in `fn name` after `#[test]`, `#[tokio::test]` or `#[wasm_bindgen_test]`, unless the test is ignored.
/// Also the name in `fn name` in a documentation example that must not compile.
fn rust_tests(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut is_test, mut is_ignored, mut is_refused_snippet, mut is_in_attribute) = (false, false, false, false);
    for line in text.lines().map(str::trim) {
        if let Some(doc) = line.strip_prefix("///").or(line.strip_prefix("//!")).map(str::trim) {
            if let Some(kind) = doc.strip_prefix("```") {
                is_refused_snippet = kind.contains("compile_fail");
            } else if is_refused_snippet {
                names.extend(function(doc));
            }
        } else if line.starts_with("#[") || is_in_attribute {
            is_test |= ["#[test]", "#[tokio::test", "#[wasm_bindgen_test"].iter().any(|test| line.starts_with(test));
            is_ignored |= line.starts_with("#[ignore");
            is_in_attribute = !line.ends_with(']');
        } else if !line.is_empty() && !line.starts_with("//") {
            names.extend(function(line).filter(|_| is_test && !is_ignored));
            (is_test, is_ignored) = (false, false);
        }
    }
    names
}

/// The name in `pub async fn name(…`.
fn function(line: &str) -> Option<String> {
    let (before, after) = line.split_once("fn ")?;
    let is_plain = before.split_whitespace().all(|word| ["pub", "async", "pub(crate)"].contains(&word));
    let name: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (is_plain && !name.is_empty()).then_some(name)
}

/// `test('name', …` at the beginning of a line.
fn node_tests(text: &str) -> Vec<String> {
    let quoted = |line: &str| line.strip_prefix("test('").and_then(|rest| Some(rest.split_once('\'')?.0.to_owned()));
    text.lines().filter_map(quoted).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

/// Every file that can contain tests. attacks.rs is left out, because its samples look like tests.
fn sources() -> Vec<(String, String)> {
    let mut open: Vec<PathBuf> =
        ["src", "crates", "tests", "provider/test"].iter().map(|path| root().join(path)).collect();
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["node_modules", "target"].contains(&name.as_str()) {
                open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            }
        } else if (name.ends_with(".rs") || name.ends_with(".test.mjs")) && name != "attacks.rs" {
            files.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "# Attacks\n\n| id | attack | response | proof |\n|---|---|---|---|\n";

    /// A table with every row. `lines` replaces rows or adds to them.
    fn table(lines: &[(&str, &str)]) -> String {
        let mut table = HEAD.to_owned();
        for id in all_ids() {
            match lines.iter().find(|(row, _)| *row == id) {
                Some((_, line)) => table.push_str(line),
                None => table.push_str(&format!("| {id} | a | b | - it does not apply here |\n")),
            }
        }
        table
    }

    fn faults_of(lines: &[(&str, &str)], tests: &[&str]) -> Vec<String> {
        faults(&table(lines), &tests.iter().map(|name| ((*name).to_owned(), 1)).collect())
    }

    #[test]
    fn there_are_148_rows() {
        assert_eq!(all_ids().count(), 148);
        assert_eq!(all_ids().next().as_deref(), Some("A01"));
        assert_eq!(all_ids().last().as_deref(), Some("K07"));
    }

    #[test]
    fn a_whole_table_has_no_fault() {
        assert_eq!(faults_of(&[], &[]), Vec::<String>::new());
        let lines = [
            ("A01", "| A01 | a | b | `a01_one`, `two` |\n"),
            ("A02", "| A02 | a | b | - not built: there is no `thing` yet |\n"),
        ];
        assert_eq!(faults_of(&lines, &["a01_one", "two", "another"]), Vec::<String>::new());
    }

    #[test]
    fn each_kind_of_fault_is_seen() {
        for (line, tests, expected) in [
            ("", &[][..], "B03 is missing"),
            (
                "| B03 | a | b | - it does not apply |\n| B03 | a | b | - it does not apply |\n",
                &[],
                "B03 is listed twice",
            ),
            ("| B03 | a | b | - it does not apply |\n| B10 | a | b | - it does not apply |\n", &[], "B10 is no row"),
            ("| B03 | a | b | - it does not apply |\n| b4 | a | b | - it does not apply |\n", &[], "b4 is no row"),
            (
                "| B03 | a | b | - it does not apply |\n| B01 | a | b | - it does not apply |\n",
                &[],
                "B01 is listed twice",
            ),
            ("| B03 | a | b | `gone` |\n", &[], "B03: there is no test gone"),
            ("| B03 | a | b | `b03_here`, `gone` |\n", &["b03_here"], "B03: there is no test gone"),
            ("| B03 | a | b |  |\n", &[], "B03 has neither a proof nor a reason"),
            ("| B03 | a | b | it was tried once |\n", &[], "B03 has neither a proof nor a reason"),
            ("| B03 | a | b | - |\n", &[], "B03 gives no reason that can be understood"),
            ("| B03 | a | b | - not yet |\n", &[], "B03 gives no reason that can be understood"),
            (
                "| B03 | a | b | `b03_here` not built: there is no cache yet |\n",
                &["b03_here"],
                "B03 names a proof and says not built:",
            ),
            (
                "| B03 | a | not built: there is no cache yet | `b03_here` |\n",
                &["b03_here"],
                "B03 names a proof and says not built:",
            ),
            (
                "| B03 | a | b | `b03_here`, - it does not apply |\n",
                &["b03_here"],
                "B03 names a proof and says something else: - it does not apply",
            ),
            ("| B03 |  | b | - it does not apply |\n", &[], "B03 does not say what happens"),
            (
                "| B03 | a | - it does not apply |\n",
                &[],
                "this line has 3 cells, not 4: | B03 | a | - it does not apply |",
            ),
            ("| B03 | a | b | - it does not apply |\n", &["b03_here"], "B03 does not name `b03_here`"),
            ("| B03 | a | b | `b02_b03_here` |\n", &["b02_b03_here"], "B02 does not name `b02_b03_here`"),
            ("| B03 | a | b | - it does not apply |\n", &["b99_here"], "B99 does not name `b99_here`"),
        ] {
            let faults = faults_of(&[("B03", line)], tests);
            assert!(faults.iter().any(|fault| fault == expected), "{expected}: {faults:?}");
        }
    }

    #[test]
    fn rows_stand_in_their_order() {
        let line = |id| format!("| {id} | a | b | - it does not apply here |\n");
        let whole = table(&[]);
        let swapped = whole.replace(&(line("A01") + &line("A02")), &(line("A02") + &line("A01")));
        assert!(whole != swapped, "two rows of the sample must be swapped");
        assert_eq!(faults(&swapped, &BTreeMap::new()), ["A01 is listed after A02"]);
    }

    #[test]
    fn two_tests_of_one_name_are_no_proof() {
        let tests = BTreeMap::from([("b03_here".to_owned(), 2)]);
        let faults = faults(&table(&[("B03", "| B03 | a | b | `b03_here` |\n")]), &tests);
        assert_eq!(faults, ["B03: 2 tests are called b03_here"]);
    }

    #[test]
    fn only_what_runs_is_a_test() {
        let source = r#"
            //! ```compile_fail
            //! fn in_the_header() {}
            //! ```
            /// ```
            /// fn compiles() {}
            /// ```
            /// ```compile_fail
            /// use crate::x;
            /// fn must_not_compile(x: X) -> X { x.clone() }
            /// ```
            fn helper() {}

            #[test]
            fn plain() {}

            #[tokio::test(flavor = "current_thread")]
            #[allow(
                clippy::unwrap_used,
                reason = "x"
            )]
            async fn on_tokio() { let f = |x| x; }

            /// Said about it.
            #[wasm_bindgen_test]
            // And why.
            async fn in_the_browser() {}

            #[test]
            #[ignore = "slow"]
            fn ignored() {}

            // #[test]
            fn commented_out() {}

            #[test]
            fn after_it() {}
            fn not_any_more() {}
        "#;
        assert_eq!(
            rust_tests(source),
            ["in_the_header", "must_not_compile", "plain", "on_tokio", "in_the_browser", "after_it"]
        );
        let source = "test('says_this', () => {\n  test('inside', x);\n// test('not_this', () => {\n";
        assert_eq!(node_tests(source), ["says_this"]);
    }

    #[test]
    fn a_name_begins_with_its_rows() {
        for (name, ids) in [
            ("c05_state_replayed", &["C05"][..]),
            ("c28_c29_a_trap_becomes_home", &["C28", "C29"]),
            ("a_trap", &[]),
            ("l01_no_group", &[]),
            ("c5_short", &[]),
            ("state_c05", &[]),
            ("k99_beyond", &["K99"]),
        ] {
            assert_eq!(ids_of(name), ids, "{name}");
        }
    }
}
