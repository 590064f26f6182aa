//! `cargo xtask configure`: a configuration into a built dist, without a rebuild.
//!
//! The configuration lives in two places of a dist: config.json, and the page's policy, which must allow what
//! config.json names. Both are written together, or neither.

use crate::app_config::{base, check, without_mark};
use crate::config_warnings::warnings;
use crate::error::{Error, Result};
use crate::host_files::{Host, Rules};
use crate::policy::{Decided, rewrite};
use crate::project::{read, read_any, write};
use crate::{html, verify};
use std::path::{Path, PathBuf};
use visma_connect::protocol::config::Config;

/// What the command is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configure {
    /// The built folder.
    pub dist: PathBuf,
    /// Whether it was named, and so is what goes to a host. Trunk's own folder, in the middle of a build, is not.
    pub is_finished: bool,
    /// The configuration to write.
    pub config: PathBuf,
    /// Where the dist will be served.
    pub base_url: Option<String>,
    /// The host whose files are written.
    pub host: Option<Host>,
}

/// Runs the command, and prints what it did.
///
/// # Errors
/// As [`configure()`]; the configuration's file cannot be read; or a finished dist is not fit to be shipped. Nothing is
/// written then.
pub fn run(options: &Configure) -> Result {
    let text = read_any(&options.config)?;
    let Planned { config, page, mut files } = plan(&options.dist, &text, options.base_url.as_deref())
        .map_err(|problem| Error::new(format!("{}: {problem}", options.config.display())))?;
    let host_files = match options.host {
        Some(host) => Rules::of(&options.dist, &page, &config)?.files(host, &options.dist),
        None => Vec::new(),
    };
    // What serves the page is ready before the page, and config.json stays the last.
    files.splice(..0, host_files.iter().cloned());
    let base = base(&text, options.base_url.as_deref());
    // What goes to another machine than this one is held against the rules for that. Trunk's folder goes nowhere: a
    // debug build breaks most of them.
    if options.is_finished && base.as_ref().is_some_and(|base| base.starts_with("https://")) {
        verify::check_with(&options.dist, &files)?;
    }
    write_together(&files)?;
    println!(
        "{} now signs in at {} as client {}.",
        options.dist.display(),
        config.authority().as_str(),
        config.client_id()
    );
    println!("  The page may connect to itself and to {}.", config.origins().join(", "));
    if base.is_none() {
        println!(
            "  For a deployment over https, name its address with --base-url: the redirect URIs are then checked \
                against it,"
        );
        println!("  and the policy tells browsers to use nothing but https.");
    }
    for (path, _) in host_files {
        println!("  {} is for the host.", path.display());
    }
    for warning in warnings(&text, &config) {
        println!("  Warning: {warning}");
    }
    Ok(())
}

/// Checks `config`, the text of a config.json, with the core that the page itself uses; then writes it and the page's
/// policy into `dist`. Without `base_url`, the address of the app is that of the configuration's own `redirect_uri`,
/// and without that unknown.
///
/// # Errors
/// Every problem of the configuration with its remedy, or what is wrong with `dist`. Nothing is written then.
pub fn configure(dist: &Path, config: &str, base_url: Option<&str>) -> Result<Config> {
    let planned = plan(dist, config, base_url)?;
    write_together(&planned.files)?;
    Ok(planned.config)
}

/// What a configuration makes of a dist.
struct Planned {
    config: Config,
    /// The text of index.html.
    page: String,
    /// What is to be written, and in which order.
    files: Vec<(PathBuf, String)>,
}

fn plan(dist: &Path, config: &str, base_url: Option<&str>) -> Result<Planned> {
    let base = base(config, base_url);
    let checked = check(config, base.as_deref())?;
    let origins: Vec<String> = checked.origins().into_iter().map(str::to_owned).collect();
    // Loopback is plain http, and nothing answers an upgraded request there.
    let upgrade = base.is_some_and(|base| base.starts_with("https://"))
        && origins.iter().all(|origin| origin.starts_with("https://"));
    let index = dist.join("index.html");
    let html = read(&index)?;
    if let (Some(path), true) = (html::base(&html), base_url.is_some())
        && path != checked.base().path_and_query()
    {
        return Err(Error::new(format!(
            "{} was built for the path {path}, and the base URL is {}. Build it anew with `--public-url {}`.",
            dist.display(),
            checked.base().as_str(),
            checked.base().path_and_query()
        )));
    }
    let page = rewrite(&html, &Decided { connect: origins, upgrade }).map_err(|problem| {
        Error::new(format!("{}: {problem}. Build it anew with `cargo xtask build`.", index.display()))
    })?;
    // A page whose policy allows more than config.json names does no harm: that file comes last.
    let files = vec![
        (dist.join("404.html"), page.clone()),
        (index, page.clone()),
        (dist.join("config.json"), without_mark(config).to_owned()),
    ];
    Ok(Planned { config: checked, page, files })
}

