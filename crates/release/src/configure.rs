//! `cargo xtask configure`: writes a configuration into a built dist, without a rebuild.
//!
//! A dist contains the configuration in two places: config.json, and the page (index.html and its copy 404.html). The
//! content security policy of the page must allow the origins in config.json, and the page opens a connection to the
//! authority early. So all these files are written together, or none of them.

use crate::app_config::{base, check, without_mark};
use crate::config_warnings::warnings;
use crate::host_files::{Host, Rules};
use crate::policy::{Decided, rewrite};
use crate::preconnect;
use crate::project::read_any;
use crate::{html, verify};
use anyhow::{Context, Result, bail};
use fs_err as fs;
use std::path::{Path, PathBuf};
use visma_connect::protocol::config::Config;

/// The options of the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configure {
    /// The folder of the built dist.
    pub dist: PathBuf,
    /// Whether the build of the dist is complete, so that it can be deployed. `false` if Trunk runs this command during
    /// a build. Then the command line names no dist, and `dist` is Trunk's temporary folder.
    pub is_finished: bool,
    /// The file with the configuration to write.
    pub config: PathBuf,
    /// The URL at which the dist will be served.
    pub base_url: Option<String>,
    /// The host to write configuration files for.
    pub host: Option<Host>,
}

/// Runs the command and prints what it did.
///
/// # Errors
/// The errors of [`configure()`], the file of the configuration cannot be read, or a finished dist breaks a rule of
/// `verify`. After an error the dist is unchanged, except when one of its files cannot be replaced.
pub fn run(options: &Configure) -> Result<()> {
    let text = read_any(&options.config)?;
    let Planned { config, page, mut files } = plan(&options.dist, &text, options.base_url.as_deref())
        .with_context(|| options.config.display().to_string())?;
    let host_files = match options.host {
        Some(host) => Rules::of(&options.dist, &page, &config)?.files(host, &options.dist),
        None => Vec::new(),
    };
    // The host's files are replaced before the page. config.json is still the last file.
    files.splice(..0, host_files.iter().cloned());
    let base = base(&text, options.base_url.as_deref());
    // A finished dist for an https URL will be deployed, so it must follow every rule of `verify`. Trunk's temporary
    // folder is not deployed, and a debug build breaks most of these rules.
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
            "  For an https deployment, pass its URL with --base-url. The redirect URIs are then checked against it,"
        );
        println!("  and the content security policy makes browsers use https only.");
    }
    for (path, _) in host_files {
        println!("  {} is the configuration of the host.", path.display());
    }
    for warning in warnings(&text, &config) {
        println!("  Warning: {warning}");
    }
    Ok(())
}

/// Checks `config`, the text of a config.json, with the same code as the page. Then writes it into `dist`, and changes
/// the content security policy and the preconnect of the page. If `base_url` is missing, the base URL is the origin of
/// the configured `redirect_uri`. If both are missing, the base URL is unknown.
///
/// # Errors
/// - The configuration has problems. The message lists them with their remedies.
/// - `dist` has no index.html, was built for another path, or its page does not have exactly one policy.
/// - A file cannot be written.
///
/// After an error `dist` is unchanged, except when one of its files cannot be replaced.
pub fn configure(dist: &Path, config: &str, base_url: Option<&str>) -> Result<Config> {
    let planned = plan(dist, config, base_url)?;
    write_together(&planned.files)?;
    Ok(planned.config)
}

/// The result of [`plan`]: the files to write into a dist.
struct Planned {
    config: Config,
    /// The text of index.html.
    page: String,
    /// The paths and texts to write, in this order.
    files: Vec<(PathBuf, String)>,
}

