//! The configuration files of hosts: response headers, caching, and the paths of the app.
//!
//! All hosts are configured to behave in the same way (docs/hosting.md lists the differences):
//! - For the app's own paths (callback, signed-out page, `initiate`, `sign-out`), the host sends index.html.
//! - For any other path without a file, the host sends 404.html with the status 404. 404.html is a copy of index.html.
//!   So a request for a missing script never gets a response with the status 200.
//! - If the name of a file contains a hash of its content, caches may store the file for a year.
//! - The front-channel page has its own headers, because the provider shows it in a frame.
//! - Responses are compressed. nginx and Caddy are configured to compress. The other hosts compress automatically.

use crate::files::contents;
use crate::front_channel;
use crate::hash::fingerprint;
use crate::headers::{self, ASK_AGAIN, CACHING, FOR_EVER};
use anyhow::{Context, Result};
use fs_err as fs;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use visma_connect::protocol::config::Config;

/// A supported host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// Netlify, and other hosts that read `_headers` and `_redirects`. In `_headers`, a rule cannot remove a header
    /// that another rule sets. So the front-channel page also has the headers that forbid frames, browsers do not show
    /// it in a frame, and front-channel sign-out does not work.
    Netlify,
    /// Cloudflare Pages: `_headers`. Cloudflare changes a rewrite to index.html into a redirect. So there are no
    /// rewrites, and for the paths of the app the host sends 404.html.
    Cloudflare,
    /// Azure Static Web Apps: `staticwebapp.config.json`.
    Azure,
    /// nginx: a part of its configuration, beside the dist.
    Nginx,
    /// Caddy: a Caddyfile, beside the dist.
    Caddy,
}

/// Every host, with its name on the command line.
pub const HOSTS: [(&str, Host); 5] = [
    ("netlify", Host::Netlify),
    ("cloudflare", Host::Cloudflare),
    ("azure", Host::Azure),
    ("nginx", Host::Nginx),
    ("caddy", Host::Caddy),
];

/// The file extensions in a dist and their media types. `text/html` must be first: nginx always compresses it, so the
/// list for nginx has only the other types.
const TYPES: [(&str, &str); 6] = [
    ("html", "text/html"),
    ("css", "text/css"),
    ("js", "text/javascript"),
    ("json", "application/json"),
    ("svg", "image/svg+xml"),
    ("wasm", WASM),
];

/// The media type of wasm. Browsers compile a module while they download it only if it has this type.
const WASM: &str = "application/wasm";

/// The files in a dist that only the host reads.
pub const IN_DIST: [&str; 3] = ["_headers", "_redirects", "staticwebapp.config.json"];

impl FromStr for Host {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        HOSTS.into_iter().find(|(name, _)| *name == text).map(|(_, host)| host).ok_or_else(|| {
            let names: Vec<&str> = HOSTS.into_iter().map(|(name, _)| name).collect();
            format!("`{text}` is not a supported host. Supported hosts: {}.", names.join(", "))
        })
    }
}