/// Writes all of the files beside the old ones first: what fails there, such as a full disk, leaves the dist as it was.
fn write_together(files: &[(PathBuf, String)]) -> Result {
    let new = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push(".new");
        PathBuf::from(name)
    };
    let written = files.iter().try_for_each(|(path, text)| write(&new(path), text));
    if written.is_err() {
        for (path, _) in files {
            // Those that are there.
            let _ = std::fs::remove_file(new(path));
        }
        return written;
    }
    for (path, _) in files {
        std::fs::rename(new(path), path)
            .map_err(|cause| Error::new(format!("{} cannot be replaced: {cause}.", path.display())))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str =
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; connect-src 'self'\"><p>page</p>";
    const REMOTE: &str = r#"{"authority":"https://connect.visma.com","client_id":"demo","apis":[{"name":"a","base_url":"https://api.example/v1"}]}"#;
    const LOCAL: &str = r#"{"authority":"http://localhost:9400","client_id":"demo-spa"}"#;

    struct Dist(PathBuf);

    impl Dist {
        fn new(name: &str, page: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("xtask-configure-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("index.html"), page).unwrap();
            Self(folder)
        }

        fn file(&self, name: &str) -> Option<String> {
            std::fs::read_to_string(self.0.join(name)).ok()
        }
    }

    impl Drop for Dist {
        fn drop(&mut self) {
            std::fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn configuration_and_policy_are_written_together_and_again_to_the_same() {
        let dist = Dist::new("remote", PAGE);
        let url = Some("https://app.example");
        configure(&dist.0, REMOTE, url).unwrap();
        let expected = PAGE.replace(
            "connect-src 'self'",
            "connect-src 'self' https://connect.visma.com https://api.example; upgrade-insecure-requests",
        );
        assert_eq!(dist.file("config.json").as_deref(), Some(REMOTE));
        assert_eq!(dist.file("index.html"), Some(expected.clone()));
        assert_eq!(dist.file("404.html"), Some(expected.clone()));
        configure(&dist.0, REMOTE, url).unwrap();
        assert_eq!(dist.file("index.html"), Some(expected));
    }

    /// Runs the command for a dist that is not fit to be shipped.
    fn run_on(dist: &Dist, is_finished: bool) -> Result {
        let config = dist.0.with_extension("config");
        std::fs::write(&config, REMOTE).unwrap();
        let base_url = Some("https://app.local:8080/".to_owned());
        let done = run(&Configure { dist: dist.0.clone(), is_finished, config: config.clone(), base_url, host: None });
        std::fs::remove_file(config).unwrap();
        done
    }

    #[test]
    fn a_file_is_judged_as_the_browser_reads_it() {
        let dist = Dist::new("bytes", PAGE);
        let config = dist.0.with_extension("config");
        let run_on_bytes = |bytes: &[u8]| {
            std::fs::write(&config, bytes).unwrap();
            let base_url = Some("http://localhost:8080/".to_owned());
            run(&Configure { dist: dist.0.clone(), is_finished: false, config: config.clone(), base_url, host: None })
        };
        let utf16: Vec<u8> = format!("\u{feff}{LOCAL}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, words) in [
            (utf16, "line 1, column 1. Save the file as UTF-8."),
            (LOCAL.replace('}', ",}").into_bytes(), "Check the comma before it."),
            (LOCAL.replacen('"', "“", 1).into_bytes(), "line 1, column 2. Use straight double quotes"),
        ] {
            let problem = run_on_bytes(&bytes).unwrap_err().to_string();
            assert!(problem.contains(words), "{problem}");
        }
        assert_eq!(dist.file("config.json"), None);
        run_on_bytes(format!("\u{feff}{LOCAL}").as_bytes()).unwrap();
        assert_eq!(dist.file("config.json").as_deref(), Some(LOCAL), "without the byte order mark");
        std::fs::remove_file(config).unwrap();
    }

    #[test]
    fn a_build_on_its_way_is_configured_for_https_although_it_is_not_fit_to_be_shipped() {
        let dist = Dist::new("hook", PAGE);
        run_on(&dist, false).unwrap();
        assert_eq!(dist.file("config.json").as_deref(), Some(REMOTE));
        assert!(dist.file("index.html").unwrap().contains("https://api.example; upgrade-insecure-requests"));
    }

    #[test]
    fn a_finished_dist_that_must_not_be_shipped_is_refused_and_stays_as_it_was() {
        let dist = Dist::new("refused", PAGE);
        let problem = run_on(&dist, true).unwrap_err().to_string();
        assert!(problem.contains("must not be shipped") && problem.contains("frontchannel-logout.html"), "{problem}");
        assert_eq!((dist.file("index.html").as_deref(), dist.file("config.json")), (Some(PAGE), None));
    }

    #[test]
    fn only_an_https_app_that_names_no_plain_http_is_upgraded() {
        let own = r#"{"authority":"https://connect.visma.com","client_id":"demo","redirect_uri":"https://app.example/callback"}"#;
        for (name, config, url, upgraded) in [
            ("a", REMOTE, Some("https://app.example/"), true),
            ("b", REMOTE, Some("http://localhost:8080/"), false),
            ("c", LOCAL, Some("https://app.test/"), false),
            ("d", REMOTE, None, false),
            ("e", own, None, true),
        ] {
            let dist = Dist::new(name, PAGE);
            configure(&dist.0, config, url).unwrap();
            assert_eq!(dist.file("index.html").unwrap().contains("upgrade-insecure-requests"), upgraded, "{name}");
        }
    }

    #[test]
    fn a_wrong_configuration_writes_nothing_and_names_every_problem() {
        let dist = Dist::new("wrong", PAGE);
        let wrong = r#"{"authority":"http://connect.visma.com","client_secret":"x"}"#;
        let problem = configure(&dist.0, wrong, None).unwrap_err().to_string();
        for key in ["authority:", "client_id:", "client_secret:"] {
            assert!(problem.contains(key), "{problem}");
        }
        assert_eq!(dist.file("config.json"), None);
        assert_eq!(dist.file("index.html").as_deref(), Some(PAGE));
    }

    #[test]
    fn what_cannot_be_written_leaves_the_dist_as_it_was() {
        let dist = Dist::new("half", PAGE);
        // A folder stands where one of the new files would be written.
        std::fs::create_dir(dist.0.join("404.html.new")).unwrap();
        assert!(configure(&dist.0, REMOTE, Some("https://app.example")).is_err());
        assert_eq!((dist.file("config.json"), dist.file("config.json.new")), (None, None));
        assert_eq!(dist.file("index.html").as_deref(), Some(PAGE));
    }

    #[test]
    fn the_redirect_uri_must_be_of_the_deployment() {
        let dist = Dist::new("foreign", PAGE);
        let config = r#"{"authority":"https://connect.visma.com","client_id":"demo","redirect_uri":"https://old.example/callback"}"#;
        assert!(
            configure(&dist.0, config, Some("https://new.example/")).unwrap_err().to_string().contains("redirect_uri")
        );
        assert!(configure(&dist.0, config, Some("https://old.example")).is_ok());
    }

    #[test]
    fn a_dist_of_another_path_is_not_configured() {
        let page = format!("{PAGE}<script type=module src=/app/boot.js></script>");
        let dist = Dist::new("path", &page);
        let problem = configure(&dist.0, REMOTE, Some("https://app.example/")).unwrap_err().to_string();
        assert!(problem.contains("--public-url /"), "{problem}");
        assert_eq!(dist.file("config.json"), None);
        assert!(configure(&dist.0, REMOTE, Some("https://app.example/app")).is_ok());
    }

    #[test]
    fn a_page_without_a_policy_is_not_configured_by_half() {
        let dist = Dist::new("bare", "<p>page</p>");
        assert!(configure(&dist.0, LOCAL, None).unwrap_err().to_string().contains("Content-Security-Policy"));
        assert_eq!(dist.file("config.json"), None);
    }
}