fn plan(dist: &Path, config: &str, base_url: Option<&str>) -> Result<Planned> {
    let base = base(config, base_url);
    let checked = check(config, base.as_deref())?;
    let origins: Vec<String> = checked.origins().into_iter().map(str::to_owned).collect();
    // Servers on localhost have plain http only, so an upgraded request would fail there.
    let upgrade = base.is_some_and(|base| base.starts_with("https://"))
        && origins.iter().all(|origin| origin.starts_with("https://"));
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index)?;
    if let (Some(path), true) = (html::base(&html), base_url.is_some())
        && path != checked.base().path_and_query()
    {
        bail!(
            "{} was built for the path {path}, and the base URL is {}. Build it again with `--public-url {}`.",
            dist.display(),
            checked.base().as_str(),
            checked.base().path_and_query()
        );
    }
    let page = rewrite(&html, &Decided { connect: origins, upgrade });
    let page = page.and_then(|page| preconnect::rewrite(&page, checked.authority().origin())).with_context(|| {
        format!("{} has no usable policy. Build it again with `cargo xtask build`", index.display())
    })?;
    // config.json is the last file. If it cannot be replaced, the page has the new policy and the old configuration.
    // Then the policy may block requests, but the page connects to no unexpected origin.
    let files = vec![
        (dist.join("404.html"), page.clone()),
        (index, page.clone()),
        (dist.join("config.json"), without_mark(config).to_owned()),
    ];
    Ok(Planned { config: checked, page, files })
}

