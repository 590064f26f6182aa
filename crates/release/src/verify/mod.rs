//! Checks that a built dist may be published: it contains nothing private, and its pages have all protections.
//!
//! ```text
//! every file ── an expected name; no trace of this machine, of tests, of secrets
//!   ├─ page ────────── index.html and 404.html: no inline code, the policy, integrity of loaded files
//!   ├─ frame_page ──── the page for the provider's frame: one script, its own policy
//!   ├─ text ────────── scripts, styles, pictures: no other origin, no string run as code, no service worker
//!   ├─ module ──────── wasm: no debug names, no unexpected origin
//!   └─ parts ───────── parts of the wasm: each file exists, and is loaded with its integrity
//! ```

mod frame_page;
mod module;
mod page;
mod parts;
#[cfg(test)]
mod planted;
mod rule;
mod text;

use crate::files::{Files, bytes_of, contains, contents, extension};
use crate::front_channel::{PAGE, SCRIPT};
use crate::host_files::IN_DIST;
use crate::programs::cargo_home;
use crate::project::Project;
use crate::{app_config, headers, preconnect};
use anyhow::{Result, anyhow};
use fs_err as fs;
pub use rule::{Finding, Rule};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Texts that identify this machine. A build on this machine can put them into a file.
#[derive(Clone, Debug, Default)]
struct Machine {
    /// Prefixes of paths on this machine.
    folders: Vec<String>,
    /// Host names of the package registries.
    registries: Vec<String>,
}

impl Machine {
    fn this() -> Self {
        let cargo_home = cargo_home();
        let home = cargo_home.parent().map(Path::to_path_buf);
        let folders = [Some(Project::here().root().to_path_buf()), Some(cargo_home.clone()), home];
        // The name of each folder is the host of the registry, a hyphen and a hash.
        let sources = fs::read_dir(cargo_home.join("registry").join("src")).into_iter().flatten();
        let names = sources.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        Self {
            folders: folders.into_iter().flatten().flat_map(|folder| inside(&folder.to_string_lossy())).collect(),
            registries: names.filter_map(|name| Some(name.rsplit_once('-')?.0.to_owned())).collect(),
        }
    }
}

/// The prefixes of paths inside a folder: one with `/` and one with `\`, because Windows accepts both separators.
fn inside(folder: &str) -> Vec<String> {
    let slashes = folder.replace('\\', "/");
    let begins = [format!("{}/", slashes.trim_end_matches('/')), format!("{}\\", folder.trim_end_matches(['/', '\\']))];
    // The root of a file system does not identify a machine.
    begins.into_iter().filter(|begin| begin.len() > 3).collect()
}

/// Checks a built dist, for any base path and any configuration.
///
/// # Errors
/// The dist violates rules, which the message lists, or a file cannot be read.
pub fn check(dist: &Path) -> Result<()> {
    check_with(dist, &[])
}

/// Checks a built dist as if the files in `written` were written already. Each of them is a path and a text. Files
/// outside of the dist are ignored.
///
/// # Errors
/// The same as [`check`].
pub fn check_with(dist: &Path, written: &[(PathBuf, String)]) -> Result<()> {
    let mut files = contents(dist)?;
    for (path, text) in written {
        let Ok(name) = path.strip_prefix(dist) else { continue };
        let name = name.to_string_lossy().replace('\\', "/");
        files.retain(|(file, _)| *file != name);
        files.push((name, text.clone().into_bytes()));
    }
    let findings = findings(&files, &Machine::this());
    if findings.is_empty() {
        return Ok(());
    }
    let list: String = findings.iter().map(|finding| format!("\n  {finding}")).collect();
    Err(anyhow!("{} must not be shipped as it is.{list}", dist.display()))
}

