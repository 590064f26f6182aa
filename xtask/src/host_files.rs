//! What a host reads to serve a dist: its headers, how long answers may be kept, and which paths are the app's own.
//!
//! Every host does the same. The callback and the signed-out page are answered with index.html; any other path that
//! is no file with 404.html, which is the same page, and the status 404: so a missing script is never a page with the
//! status 200. Files with a hash of their content in their names may be kept for ever.

use crate::error::{Error, Result};
use crate::headers::{self, ASK_AGAIN, CACHING, FOR_EVER};
use crate::project::read;
use crate::size::contents;
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use visma_connect_spa::protocol::config::Config;

/// A kind of host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// Netlify, and others that read `_headers` and `_redirects`.
    Netlify,
    /// Cloudflare Pages: `_headers`. It redirects every path to index.html, so that it finds the page in 404.html.
    Cloudflare,
    /// Azure Static Web Apps: `staticwebapp.config.json`.
    Azure,
    /// A part of nginx's configuration, beside the dist.
    Nginx,
    /// A Caddyfile, beside the dist.
    Caddy,
}

/// Every host and its name on the command line.
pub const HOSTS: [(&str, Host); 5] = [
    ("netlify", Host::Netlify),
    ("cloudflare", Host::Cloudflare),
    ("azure", Host::Azure),
    ("nginx", Host::Nginx),
    ("caddy", Host::Caddy),
];

/// The files in a dist that are for the host alone.
pub const IN_DIST: [&str; 3] = ["_headers", "_redirects", "staticwebapp.config.json"];

impl FromStr for Host {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        HOSTS.into_iter().find(|(name, _)| *name == text).map(|(_, host)| host).ok_or_else(|| {
            let names: Vec<&str> = HOSTS.into_iter().map(|(name, _)| name).collect();
            format!("`{text}` is no host that is known here; {} are.", names.join(", "))
        })
    }
}

/// What the hosts' files say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The headers of every answer.
    pub headers: Vec<(&'static str, String)>,
    /// Scheme, host and port of the app.
    pub origin: String,
    /// The path of the app's folder, with a slash at both ends.
    pub base: String,
    /// The paths that are answered with index.html, beside the base.
    pub pages: Vec<String>,
    /// The files whose names change with their content.
    pub hashed: Vec<String>,
}

impl Rules {
    /// The rules for a dist with this configuration.
    ///
    /// # Errors
    /// The dist cannot be read, or its page has not exactly one policy.
    pub fn of(dist: &Path, config: &Config) -> Result<Self> {
        let index = dist.join("index.html");
        let origin = config.base().origin().to_owned();
        let headers = headers::of(&read(&index)?, origin.starts_with("https://"))
            .map_err(|problem| Error::new(format!("{}: {problem}.", index.display())))?;
        let names = contents(dist)?.into_iter().map(|(name, _)| name);
        Ok(Self {
            headers,
            origin,
            base: config.base().path_and_query().to_owned(),
            pages: [config.redirect_uri(), config.post_logout_redirect_uri()]
                .map(|page| page.path_and_query().to_owned())
                .to_vec(),
            hashed: names.filter(|name| headers::is_hashed(name)).collect(),
        })
    }

    /// The files of a host, and where they belong for this dist.
    pub fn files(&self, host: Host, dist: &Path) -> Vec<(PathBuf, String)> {
        // A server's configuration is not published; its place is beside the dist.
        let beside = |end: &str| {
            let mut name = dist.file_name().unwrap_or_default().to_owned();
            name.push(end);
            dist.with_file_name(name)
        };
        match host {
            Host::Netlify => {
                vec![(dist.join("_headers"), self.headers_file()), (dist.join("_redirects"), self.redirects_file())]
            }
            Host::Cloudflare => vec![(dist.join("_headers"), self.headers_file())],
            Host::Azure => vec![(dist.join("staticwebapp.config.json"), self.azure())],
            Host::Nginx => vec![(beside(".nginx.conf"), self.nginx())],
            Host::Caddy => vec![(beside(".Caddyfile"), self.caddy())],
        }
    }

    /// These hosts join the values of all rules that fit a path, so no path has two rules for one header. What has no
    /// rule for its caching is asked for again, which is their default.
    fn headers_file(&self) -> String {
        let headers: String = self.headers.iter().map(|(name, value)| format!("  {name}: {value}\n")).collect();
        let caching = |file: &String| format!("{}{file}\n  {CACHING}: {FOR_EVER}\n", self.base);
        format!("{}*\n{headers}{}", self.base, self.hashed.iter().map(caching).collect::<String>())
    }

    fn redirects_file(&self) -> String {
        self.pages.iter().map(|page| format!("{page} {}index.html 200\n", self.base)).collect()
    }