/// Writes each new file beside the old one, then renames all of them. So an error while writing, such as a full disk,
/// leaves the dist unchanged.
fn write_together(files: &[(PathBuf, String)]) -> Result<()> {
    let new = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push(".new");
        PathBuf::from(name)
    };
    let written = files.iter().try_for_each(|(path, text)| fs::write(new(path), text));
    if written.is_err() {
        for (path, _) in files {
            // Some of the files may not exist.
            let _ = fs::remove_file(new(path));
        }
        return Ok(written?);
    }
    for (path, _) in files {
        fs::rename(new(path), path)?;
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

    /// A dist in a temporary folder. The folder is deleted with this value.
    struct Dist {
        folder: PathBuf,
        _temp: tempfile::TempDir,
    }

    impl Dist {
        fn new(page: &str) -> Self {
            let temp = tempfile::tempdir().unwrap();
            let folder = temp.path().join("dist");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("index.html"), page).unwrap();
            Self { folder, _temp: temp }
        }

        fn file(&self, name: &str) -> Option<String> {
            fs::read_to_string(self.folder.join(name)).ok()
        }
    }

    #[test]
    fn configuration_and_policy_are_written_together_and_again_to_the_same() {
        let dist = Dist::new(PAGE);
        let url = Some("https://app.example");
        configure(&dist.folder, REMOTE, url).unwrap();
        let expected = PAGE.replace(
            "connect-src 'self'",
            "connect-src 'self' https://connect.visma.com https://api.example; upgrade-insecure-requests",
        );
        let expected =
            expected.replace("<p>", "<link rel=\"preconnect\" href=\"https://connect.visma.com\" crossorigin><p>");
        assert_eq!(dist.file("config.json").as_deref(), Some(REMOTE));
        assert_eq!(dist.file("index.html"), Some(expected.clone()));
        assert_eq!(dist.file("404.html"), Some(expected.clone()));
        configure(&dist.folder, REMOTE, url).unwrap();
        assert_eq!(dist.file("index.html"), Some(expected));
    }

    /// Runs the command for a dist that breaks rules of `verify`.
    fn run_on(dist: &Dist, is_finished: bool) -> Result<()> {
        let config = dist.folder.with_extension("config");
        fs::write(&config, REMOTE).unwrap();
        let base_url = Some("https://app.local:8080/".to_owned());
        run(&Configure { dist: dist.folder.clone(), is_finished, config, base_url, host: None })
    }

    #[test]
    fn a_file_is_judged_as_the_browser_reads_it() {
        let dist = Dist::new(PAGE);
        let config = dist.folder.with_extension("config");
        let run_on_bytes = |bytes: &[u8]| {
            fs::write(&config, bytes).unwrap();
            let base_url = Some("http://localhost:8080/".to_owned());
            run(&Configure {
                dist: dist.folder.clone(),
                is_finished: false,
                config: config.clone(),
                base_url,
                host: None,
            })
        };
        let utf16: Vec<u8> = format!("\u{feff}{LOCAL}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, words) in [
            (utf16, "line 1, column 1. Save the file as UTF-8."),
            (LOCAL.replace('}', ",}").into_bytes(), "Check the comma before it."),
            (LOCAL.replacen('"', "“", 1).into_bytes(), "line 1, column 2. Use straight double quotes"),
        ] {
            let problem = format!("{:#}", run_on_bytes(&bytes).unwrap_err());
            assert!(problem.contains(words), "{problem}");
        }
        assert_eq!(dist.file("config.json"), None);
        run_on_bytes(format!("\u{feff}{LOCAL}").as_bytes()).unwrap();
        assert_eq!(dist.file("config.json").as_deref(), Some(LOCAL), "without the byte order mark");
    }

    #[test]
    fn a_build_on_its_way_is_configured_for_https_although_it_is_not_fit_to_be_shipped() {
        let dist = Dist::new(PAGE);
        run_on(&dist, false).unwrap();
        assert_eq!(dist.file("config.json").as_deref(), Some(REMOTE));
        assert!(dist.file("index.html").unwrap().contains("https://api.example; upgrade-insecure-requests"));
    }

    #[test]
    fn a_finished_dist_that_must_not_be_shipped_is_refused_and_stays_as_it_was() {
        let dist = Dist::new(PAGE);
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
            let dist = Dist::new(PAGE);
            configure(&dist.folder, config, url).unwrap();
            assert_eq!(dist.file("index.html").unwrap().contains("upgrade-insecure-requests"), upgraded, "{name}");
        }
    }

    #[test]
    fn a_wrong_configuration_writes_nothing_and_names_every_problem() {
        let dist = Dist::new(PAGE);
        let wrong = r#"{"authority":"http://connect.visma.com","client_secret":"x"}"#;
        let problem = configure(&dist.folder, wrong, None).unwrap_err().to_string();
        for key in ["authority:", "client_id:", "client_secret:"] {
            assert!(problem.contains(key), "{problem}");
        }
        assert_eq!(dist.file("config.json"), None);
        assert_eq!(dist.file("index.html").as_deref(), Some(PAGE));
    }

    #[test]
    fn what_cannot_be_written_leaves_the_dist_as_it_was() {
        let dist = Dist::new(PAGE);
        // One of the new files cannot be written, because a folder has its path.
        fs::create_dir(dist.folder.join("404.html.new")).unwrap();
        assert!(configure(&dist.folder, REMOTE, Some("https://app.example")).is_err());
        assert_eq!((dist.file("config.json"), dist.file("config.json.new")), (None, None));
        assert_eq!(dist.file("index.html").as_deref(), Some(PAGE));
    }

    #[test]
    fn the_redirect_uri_must_be_of_the_deployment() {
        let dist = Dist::new(PAGE);
        let config = r#"{"authority":"https://connect.visma.com","client_id":"demo","redirect_uri":"https://old.example/callback"}"#;
        assert!(
            configure(&dist.folder, config, Some("https://new.example/"))
                .unwrap_err()
                .to_string()
                .contains("redirect_uri")
        );
        assert!(configure(&dist.folder, config, Some("https://old.example")).is_ok());
    }

    #[test]
    fn a_dist_of_another_path_is_not_configured() {
        let page = format!("{PAGE}<script type=module src=/app/one.js data-wasm=/app/one.wasm></script>");
        let dist = Dist::new(&page);
        let problem = configure(&dist.folder, REMOTE, Some("https://app.example/")).unwrap_err().to_string();
        assert!(problem.contains("--public-url /"), "{problem}");
        assert_eq!(dist.file("config.json"), None);
        assert!(configure(&dist.folder, REMOTE, Some("https://app.example/app")).is_ok());
    }

    #[test]
    fn a_page_without_a_policy_is_not_configured_by_half() {
        let dist = Dist::new("<p>page</p>");
        let problem = format!("{:#}", configure(&dist.folder, LOCAL, None).unwrap_err());
        assert!(problem.contains("Content-Security-Policy"), "{problem}");
        assert_eq!(dist.file("config.json"), None);
    }
}
