//! `apis`: the APIs that the app may call.

use std::mem;

use super::ApiConfig;
use super::problem_kind::{ExpectedType, RequiredKey, ValueProblem};
use super::reader::ConfigReader;
use crate::protocol::https_url::HttpsUrl;
use crate::protocol::json::Json;

impl ConfigReader<'_> {
    pub(super) fn apis(&mut self, base: Option<&HttpsUrl>) -> Vec<ApiConfig> {
        let mut apis: Vec<ApiConfig> = Vec::new();
        let Some(value) = self.object.get("apis") else {
            return apis;
        };
        for (index, element) in (0_i64..).zip(self.list("apis", value, ExpectedType::Apis).unwrap_or_default()) {
            let key = ["apis[", &index.to_string(), "]"].concat();
            let Json::Object(object) = element else {
                self.wrong_type(&key, element, ExpectedType::Apis);
                continue;
            };
            let mut reader =
                ConfigReader { object, path: [&key, "."].concat(), problems: mem::take(&mut self.problems) };
            let api = reader.api(base);
            self.problems = reader.problems;
            if let Some(api) = api {
                if apis.iter().any(|other| other.name == api.name) {
                    self.problem(&key, ValueProblem::ApiNameTwice);
                }
                apis.push(api);
            }
        }
        apis
    }

    fn api(&mut self, base: Option<&HttpsUrl>) -> Option<ApiConfig> {
        let object = self.object;
        for name in object.names().filter(|name| !["name", "base_url", "scopes", "try"].contains(name)) {
            self.problem(name, ValueProblem::KeyUnknown);
        }
        let name = self.required_text("name", RequiredKey::ApiName);
        if name == Some("") {
            self.problem("name", ValueProblem::ApiNameEmpty);
        }
        let text = self.required_text("base_url", RequiredKey::ApiBaseUrl);
        // A path is relative to the origin of the app.
        let own = base.filter(|_| text.is_some_and(|text| text.starts_with('/') && !text.starts_with("//")));
        let base_url =
            text.and_then(|text| self.endpoint("base_url", &[own.map_or("", HttpsUrl::origin), text].concat()));
        if base_url.as_ref().is_some_and(HttpsUrl::has_query) {
            self.problem("base_url", ValueProblem::QueryInBaseUrl);
        }
        let scopes = object.get("scopes").and_then(|value| self.scopes("scopes", value)).unwrap_or_default();
        let try_path = object.get("try").and_then(|value| self.text("try", value));
        let try_path = try_path.map(|path| path.strip_prefix('/').unwrap_or(path));
        if let (Some(base_url), Some(path)) = (&base_url, try_path) {
            let is_relative = !path.is_empty()
                && !path.starts_with('/')
                && !path.split('/').next().is_some_and(|first| first.contains(':'));
            if !is_relative || base_url.join(path).is_none() {
                self.problem("try", ValueProblem::TryPathInvalid);
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
