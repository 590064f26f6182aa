//! `apis`: the APIs that the signed-in user may call.

use super::ApiConfig;
use super::error::ConfigProblem;
use super::reader::ConfigReader;
use crate::protocol::https_url::HttpsUrl;
use crate::protocol::json::Json;

impl<const HAS_WORDS: bool> ConfigReader<'_, HAS_WORDS> {
    pub(super) fn apis(&mut self, base: Option<&HttpsUrl>) -> Vec<ApiConfig> {
        let mut apis: Vec<ApiConfig> = Vec::new();
        let Some(value) = self.object.get("apis") else {
            return apis;
        };
        let remedy = "Write an array of objects with name and base_url.";
        for (index, element) in (0_i64..).zip(self.list("apis", value, remedy).unwrap_or_default()) {
            let key = ["apis[", &index.to_string(), "]"].concat();
            let Json::Object(object) = element else {
                self.wrong_type(&key, element, remedy);
                continue;
            };
            let mut reader = ConfigReader::<HAS_WORDS> { object, problems: Vec::new() };
            let api = reader.api(base);
            let problems = reader.problems.into_iter();
            self.problems
                .extend(problems.map(|problem| ConfigProblem { key: [&key, ".", &problem.key].concat(), ..problem }));
            if let Some(api) = api {
                if apis.iter().any(|other| other.name == api.name) {
                    self.problem(&key, "Another API has the same name.", "Give each API its own name.");
                }
                apis.push(api);
            }
        }
        apis
    }

    fn api(&mut self, base: Option<&HttpsUrl>) -> Option<ApiConfig> {
        let object = self.object;
        for name in object.names().filter(|name| !["name", "base_url", "scopes", "try"].contains(name)) {
            self.problem(name, "This key is not known.", "Check its spelling; docs/configuration.md lists the keys.");
        }
        let name = self.required_text("name", "Add the name that the page shows.");
        if name == Some("") {
            self.problem("name", "It is empty.", "Write the name that the page shows.");
        }
        let text = self.required_text("base_url", "Add the URL that all calls begin with.");
        // A path is one of the app's own origin.
        let own = base.filter(|_| text.is_some_and(|text| text.starts_with('/') && !text.starts_with("//")));
        let base_url =
            text.and_then(|text| self.endpoint("base_url", &[own.map_or("", HttpsUrl::origin), text].concat()));
        if base_url.as_ref().is_some_and(HttpsUrl::has_query) {
            self.problem("base_url", "It has a query.", "Write it without the query.");
        }
        let scopes = object.get("scopes").and_then(|value| self.scopes("scopes", value)).unwrap_or_default();
        let try_path = object.get("try").and_then(|value| self.text("try", value));
        let try_path = try_path.map(|path| path.strip_prefix('/').unwrap_or(path));
        if let (Some(base_url), Some(path)) = (&base_url, try_path) {
            let is_relative = !path.is_empty()
                && !path.starts_with('/')
                && !path.split('/').next().is_some_and(|first| first.contains(':'));
            if !is_relative || base_url.join(path).is_none() {
                self.problem(
                    "try",
                    "It is not a path below base_url.",
                    "Write it as in \"organization\": no dots, no spaces, and special characters with %.",
                );
            }
        }
        Some(ApiConfig {
            name: name?.to_owned(),
            base_url: base_url?,
            is_own: own.is_some(),
            scopes,
            try_path: try_path.map(str::to_owned),
        })
    }
}