fn findings(files: &Files, machine: &Machine) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, bytes) in files {
        let mut add = |rule, what: String| found.push(Finding { rule, file: file.clone(), what });
        if !is_expected(file) {
            add(Rule::UnexpectedFile, "the build does not write such a file".to_owned());
        }
        traces(file, bytes, machine, &mut add);
        match extension(file) {
            "wasm" => module::check(bytes, &mut add),
            "html" if file == PAGE => frame_page::check(&String::from_utf8_lossy(bytes), files, &mut add),
            "html" => page::check(&String::from_utf8_lossy(bytes), files, &mut add),
            "js" | "css" | "svg" => text::check(extension(file), &String::from_utf8_lossy(bytes), &mut add),
            _ => {}
        }
    }
    for page in ["index.html", "404.html"] {
        if bytes_of(files, page) != bytes_of(files, "index.html") || bytes_of(files, page).is_none() {
            let what = "it is missing, or index.html and 404.html are not the same page".to_owned();
            found.push(Finding { rule: Rule::UnexpectedFile, file: page.to_owned(), what });
        }
    }
    for file in [PAGE, SCRIPT].into_iter().filter(|file| bytes_of(files, file).is_none()) {
        found.push(Finding { rule: Rule::UnexpectedFile, file: file.to_owned(), what: "it is missing".to_owned() });
    }
    found.extend(parts::check(files));
    found.extend(configuration(files));
    found
}

/// The files without a hash in their names.
const FIXED: [&str; 7] = ["index.html", "404.html", "boot.js", "start-error.js", "config.json", PAGE, SCRIPT];

fn is_expected(file: &str) -> bool {
    let is_asset = || headers::is_hashed(file) && matches!(extension(file), "js" | "wasm" | "css" | "svg");
    !file.contains('/') && (FIXED.contains(&file) || IN_DIST.contains(&file) || is_asset())
}

/// Texts that reveal the build machine, tests or a secret. No file may contain them.
const ANYWHERE: [(Rule, &str); 14] = [
    (Rule::SourceMap, "sourceMappingURL"),
    (Rule::MachinePath, "/home/"),
    (Rule::MachinePath, "/Users/"),
    (Rule::MachinePath, "\\Users\\"),
    (Rule::MachinePath, "/.cargo/"),
    (Rule::Registry, "registry/src/"),
    (Rule::Registry, "index.crates"),
    (Rule::Registry, "registry.npmjs"),
    (Rule::TestCode, "_test/faults"),
    (Rule::TestCode, "test-controls"),
    (Rule::TestCode, "wasm_bindgen_test"),
    (Rule::TestCode, "__wbgtest"),
    (Rule::TestCode, "oidc-provider"),
    (Rule::Secret, "PRIVATE KEY-----"),
];

/// Texts that only wasm may contain. The app refuses a configuration with the key `client_secret`, so the wasm contains
/// this name.
const OUTSIDE_THE_MODULE: [(Rule, &str); 1] = [(Rule::Secret, "client_secret")];

/// Reports each of these texts that the file contains, and each folder and registry of this machine.
fn traces(file: &str, bytes: &[u8], machine: &Machine, add: &mut impl FnMut(Rule, String)) {
    let outside: &[(Rule, &str)] = if extension(file) == "wasm" { &[] } else { &OUTSIDE_THE_MODULE };
    for (rule, needle) in ANYWHERE.iter().chain(outside).filter(|(_, needle)| contains(bytes, needle)) {
        add(*rule, format!("it holds `{needle}`"));
    }
    // The page and the files for hosts contain URL paths of the app, which can look like paths of this machine. So only
    // scripts and wasm are searched.
    if matches!(extension(file), "js" | "wasm") {
        for (rule, needles) in [(Rule::MachinePath, &machine.folders), (Rule::Registry, &machine.registries)] {
            for needle in needles.iter().filter(|needle| contains(bytes, needle)) {
                add(rule, format!("it holds `{needle}`"));
            }
        }
    }
}