/// The data from which the files for a host are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The headers of every response, except those for the front-channel page.
    pub headers: Vec<(&'static str, String)>,
    /// Scheme, host and port of the app.
    pub origin: String,
    /// The headers of the front-channel page. They replace [`headers`](Self::headers).
    pub front_channel: Vec<(&'static str, String)>,
    /// The base path of the app, with a slash at both ends.
    pub base: String,
    /// The paths for which the host sends index.html, except the base path itself.
    pub pages: Vec<String>,
    /// The files whose names contain a hash of their content.
    pub hashed: Vec<String>,
}

/// The paths of the pages that have no key in config.json, relative to the base of the app.
const OWN_PAGES: [&str; 2] = ["initiate", "sign-out"];

impl Rules {
    /// The rules for a dist with this configuration. `index` is the text of index.html.
    ///
    /// # Errors
    /// The dist cannot be read, or one of its pages does not have exactly one policy.
    pub fn of(dist: &Path, index: &str, config: &Config) -> Result<Self> {
        let page = dist.join(front_channel::PAGE);
        let origin = config.base().origin().to_owned();
        let https = origin.starts_with("https://");
        let headers = headers::of(index, https).context("index.html")?;
        let front_channel = headers::of_front_channel(&fs::read_to_string(&page)?, config.authority().origin(), https)
            .with_context(|| page.display().to_string())?;
        let configured =
            [config.redirect_uri(), config.post_logout_redirect_uri()].map(|page| page.path_and_query().to_owned());
        let own = OWN_PAGES.map(|page| format!("{}{page}", config.base().path_and_query()));
        let own = own.into_iter().filter(|page| !configured.contains(page)).collect::<Vec<_>>();
        let names = contents(dist)?.into_iter().map(|(name, _)| name);
        Ok(Self {
            headers,
            front_channel,
            origin,
            base: config.base().path_and_query().to_owned(),
            pages: configured.into_iter().chain(own).collect(),
            hashed: names.filter(|name| headers::is_hashed(name)).collect(),
        })
    }

    /// The paths and texts of the files for a host and this dist.
    pub fn files(&self, host: Host, dist: &Path) -> Vec<(PathBuf, String)> {
        // The configuration of a server must not be published, so it is beside the dist.
        let beside = |end: &str| {
            let mut name = dist.file_name().unwrap_or_default().to_owned();
            name.push(end);
            dist.with_file_name(name)
        };
        match host {
            Host::Netlify => {
                vec![
                    (dist.join("_headers"), self.headers_file(false)),
                    (dist.join("_redirects"), self.redirects_file()),
                ]
            }
            Host::Cloudflare => vec![(dist.join("_headers"), self.headers_file(true))],
            Host::Azure => vec![(dist.join("staticwebapp.config.json"), self.azure())],
            Host::Nginx => vec![(beside(".nginx.conf"), self.nginx())],
            Host::Caddy => vec![(beside(".Caddyfile"), self.caddy())],
        }
    }

    /// The text of `_headers`. If two rules for a path set the same header, these hosts send both values. So only one
    /// rule may set a header of a path. `can_detach` states whether the host supports the line `! Name`, which removes
    /// a header that an earlier rule sets. If no rule sets the caching header of a file, caches must revalidate the
    /// file. This is the default of these hosts.
    fn headers_file(&self, can_detach: bool) -> String {
        let line = |(name, value): &(&str, String)| format!("  {name}: {value}\n");
        let headers: String = self.headers.iter().map(line).collect();
        let caching = |file: &String| format!("{}{file}\n  {CACHING}: {FOR_EVER}\n", self.base);
        let detached = self.headers.iter().filter(|header| can_detach && !self.front_channel.contains(header));
        let detached: String = detached.map(|(name, _)| format!("  ! {name}\n")).collect();
        let own = self.front_channel.iter().filter(|header| !self.headers.contains(header));
        let own: String = own.filter(|(name, _)| can_detach || *name == CACHING).map(line).collect();
        let pages = self.front_channel_paths().map(|path| format!("{path}\n{detached}{own}"));
        format!("{}*\n{headers}{}{}", self.base, pages.concat(), self.hashed.iter().map(caching).collect::<String>())
    }

    fn redirects_file(&self) -> String {
        let pages = self.pages.iter().map(|page| format!("{page} {}index.html 200\n", self.base));
        let [path, page] = self.front_channel_paths();
        pages.chain([format!("{path} {page} 200\n")]).collect()
    }

    /// The registered path of the front-channel page, and the path of its file.
    fn front_channel_paths(&self) -> [String; 2] {
        [front_channel::PATH, front_channel::PAGE].map(|page| format!("{}{page}", self.base))
    }

    fn azure(&self) -> String {
        let page = |page| json!({ "route": page, "rewrite": format!("{}index.html", self.base) });
        let caching =
            |file: &String| json!({ "route": format!("{}{file}", self.base), "headers": { CACHING: FOR_EVER } });
        let headers = self.headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into()));
        let headers: Map<String, Value> = headers.chain([(CACHING.to_owned(), ASK_AGAIN.into())]).collect();
        // A header of a route replaces the global header. An empty value removes it.
        let removed = headers.keys().map(|name| (name.clone(), Value::from("")));
        let own = self.front_channel.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into()));
        let own: Map<String, Value> = removed.chain(own).collect();
        let [path, page_of_front_channel] = self.front_channel_paths();
        let front_channel = [
            json!({ "route": path, "rewrite": page_of_front_channel, "headers": own }),
            json!({ "route": page_of_front_channel, "headers": own }),
        ];
        let routes: Vec<_> =
            self.pages.iter().map(page).chain(front_channel).chain(self.hashed.iter().map(caching)).collect();
        let config = json!({
            "globalHeaders": headers,
            "routes": routes,
            "responseOverrides": { "404": { "rewrite": format!("{}404.html", self.base), "statusCode": 404 } },
            "mimeTypes": { ".wasm": WASM },
        });
        format!("{config:#}\n")
    }

    /// If a location has an `add_header` line, nginx ignores the `add_header` lines of the server. So the location of
    /// the front-channel page lists all of its headers. With `always`, nginx also adds a header to error responses. The
    /// caching header has no `always`, because a response with the status 404 must not be cached.
    fn nginx(&self) -> String {
        let line = |(name, value): &(&str, String)| format!("    add_header {name} \"{value}\" always;\n");
        let headers: String = self.headers.iter().map(line).collect();
        let own: String = self.front_channel.iter().map(|header| format!("    {}", line(header))).collect();
        let base = &self.base;
        let [path, page] = self.front_channel_paths();
        let pages: String = [base]
            .into_iter()
            .chain(&self.pages)
            .map(|page| format!("    location = {page} {{ try_files {base}index.html =404; }}\n"))
            .collect();
        let types: String = TYPES.iter().map(|(end, kind)| format!("        {kind} {end};\n")).collect();
        let compressed: String = TYPES.iter().skip(1).map(|(_, kind)| format!(" {kind}")).collect();
        // One http block can include the files of several apps, so the names that a file defines there must be unique.
        let app = format!("{}{base}", self.origin);
        let mark = fingerprint(&app);
        let mark = mark.get(..8).unwrap_or_default();
        format!(
            "# {app}: include this file inside http {{ }}.\n\
             map $uri $caching_{mark} {{\n    default \"{ASK_AGAIN}\";\n    \"~{HASHED}\" \"{FOR_EVER}\";\n}}\n\
             # The query of the callback contains the authorization code, so queries are not logged.\n\
             log_format without_query_{mark} '$remote_addr [$time_local] \"$request_method $uri\" $status $body_bytes_sent';\n\
             server {{\n    \
                 # Add listen, server_name, certificates and root. root is the folder{}\n    \
                 access_log /var/log/nginx/access.log without_query_{mark};\n\n    \
                 # The types of all files in a dist. The list of older nginx versions lacks wasm.\n    \
                 types {{\n{types}    }}\n    \
                 # nginx always compresses text/html too. Brotli is one seventh smaller: where nginx has it,\n    \
                 # add `brotli on;` and `brotli_types` with this list. `gzip_static on;` sends FILE.gz for FILE.\n    \
                 gzip on;\n    gzip_vary on;\n    gzip_comp_level 6;\n    gzip_types{compressed};\n\n\
             {headers}    add_header {CACHING} $caching_{mark};\n\n\
             {pages}    location = {path} {{ rewrite ^ {page} last; }}\n    \
                 location = {page} {{\n{own}        try_files {page} =404;\n    }}\n    \
                 error_page 404 {base}404.html;\n    \
                 location {base} {{ try_files $uri =404; }}\n\
             }}\n",
            self.folder()
        )
    }

    /// The matcher `@hashed` requires that the file exists, so that a response with the status 404 is not cached. The
    /// `?` before the name of the caching header adds this header only to responses that do not have it yet.
    fn caddy(&self) -> String {
        let line = |(name, value): &(&str, String)| format!("\t\t{name} \"{value}\"\n");
        let compressed: String = TYPES.iter().map(|(_, kind)| format!("\t\t\theader Content-Type {kind}*\n")).collect();
        let headers: String = self.headers.iter().map(line).collect();
        let own: String = self.front_channel.iter().map(line).collect();
        let base = &self.base;
        let [path, page] = self.front_channel_paths();
        format!(
            "{} {{\n\
             \t# root is the folder{}\n\
             \troot * /srv/app\n\n\
             \t# The types of all files in a dist. The list of older Caddy versions lacks wasm.\n\
             \tencode zstd gzip {{\n\t\tmatch {{\n{compressed}\t\t}}\n\t}}\n\n\
             \t@front_channel path {path} {page}\n\
             \theader @front_channel {{\n{own}\t}}\n\
             \trewrite @front_channel {page}\n\
             \t@others not path {path} {page}\n\
             \theader @others {{\n{headers}\t\t?{CACHING} \"{ASK_AGAIN}\"\n\t}}\n\
             \t@hashed {{\n\t\tpath_regexp {HASHED}\n\t\tfile\n\t}}\n\
             \theader @hashed {CACHING} \"{FOR_EVER}\"\n\n\
             \t@pages path {}\n\
             \trewrite @pages {base}index.html\n\
             \tfile_server\n\
             \thandle_errors {{\n\t\trewrite * {base}404.html\n\t\tfile_server\n\t}}\n\n\
             \t# The query of the callback contains the authorization code, so queries are not logged.\n\
             \tlog {{\n\t\tformat filter {{\n\t\t\twrap json\n\t\t\tfields {{\n\t\t\t\trequest>uri regexp \\?.* \"\"\n\t\t\t}}\n\t\t}}\n\t}}\n\
             }}\n",
            self.origin,
            self.folder(),
            self.pages.join(" "),
        )
    }

    fn folder(&self) -> String {
        match self.base.as_str() {
            "/" => " of this dist.".to_owned(),
            base => format!(" that contains this dist as {}.", base.trim_matches('/')),
        }
    }
}