    fn azure(&self) -> String {
        let page = |page: &String| json!({ "route": page, "rewrite": format!("{}index.html", self.base) });
        let caching =
            |file: &String| json!({ "route": format!("{}{file}", self.base), "headers": { CACHING: FOR_EVER } });
        let headers = self.headers.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into()));
        let headers: Map<String, Value> = headers.chain([(CACHING.to_owned(), ASK_AGAIN.into())]).collect();
        let config = json!({
            "globalHeaders": headers,
            "routes": self.pages.iter().map(page).chain(self.hashed.iter().map(caching)).collect::<Vec<_>>(),
            "responseOverrides": { "404": { "rewrite": format!("{}404.html", self.base), "statusCode": 404 } },
            "mimeTypes": { ".wasm": "application/wasm" },
        });
        format!("{config:#}\n")
    }

    /// One `add_header` in a location would make nginx forget all those of the server, so no location has one. Without
    /// `always` a header is not sent with a 404, which nobody shall keep.
    fn nginx(&self) -> String {
        let headers: String =
            self.headers.iter().map(|(name, value)| format!("    add_header {name} \"{value}\" always;\n")).collect();
        let base = &self.base;
        let pages: String = [base]
            .into_iter()
            .chain(&self.pages)
            .map(|page| format!("    location = {page} {{ try_files {base}index.html =404; }}\n"))
            .collect();
        format!(
            "# Inside http {{ }}.\n\
             map $uri $app_caching {{\n    default \"{ASK_AGAIN}\";\n    \"~{HASHED}\" \"{FOR_EVER}\";\n}}\n\
             # The callback's query holds the code: it is not logged.\n\
             log_format without_query '$remote_addr [$time_local] \"$request_method $uri\" $status $body_bytes_sent';\n\
             server {{\n    \
                 # listen, server_name, certificates; and root, the folder{}\n    \
                 access_log /var/log/nginx/access.log without_query;\n\n\
             {headers}    add_header {CACHING} $app_caching;\n\n\
             {pages}    error_page 404 {base}404.html;\n    \
                 location {base} {{ try_files $uri =404; }}\n\
             }}\n",
            self.folder()
        )
    }

    /// A header's matcher asks for the file too, so that nobody keeps a 404. Caddy applies the header without a matcher
    /// last, so that it must not replace what is there (`?`).
    fn caddy(&self) -> String {
        let headers: String = self.headers.iter().map(|(name, value)| format!("\t\t{name} \"{value}\"\n")).collect();
        let base = &self.base;
        format!(
            "{} {{\n\
             \t# The folder{}\n\
             \troot * /srv/app\n\n\
             \theader {{\n{headers}\t\t?{CACHING} \"{ASK_AGAIN}\"\n\t}}\n\
             \t@hashed {{\n\t\tpath_regexp {HASHED}\n\t\tfile\n\t}}\n\
             \theader @hashed {CACHING} \"{FOR_EVER}\"\n\n\
             \t@pages path {}\n\
             \trewrite @pages {base}index.html\n\
             \tfile_server\n\
             \thandle_errors {{\n\t\trewrite * {base}404.html\n\t\tfile_server\n\t}}\n\n\
             \t# The callback's query holds the code: it is not logged.\n\
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
            base => format!(" in which this dist lies as {}.", base.trim_matches('/')),
        }
    }
}

/// What [`headers::is_hashed`] says of a name, as an expression for servers.
const HASHED: &str = "[-_.][0-9a-f]{16}[-_.][^/]*$";

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const CSS: &str = "style-3ee47173b18560bc.css";

    fn rules(base: &str) -> Rules {
        let html = "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; connect-src 'self' https://connect.visma.com\">";
        Rules {
            headers: headers::of(html, true).unwrap(),
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

    /// The headers of every answer that a host's file sets, as the host reads it.
    fn headers_in(rules: &Rules, host: Host) -> BTreeMap<String, String> {
        let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        match host {
            Host::Netlify | Host::Cloudflare => {
                let text = text(rules, host, "dist/_headers");
                let lines = text.lines().skip_while(|line| *line != format!("{}*", rules.base)).skip(1);
                lines
                    .take_while(|line| line.starts_with(' '))
                    .map(|line| pair(line.trim().split_once(": ").unwrap()))
                    .collect()
            }
            Host::Azure => {
                let config: Value = serde_json::from_str(&text(rules, host, "dist/staticwebapp.config.json")).unwrap();
                let headers = config["globalHeaders"].as_object().unwrap().clone();
                headers.into_iter().map(|(name, value)| (name, value.as_str().unwrap().to_owned())).collect()
            }
            Host::Nginx => text(rules, host, "dist.nginx.conf")
                .lines()
                .filter_map(|line| line.trim().strip_prefix("add_header ")?.strip_suffix("\" always;"))
                .map(|line| pair(line.split_once(" \"").unwrap()))
                .collect(),
            Host::Caddy => text(rules, host, "dist.Caddyfile")
                .lines()
                .skip_while(|line| line.trim() != "header {")
                .skip(1)
                .take_while(|line| line.trim() != "}")
                .map(|line| pair(line.trim().strip_suffix('"').unwrap().split_once(" \"").unwrap()))
                .collect(),
        }
    }

    #[test]
    fn every_host_sends_the_same_headers() {
        for base in ["/", "/app/"] {
            let rules = rules(base);
            let expected: BTreeMap<String, String> =
                rules.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
            assert_eq!(expected.len(), 8);
            for (name, host) in HOSTS {
                let mut found = headers_in(&rules, host);
                // Where one rule may take the place of another, the usual caching stands with the headers.
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
    fn every_host_answers_the_apps_own_paths_with_the_page() {
        for (base, page) in [("/", "/index.html"), ("/app/", "/app/index.html")] {
            let rules = rules(base);
            assert_eq!(
                text(&rules, Host::Netlify, "dist/_redirects"),
                format!("{base}callback {page} 200\n{base}signed-out {page} 200\n")
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
    fn hosts_are_known_by_their_names() {
        for (name, host) in HOSTS {
            assert_eq!(name.parse(), Ok(host));
        }
        assert!("apache".parse::<Host>().unwrap_err().contains("nginx"));
    }
}