/// Checks config.json with the app's own code. The policy must allow exactly the origins that config.json names. A
/// preconnect of the page must be to its authority.
fn configuration(files: &Files) -> Option<Finding> {
    let finding = |what| Finding { rule: Rule::Configuration, file: "config.json".to_owned(), what };
    let (Some(config), Some(page)) = (bytes_of(files, "config.json"), bytes_of(files, "index.html")) else {
        return Some(finding("it is missing".to_owned()));
    };
    let config = String::from_utf8_lossy(config);
    let config = match app_config::check(&config, app_config::base(&config, None).as_deref()) {
        Ok(config) => config,
        Err(problem) => return Some(finding(problem.to_string())),
    };
    let page = String::from_utf8_lossy(page);
    let early = preconnect::origins(&page);
    if early.iter().any(|origin| origin != config.authority().origin()) {
        return Some(finding(format!("its authority is not {early:?}, to which the page opens a connection")));
    }
    let named: BTreeSet<String> = config.origins().into_iter().map(str::to_owned).collect();
    let allowed: BTreeSet<String> = page::connect_sources(&page).into_iter().collect();
    (named != allowed).then(|| finding(format!("it names the origins {named:?}, and the policy allows {allowed:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::front_channel::with_integrity;
    use crate::hash::integrity;

    pub(super) const JOINED: &str = "visma-connect-spa-65c8a5cad5277a8b.js";
    pub(super) const WASM: &str = "visma-connect-spa-8e1d403280031d39_bg.wasm";
    pub(super) const PART: &str = "part-rest-0a1b2c3d4e5f6071.wasm";
    pub(super) const STYLE: &str = "style-3ee47173b18560bc.css";
    pub(super) const ICON: &str = "icon-2f83085d3520c345.svg";
    const MODULE: &[u8] = b"\0asm\x01\0\0\0\x00\x0a\x09producers";

    /// A small dist for this base path that breaks no rule.
    fn dist(base: &str) -> Vec<(String, Vec<u8>)> {
        dist_with(base, "", b"")
    }

    /// The same dist with the bytes `more` at the end of the file `planted`. If `planted` is index.html, 404.html gets
    /// the same bytes. All integrities are those of the changed files.
    pub(super) fn dist_with(base: &str, planted: &str, more: &[u8]) -> Vec<(String, Vec<u8>)> {
        let file = |name: &str, bytes: &[u8]| {
            let is_planted = name == planted || name == "404.html" && planted == "index.html";
            (name.to_owned(), [bytes, if is_planted { more } else { b"" }].concat())
        };
        let mut files: Vec<(String, Vec<u8>)> = [
            (STYLE, "p{color:red}"),
            (ICON, "<svg xmlns=\"http://www.w3.org/2000/svg\"><rect/></svg>"),
            ("boot.js", "const query = location.search;"),
            ("config.json", r#"{"authority":"https://connect.visma.com","client_id":"demo"}"#),
            ("_headers", "/app/*\n"),
            (SCRIPT, "const query = location.search;"),
        ]
        .map(|(name, text)| file(name, text.as_bytes()))
        .to_vec();
        files.extend([file(WASM, MODULE), file(PART, MODULE)]);
        let part = integrity(bytes_of(&files, PART).unwrap());
        files.push(file(JOINED, format!("let files=[[\"{PART}\",\"{part}\"]]; // 1 // 2").as_bytes()));
        let [joined, style, wasm] = [JOINED, STYLE, WASM].map(|name| integrity(bytes_of(&files, name).unwrap()));
        let page = format!(
            "<!doctype html><html lang=en><meta charset=utf-8><meta content=\"default-src 'none'; script-src 'self' \
             'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self' https://connect.visma.com; base-uri 'none'; \
             form-action 'none'; object-src 'none'\" http-equiv=Content-Security-Policy><meta content=no-referrer name=referrer>\
             <link href={base}{ICON} rel=icon><link href=\"{base}{STYLE}\" integrity=\"{style}\" rel=\"stylesheet\">\
             <script src={base}{JOINED} integrity={joined} data-wasm={base}{WASM} type=module></script>\
             <link as=fetch crossorigin href={base}{WASM} data-integrity={wasm} rel=preload><p>words</p>"
        );
        for name in ["index.html", "404.html"] {
            files.push(file(name, page.as_bytes()));
        }
        let own = fs::read_to_string(Project::here().static_files().join(PAGE)).unwrap();
        let script = String::from_utf8_lossy(bytes_of(&files, SCRIPT).unwrap()).into_owned();
        files.push(file(PAGE, with_integrity(&own, &script).unwrap().as_bytes()));
        files
    }

    pub(super) fn machine() -> Machine {
        Machine { folders: vec!["/builds/app/".to_owned()], registries: vec!["packages.example".to_owned()] }
    }

    fn rules(files: &Files) -> Vec<(Rule, String)> {
        findings(files, &machine()).into_iter().map(|finding| (finding.rule, finding.file)).collect()
    }

    fn replace(files: &mut Files, name: &str, from: &str, to: &str) {
        let (_, bytes) = files.iter_mut().find(|(file, _)| file == name).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.contains(from), "{name} does not contain {from}");
        *bytes = text.replace(from, to).into_bytes();
    }

    /// A dist whose page has `to` instead of `from`.
    pub(super) fn page_with(from: &str, to: &str) -> Vec<(String, Vec<u8>)> {
        let mut files = dist("/");
        for page in ["index.html", "404.html"] {
            replace(&mut files, page, from, to);
        }
        files
    }

    #[test]
    fn a_folder_of_the_machine_is_known_with_either_separator() {
        assert_eq!(inside("C:\\Users\\a b\\app"), ["C:/Users/a b/app/", "C:\\Users\\a b\\app\\"]);
        assert_eq!(inside("/home/\u{e5}"), ["/home/\u{e5}/", "/home/\u{e5}\\"]);
        for root in ["/", "C:\\", "C:/", ""] {
            assert_eq!(inside(root), [""; 0], "{root}");
        }
    }

    #[test]
    fn a_good_dist_breaks_no_rule_wherever_it_lives() {
        for base in ["/", "/app/", "/builds/app/"] {
            assert_eq!(findings(&dist(base), &machine()), [], "{base}");
        }
    }

    #[test]
    fn what_is_planted_in_the_page_is_found() {
        let words = "<p>words</p>";
        for (from, to, rule) in [
            (words, "<script>alert(1)</script>", Rule::Inline),
            ("type=module>", "type=module>alert(1)", Rule::Inline),
            (words, "<p onclick=go()>", Rule::Inline),
            (words, "<p STYLE='color:red'>", Rule::Inline),
            (words, "<style>p{}</style>", Rule::Inline),
            (words, "<a href=\"javascript:go()\">", Rule::Inline),
            (words, "<base href=/x/>", Rule::Inline),
            (words, "<iframe src=/x>", Rule::Inline),
            (words, "<img src=https://cdn.example/a.png>", Rule::ForeignOrigin),
            (words, "<img src=https://connect.visma.com/a.png>", Rule::ForeignOrigin),
            (words, "<img src=\"//cdn.example/a.png\">", Rule::ForeignOrigin),
            ("type=module>", "type=module data-x=wasmBindings>", Rule::Global),
            (words, "<!-- /home/kari/app -->", Rule::MachinePath),
            (words, "<p>client_secret</p>", Rule::Secret),
            ("'wasm-unsafe-eval'", "'wasm-unsafe-eval' 'unsafe-inline'", Rule::Policy),
            ("style-src 'self'; ", "", Rule::Policy),
            ("img-src 'self'", "img-src *", Rule::Policy),
            ("img-src 'self'", "sandbox allow-scripts", Rule::Policy),
            ("object-src 'none'", "object-src 'none'; script-src 'self'", Rule::Policy),
            ("content=no-referrer", "content=origin", Rule::Policy),
            ("<meta charset=utf-8>", "<link href=/icon.svg rel=icon>", Rule::Policy),
            ("data-integrity=sha384-", "data-integrity=sha384-x", Rule::Integrity),
            (" integrity=\"", " data-x=\"", Rule::Integrity),
            (" integrity=\"", " data-integrity=\"", Rule::Integrity),
            (words, "<script src=/boot.js></script>", Rule::Integrity),
            (" integrity=sha384-", " integrity=sha384-x", Rule::Integrity),
            ("rel=preload", "rel=prefetch", Rule::Integrity),
            ("rel=\"stylesheet\"", "rel=\"alternate\"", Rule::Integrity),
        ] {
            let found = rules(&page_with(from, to));
            let expected = [(rule, "index.html".to_owned()), (rule, "404.html".to_owned())];
            assert!(expected.iter().all(|finding| found.contains(finding)), "{to}: {found:?}");
            assert!(found.iter().all(|(found, _)| *found == rule), "{to}: {found:?}");
        }
    }

    #[test]
    fn h08_what_is_planted_in_the_page_of_the_front_channel_is_found() {
        let title = "<title>Signing out</title>";
        for (from, to, rule) in [
            (title, "<title onclick=go()></title>", Rule::Inline),
            (title, "<p>You are signed out</p>", Rule::Inline),
            (title, "<link rel=stylesheet href=style.css>", Rule::Inline),
            (title, "<iframe src=/callback>", Rule::Inline),
            (title, "<!-- https://cdn.example/x.js -->", Rule::ForeignOrigin),
            (title, "<!-- /home/kari/app -->", Rule::MachinePath),
            ("></script>", ">alert(1)</script>", Rule::Inline),
            ("</head>", "<script src=boot.js></script>", Rule::Inline),
            ("</head>", "<script>alert(1)</script>", Rule::Inline),
            ("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", Rule::Policy),
            ("script-src 'self'", "script-src 'self'; connect-src 'self'", Rule::Policy),
            ("; object-src 'none'", "", Rule::Policy),
            ("Content-Security-Policy", "X-Policy", Rule::Policy),
            ("content=\"no-referrer\"", "content=origin", Rule::Policy),
            ("<meta charset", "<script src=boot.js></script><meta charset", Rule::Policy),
            (" integrity=\"", " data-x=\"", Rule::Integrity),
            ("integrity=\"sha384-", "integrity=\"sha384-x", Rule::Integrity),
            ("src=\"", "src=\"/elsewhere/", Rule::Integrity),
        ] {
            let mut files = dist("/");
            replace(&mut files, PAGE, from, to);
            let found = rules(&files);
            assert!(found.contains(&(rule, PAGE.to_owned())), "{to}: {found:?}");
            assert!(found.iter().all(|(_, file)| file == PAGE), "{to}: {found:?}");
        }
        // The script is compared with its integrity, and must follow the rules for all scripts.
        let mut files = dist("/");
        replace(&mut files, SCRIPT, "location.search", "eval(location.search)");
        let expected = [(Rule::StringAsCode, SCRIPT), (Rule::Integrity, PAGE)];
        assert!(expected.iter().all(|(rule, file)| rules(&files).contains(&(*rule, (*file).to_owned()))));
    }

    /// The tests in `planted.rs` cover each forbidden text. This test covers the rules that are not lists of texts.
    #[test]
    fn what_is_planted_in_a_file_is_found() {
        for (name, more, rule) in [
            ("boot.js", "import('https://cdn.example/x.js')", Rule::ForeignOrigin),
            ("boot.js", "import('//cdn.example/x.js')", Rule::ForeignOrigin),
            ("boot.js", "'/builds/app/src/main.rs'", Rule::MachinePath),
            ("boot.js", "'packages.example'", Rule::Registry),
            (STYLE, "p{background:url(//cdn.example/a.png)}", Rule::ForeignOrigin),
            (WASM, "\x0b\x18/builds/app/src/token.rs", Rule::MachinePath),
            (WASM, "\x0b\x10packages.example", Rule::Registry),
            (WASM, "\x0b\x18https://cdn.example/x.js", Rule::ForeignOrigin),
            (WASM, "\x0b\x7f", Rule::UnexpectedFile),
            (PART, "\x0b\x18https://cdn.example/x.js", Rule::ForeignOrigin),
            (PART, "\x0b\x7f", Rule::UnexpectedFile),
            ("config.json", " {", Rule::Configuration),
        ] {
            assert_eq!(rules(&dist_with("/", name, more.as_bytes())), [(rule, name.to_owned())], "{more}");
        }
    }

    #[test]
    fn one_changed_byte_is_found() {
        let mut files = dist("/");
        *files.iter_mut().find(|(file, _)| file == PART).unwrap().1.last_mut().unwrap() ^= 1;
        assert_eq!(rules(&files), [(Rule::Integrity, PART.to_owned())]);
        for name in [JOINED, WASM, STYLE] {
            let mut files = dist("/");
            *files.iter_mut().find(|(file, _)| file == name).unwrap().1.last_mut().unwrap() ^= 1;
            let expected = ["index.html", "404.html"].map(|page| (Rule::Integrity, page.to_owned()));
            assert_eq!(rules(&files), expected, "{name}");
        }
    }

    #[test]
    fn a_part_that_is_missing_or_that_nothing_asks_for_is_found() {
        let mut files = dist("/");
        files.retain(|(file, _)| file != PART);
        assert_eq!(rules(&files), [(Rule::Integrity, JOINED.to_owned())]);
        let other = PART.replace("rest", "more");
        let mut files = dist("/");
        files.push((other.clone(), MODULE.to_vec()));
        assert_eq!(rules(&files), [(Rule::Integrity, other)]);
    }

    #[test]
    fn j06_only_files_of_the_build_are_in_a_dist() {
        for name in [
            ".env",
            "app.js.map",
            "sw.js",
            "index.html.bak",
            "snippets/a-0123456789abcdef.js",
            "a-0123456789abcdef.exe",
        ] {
            let mut files = dist("/");
            files.push((name.to_owned(), b"x".to_vec()));
            assert_eq!(rules(&files), [(Rule::UnexpectedFile, name.to_owned())], "{name}");
        }
        for name in ["404.html", "config.json", PAGE, SCRIPT] {
            let mut files = dist("/");
            files.retain(|(file, _)| file != name);
            let found = rules(&files);
            assert!(found.iter().any(|(_, file)| file == name), "{name}: {found:?}");
            // If the script is missing, the page that loads it has a finding too.
            assert_eq!(found.len(), if name == SCRIPT { 2 } else { 1 }, "{name}: {found:?}");
        }
    }

    #[test]
    fn the_policy_allows_what_the_configuration_names_and_nothing_else() {
        let expected = [(Rule::Configuration, "config.json".to_owned())];
        let files = page_with("https://connect.visma.com", "https://connect.visma.com https://evil.example");
        assert_eq!(rules(&files), expected);
        let mut files = dist("/");
        replace(&mut files, "config.json", "connect.visma.com", "connect.example");
        assert_eq!(rules(&files), expected);
        // The policy allows an API, too. The page must not open a connection to it before it is called.
        let api = r#","apis":[{"name":"a","base_url":"https://api.example/v1"}]}"#;
        for (origin, expected) in [("https://connect.visma.com", &[][..]), ("https://api.example", &expected[..])] {
            let tag = format!("<p><link rel=\"preconnect\" href=\"{origin}\" crossorigin>");
            let mut files = page_with("https://connect.visma.com;", "https://connect.visma.com https://api.example;");
            replace(&mut files, "config.json", "}", api);
            for page in ["index.html", "404.html"] {
                replace(&mut files, page, "<p>", &tag);
            }
            assert_eq!(rules(&files), expected, "{origin}");
        }
    }

    /// Writes a dist that breaks no rule into the folder `dist` of a temporary folder.
    fn on_disk() -> (tempfile::TempDir, PathBuf) {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("dist");
        fs::create_dir_all(&folder).unwrap();
        for (name, bytes) in dist("/app/") {
            fs::write(folder.join(name), bytes).unwrap();
        }
        (temp, folder)
    }

    #[test]
    fn what_will_be_written_counts_and_not_what_it_replaces() {
        let (_temp, folder) = on_disk();
        let with = |path: &Path, text: &str| check_with(&folder, &[(path.to_path_buf(), text.to_owned())]);
        let (boot, good) = (folder.join("boot.js"), "const query = location.search;");
        let worse = with(&boot, "eval(1)").unwrap_err().to_string();
        let beside = with(&folder.with_extension("nginx.conf"), "-----BEGIN PRIVATE KEY-----");
        fs::write(&boot, "eval(1)").unwrap();
        let better = with(&boot, good);
        assert!(worse.contains("boot.js: StringAsCode"), "{worse}");
        assert!(beside.is_ok() && better.is_ok(), "{beside:?} {better:?}");
    }

    #[test]
    fn every_breach_is_reported_at_once() {
        let (_temp, folder) = on_disk();
        assert!(check(&folder).is_ok());
        fs::write(folder.join(".env"), "").unwrap();
        fs::write(folder.join("boot.js"), "eval(1)").unwrap();
        let problem = check(&folder).unwrap_err().to_string();
        assert!(problem.contains(".env: UnexpectedFile") && problem.contains("boot.js: StringAsCode"), "{problem}");
    }
}