/// The rule of [`headers::is_hashed`] as a regular expression for nginx and Caddy.
const HASHED: &str = "[-_.][0-9a-f]{16}[-_.][^/]*$";

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};
    use visma_connect::Route;

    const CSS: &str = "style-3ee47173b18560bc.css";

    fn rules(base: &str) -> Rules {
        let html = "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; connect-src 'self' \
            https://connect.visma.com\">";
        Rules {
            headers: headers::of(html, true).unwrap(),
            front_channel: headers::of_front_channel(html, "https://connect.visma.com", true).unwrap(),
            origin: "https://app.example.com".to_owned(),
            base: base.to_owned(),
            pages: vec![format!("{base}callback"), format!("{base}signed-out")],
            hashed: vec![CSS.to_owned()],
        }
    }

    fn text(rules: &Rules, host: Host, name: &str) -> String {
        let files = rules.files(host, Path::new("out/dist"));
        let found = files.into_iter().find(|(path, _)| path == &Path::new("out").join(name));
        found.unwrap_or_else(|| panic!("{host:?} has no {name}")).1
    }

    type Headers = BTreeMap<String, String>;

    /// The headers that a host's file sets for a path. `None` stands for every path without its own headers.
    fn headers_in(rules: &Rules, host: Host, path: Option<&str>) -> Headers {
        let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let quoted = |line: &str| {
            pair(
                line.trim_end_matches(';').trim_end_matches(" always").trim_end_matches('"').split_once(" \"").unwrap(),
            )
        };
        let json = |headers: &Value| -> Headers {
            let headers = headers.as_object().unwrap().iter();
            headers.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
        };
        // The lines that follow the line `head` and are indented more than this line.
        let block = |text: &str, head: &str| -> Vec<String> {
            let depth = |line: &str| line.len() - line.trim_start().len();
            let mut lines = text.lines().skip_while(|line| line.trim() != head);
            let head = depth(lines.next().unwrap_or_else(|| panic!("{host:?} has no {head}")));
            lines.take_while(|line| line.is_empty() || depth(line) > head).map(|line| line.trim().to_owned()).collect()
        };
        match host {
            Host::Netlify | Host::Cloudflare => {
                let text = text(rules, host, "dist/_headers");
                let mut found = Headers::new();
                for rule in [Some(format!("{}*", rules.base)), path.map(str::to_owned)].into_iter().flatten() {
                    for line in block(&text, &rule) {
                        if let Some(name) = line.strip_prefix("! ") {
                            assert_eq!(host, Host::Cloudflare, "{line}");
                            assert!(found.remove(name).is_some(), "{line}");
                            continue;
                        }
                        let (name, value) = pair(line.split_once(": ").unwrap());
                        let before = found.insert(name, value);
                        assert_eq!(before, None, "{line} is a second value for one header");
                    }
                }
                found
            }
            Host::Azure => {
                let config: Value = serde_json::from_str(&text(rules, host, "dist/staticwebapp.config.json")).unwrap();
                let mut headers = json(&config["globalHeaders"]);
                if let Some(path) = path {
                    let routes = config["routes"].as_array().unwrap();
                    headers.extend(json(&routes.iter().find(|route| route["route"] == path).unwrap()["headers"]));
                }
                headers.retain(|_, value| !value.is_empty());
                headers
            }
            Host::Nginx => {
                let text = text(rules, host, "dist.nginx.conf");
                let lines = match path {
                    Some(_) => block(&text, &format!("location = {}frontchannel-logout.html {{", rules.base)),
                    None => {
                        block(&text, "server {").into_iter().take_while(|line| !line.starts_with("location")).collect()
                    }
                };
                let lines =
                    lines.iter().filter_map(|line| line.strip_prefix("add_header ")?.strip_suffix("\" always;"));
                lines.map(quoted).collect()
            }
            Host::Caddy => {
                let text = text(rules, host, "dist.Caddyfile");
                let head = if path.is_some() { "header @front_channel {" } else { "header @others {" };
                block(&text, head).iter().map(|line| quoted(line)).collect()
            }
        }
    }

    #[test]
    fn h08_every_host_lets_only_the_authority_show_one_page_in_a_frame() {
        for base in ["/", "/app/"] {
            let rules = rules(base);
            let owned = |headers: &[(&str, String)]| -> Headers {
                headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
            };
            let expected = owned(&rules.front_channel);
            assert!(expected["Content-Security-Policy"].ends_with("; frame-ancestors https://connect.visma.com"));
            assert!(!expected.contains_key("X-Frame-Options") && expected[CACHING] == headers::NOT_AT_ALL);
            for (name, host) in HOSTS {
                for path in [format!("{base}frontchannel-logout"), format!("{base}frontchannel-logout.html")] {
                    let mut expected = expected.clone();
                    if host == Host::Netlify {
                        expected.extend(owned(&rules.headers));
                    }
                    assert_eq!(headers_in(&rules, host, Some(&path)), expected, "{name}: {path}");
                }
            }
        }
    }

    #[test]
    fn every_host_responds_to_the_front_channel_with_its_own_page() {
        for base in ["/", "/app/"] {
            let rules = rules(base);
            let (path, page) = (format!("{base}frontchannel-logout"), format!("{base}frontchannel-logout.html"));
            let redirects = text(&rules, Host::Netlify, "dist/_redirects");
            assert!(redirects.ends_with(&format!("\n{path} {page} 200\n")), "{redirects}");
            let azure: Value =
                serde_json::from_str(&text(&rules, Host::Azure, "dist/staticwebapp.config.json")).unwrap();
            let route = azure["routes"].as_array().unwrap().iter().find(|route| route["route"] == path).unwrap();
            assert_eq!(route["rewrite"], page);
            let nginx = text(&rules, Host::Nginx, "dist.nginx.conf");
            assert!(nginx.contains(&format!("    location = {path} {{ rewrite ^ {page} last; }}\n")), "{nginx}");
            let caddy = text(&rules, Host::Caddy, "dist.Caddyfile");
            assert!(caddy.contains(&format!("@front_channel path {path} {page}\n")), "{caddy}");
            assert!(caddy.contains(&format!("\trewrite @front_channel {page}\n")), "{caddy}");
            assert!(caddy.contains(&format!("@others not path {path} {page}\n")), "{caddy}");
        }
    }

    #[test]
    fn the_apps_own_pages_are_those_of_its_routes() {
        let temp = tempfile::tempdir().unwrap();
        let dist = temp.path().join("dist");
        fs::create_dir_all(&dist).unwrap();
        let project = crate::project::Project::here();
        fs::copy(project.static_files().join(front_channel::PAGE), dist.join(front_channel::PAGE)).unwrap();
        let config = r#"{"authority":"https://connect.visma.com","client_id":"demo"}"#;
        let config = crate::app_config::check(config, Some("https://app.example.com/app/")).unwrap();
        let rules = Rules::of(&dist, &fs::read_to_string(project.root().join("index.html")).unwrap(), &config).unwrap();
        assert_eq!(rules.pages, ["/app/callback", "/app/signed-out", "/app/initiate", "/app/sign-out"]);
        for page in &rules.pages {
            assert_ne!(Route::parse(page, &config), Route::NotFound, "{page}");
        }
        let policy = format!("{}; frame-ancestors https://connect.visma.com", front_channel::POLICY);
        assert_eq!(rules.front_channel[0], (headers::POLICY, policy));
    }

    #[test]
    fn every_host_sends_the_same_headers() {
        for base in ["/", "/app/"] {
            let rules = rules(base);
            let expected: BTreeMap<String, String> =
                rules.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            assert_eq!(expected.len(), 8);
            for (name, host) in HOSTS {
                let mut found = headers_in(&rules, host, None);
                // Azure and Caddy also set the default caching header here, because a later rule can replace it.
                let caching = found.remove(CACHING).or_else(|| found.remove(&format!("?{CACHING}")));
                assert!(caching.is_none_or(|caching| caching == ASK_AGAIN), "{name}");
                assert_eq!(found, expected, "{name} under {base}");
            }
        }
    }

    #[test]
    fn every_host_keeps_for_ever_what_has_a_hash_in_its_name() {
        for base in ["/", "/app/"] {
            let rules = rules(base);
            for (name, host) in HOSTS {
                let texts: String = rules.files(host, Path::new("dist")).into_iter().map(|(_, text)| text).collect();
                assert_eq!(texts.matches(FOR_EVER).count(), 1, "{name}");
                assert!(texts.contains(&format!("{base}{CSS}")) || texts.contains(HASHED), "{name}");
            }
        }
    }

    #[test]
    fn every_host_responds_to_the_apps_own_paths_with_the_page() {
        for (base, page) in [("/", "/index.html"), ("/app/", "/app/index.html")] {
            let rules = rules(base);
            assert_eq!(
                text(&rules, Host::Netlify, "dist/_redirects"),
                format!(
                    "{base}callback {page} 200\n{base}signed-out {page} 200\n\
                     {base}frontchannel-logout {base}frontchannel-logout.html 200\n"
                )
            );
            let azure: Value =
                serde_json::from_str(&text(&rules, Host::Azure, "dist/staticwebapp.config.json")).unwrap();
            assert_eq!(azure["routes"][0], json!({ "route": format!("{base}callback"), "rewrite": page }));
            assert_eq!(azure["responseOverrides"]["404"]["rewrite"], format!("{base}404.html"));
            let nginx = text(&rules, Host::Nginx, "dist.nginx.conf");
            for path in ["", "callback", "signed-out"] {
                assert!(nginx.contains(&format!("location = {base}{path} {{ try_files {page} =404; }}")), "{nginx}");
            }
            let caddy = text(&rules, Host::Caddy, "dist.Caddyfile");
            assert!(caddy.contains(&format!("@pages path {base}callback {base}signed-out\n\trewrite @pages {page}\n")));
        }
    }

    #[test]
    fn servers_compress_whatever_a_dist_holds_and_wasm_has_its_type() {
        let rules = rules("/app/");
        let nginx = text(&rules, Host::Nginx, "dist.nginx.conf");
        let line = |name: &str| nginx.lines().find_map(|line| line.trim().strip_prefix(name)).unwrap_or_default();
        assert_eq!([line("gzip "), line("gzip_vary ")], ["on;", "on;"], "{nginx}");
        let compressed: Vec<&str> = line("gzip_types ").trim_end_matches(';').split(' ').collect();
        let (_, types) = nginx.split_once("    types {\n").unwrap();
        let types: BTreeMap<&str, &str> = types
            .lines()
            .map_while(|line| line.trim().strip_suffix(';')?.split_once(' '))
            .map(|(a, b)| (b, a))
            .collect();
        assert_eq!(types.len(), 6, "{nginx}");
        for end in ["css", "js", "json", "svg", "wasm"] {
            assert!(compressed.contains(&types[end]), "{end}: {nginx}");
        }
        // nginx warns if the list names text/html, which it always compresses.
        assert!(types["html"] == "text/html" && !compressed.contains(&"text/html"), "{nginx}");
        assert_eq!(types["wasm"], "application/wasm");
        let caddy = text(&rules, Host::Caddy, "dist.Caddyfile");
        let (_, caddy) = caddy.split_once("\n\tencode zstd gzip {\n\t\tmatch {\n").unwrap();
        let (caddy, _) = caddy.split_once("\t\t}\n\t}\n").unwrap();
        let sent: BTreeSet<String> = types.values().map(|kind| format!("\t\t\theader Content-Type {kind}*")).collect();
        assert_eq!(caddy.lines().map(str::to_owned).collect::<BTreeSet<_>>(), sent);
        let azure = text(&rules, Host::Azure, "dist/staticwebapp.config.json");
        assert_eq!(serde_json::from_str::<Value>(&azure).unwrap()["mimeTypes"][".wasm"], "application/wasm");
    }

    #[test]
    fn the_files_of_two_apps_fit_into_one_nginx() {
        let names = |origin: &str, base: &str| -> Vec<String> {
            let text = text(&Rules { origin: origin.to_owned(), ..rules(base) }, Host::Nginx, "dist.nginx.conf");
            let name = |start: &str| {
                let names = text.lines().find_map(|line| line.strip_prefix(start)).unwrap();
                names.split(' ').next().unwrap().to_owned()
            };
            let names = vec![name("map $uri $"), name("log_format ")];
            // Each name is defined once and used once.
            for name in &names {
                assert_eq!(text.matches(name).count(), 2, "{name}: {text}");
            }
            names
        };
        let one = names("https://a.example", "/");
        assert_eq!(one, names("https://a.example", "/"));
        for other in
            [names("https://a.example", "/app/"), names("https://b.example", "/"), names("https://a.example:8443", "/")]
        {
            assert!(one.iter().all(|name| !other.contains(name)), "{one:?} {other:?}");
        }
    }

    #[test]
    fn hosts_are_known_by_their_names() {
        for (name, host) in HOSTS {
            assert_eq!(name.parse(), Ok(host));
        }
        assert!("apache".parse::<Host>().unwrap_err().contains("nginx"));
    }
}
