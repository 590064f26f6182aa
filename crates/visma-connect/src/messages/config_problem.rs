//! The text for a problem of config.json.

use std::fmt;

use super::text::{self, Message};
use crate::protocol::config::problem_kind::{
    ConfigProblemKind, ExpectedType, FileProblem, JsonFault, JsonKind, RequiredKey, ValueProblem,
};
use crate::protocol::config::{ConfigError, ConfigProblem};
use crate::protocol::https_url::NotHttpsUrl;

/// One line for each problem: the key, what is wrong, and what to do.
impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems().iter().enumerate() {
            let line_end = if index == 0 { "" } else { "\n" };
            write!(formatter, "{line_end}{}: {} {}", problem.key(), problem.problem(), problem.remedy())?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

impl ConfigProblem {
    /// What is wrong, in one or two sentences.
    pub fn problem(&self) -> String {
        match self.kind() {
            ConfigProblemKind::File(problem) => file_problem(*problem),
            ConfigProblemKind::Value(problem) => value_problem(*problem).text().to_owned(),
            ConfigProblemKind::NotAnIssuer(issuer) => text::config_problem_not_an_issuer(issuer),
            ConfigProblemKind::SigningAlgorithmMissing(algorithm) => {
                text::config_problem_algorithm_missing(algorithm.name())
            }
        }
    }

    /// How to fix the problem, in one or two sentences.
    pub fn remedy(&self) -> &'static str {
        match self.kind() {
            ConfigProblemKind::File(problem) => file_remedy(*problem),
            ConfigProblemKind::Value(problem) => value_remedy(*problem),
            ConfigProblemKind::NotAnIssuer(_) => text::CONFIG_REMEDY_NOT_AN_ISSUER,
            ConfigProblemKind::SigningAlgorithmMissing(_) => text::CONFIG_REMEDY_ALGORITHM_MISSING,
        }
        .text()
    }
}

fn file_problem(problem: FileProblem) -> String {
    let problem = match problem {
        FileProblem::Status(status) => return text::config_problem_status(&i64::from(status).to_string()),
        FileProblem::NotJson { line, column, .. } => {
            return text::config_problem_not_json(&column.to_string(), &line.to_string());
        }
        FileProblem::NotArrived => text::CONFIG_PROBLEM_NOT_ARRIVED,
        FileProblem::TooLong => text::CONFIG_PROBLEM_TOO_LONG,
        FileProblem::IsHtml => text::CONFIG_PROBLEM_HTML,
    };
    problem.text().to_owned()
}

fn file_remedy(problem: FileProblem) -> Message {
    match problem {
        FileProblem::NotArrived | FileProblem::Status(_) => text::CONFIG_REMEDY_NOT_ARRIVED,
        FileProblem::TooLong => text::CONFIG_REMEDY_TOO_LONG,
        FileProblem::IsHtml => text::CONFIG_REMEDY_HTML,
        FileProblem::NotJson { fault, .. } => match fault {
            JsonFault::Encoding => text::CONFIG_REMEDY_JSON_ENCODING,
            JsonFault::KeyTwice => text::CONFIG_REMEDY_JSON_KEY_TWICE,
            JsonFault::Comma => text::CONFIG_REMEDY_JSON_COMMA,
            JsonFault::Comment => text::CONFIG_REMEDY_JSON_COMMENT,
            JsonFault::Quotes => text::CONFIG_REMEDY_JSON_QUOTES,
            JsonFault::Other => text::CONFIG_REMEDY_JSON_OTHER,
        },
    }
}

fn value_problem(problem: ValueProblem) -> Message {
    match problem {
        ValueProblem::PageNotUsable => text::CONFIG_PROBLEM_PAGE,
        ValueProblem::KeyUnknown => text::CONFIG_PROBLEM_KEY_UNKNOWN,
        ValueProblem::ClientSecret => text::CONFIG_PROBLEM_CLIENT_SECRET,
        ValueProblem::KeyMissing(_) => text::CONFIG_PROBLEM_KEY_MISSING,
        ValueProblem::WrongType { found, .. } => match found {
            JsonKind::Null => text::CONFIG_PROBLEM_IS_NULL,
            JsonKind::Boolean => text::CONFIG_PROBLEM_IS_A_BOOLEAN,
            JsonKind::Number => text::CONFIG_PROBLEM_IS_A_NUMBER,
            JsonKind::String => text::CONFIG_PROBLEM_IS_A_STRING,
            JsonKind::Array => text::CONFIG_PROBLEM_IS_AN_ARRAY,
            JsonKind::Object => text::CONFIG_PROBLEM_IS_AN_OBJECT,
        },
        ValueProblem::WrongElement(_) => text::CONFIG_PROBLEM_ELEMENT,
        ValueProblem::NotHttpsUrl(NotHttpsUrl::Insecure) => text::CONFIG_PROBLEM_URL_INSECURE,
        ValueProblem::NotHttpsUrl(NotHttpsUrl::Fragment) => text::CONFIG_PROBLEM_URL_FRAGMENT,
        ValueProblem::NotHttpsUrl(NotHttpsUrl::Malformed) => text::CONFIG_PROBLEM_URL_MALFORMED,
        ValueProblem::LocalUrl => text::CONFIG_PROBLEM_URL_LOCAL,
        ValueProblem::ClientIdInvalid => text::CONFIG_PROBLEM_CLIENT_ID,
        ValueProblem::NotAPageOfThisApp => text::CONFIG_PROBLEM_NOT_OWN_PAGE,
        ValueProblem::SamePage => text::CONFIG_PROBLEM_SAME_PAGE,
        ValueProblem::OpenIdMissing => text::CONFIG_PROBLEM_OPENID_MISSING,
        ValueProblem::OfflineAccess => text::CONFIG_PROBLEM_OFFLINE_ACCESS,
        ValueProblem::ScopeInvalid => text::CONFIG_PROBLEM_SCOPE,
        ValueProblem::ScopeTwice => text::CONFIG_PROBLEM_SCOPE_TWICE,
        ValueProblem::SigningAlgorithmUnknown => text::CONFIG_PROBLEM_ALGORITHM_UNKNOWN,
        ValueProblem::IssuerDiffers => text::CONFIG_PROBLEM_ISSUER_DIFFERS,
        ValueProblem::EndpointInvalid => text::CONFIG_PROBLEM_ENDPOINT,
        ValueProblem::S256Missing => text::CONFIG_PROBLEM_S256_MISSING,
        ValueProblem::SigningKeyMissing => text::CONFIG_PROBLEM_KEY_SET,
        ValueProblem::RestoreUnknown => text::CONFIG_PROBLEM_RESTORE,
        ValueProblem::WarnSecondsOutOfRange => text::CONFIG_PROBLEM_WARN_SECONDS,
        ValueProblem::ApiNameEmpty => text::CONFIG_PROBLEM_API_NAME_EMPTY,
        ValueProblem::ApiNameTwice => text::CONFIG_PROBLEM_API_NAME_TWICE,
        ValueProblem::QueryInBaseUrl => text::CONFIG_PROBLEM_BASE_URL_QUERY,
        ValueProblem::TryPathInvalid => text::CONFIG_PROBLEM_TRY_PATH,
    }
}

fn value_remedy(problem: ValueProblem) -> Message {
    match problem {
        ValueProblem::PageNotUsable => text::CONFIG_REMEDY_PAGE,
        ValueProblem::KeyUnknown => text::CONFIG_REMEDY_KEY_UNKNOWN,
        ValueProblem::ClientSecret => text::CONFIG_REMEDY_CLIENT_SECRET,
        ValueProblem::KeyMissing(RequiredKey::Authority) => text::CONFIG_REMEDY_AUTHORITY_MISSING,
        ValueProblem::KeyMissing(RequiredKey::ClientId) => text::CONFIG_REMEDY_CLIENT_ID_MISSING,
        ValueProblem::KeyMissing(RequiredKey::ApiName) => text::CONFIG_REMEDY_API_NAME_MISSING,
        ValueProblem::KeyMissing(RequiredKey::ApiBaseUrl) => text::CONFIG_REMEDY_API_BASE_URL_MISSING,
        ValueProblem::WrongType { expected, .. } | ValueProblem::WrongElement(expected) => match expected {
            ExpectedType::Text => text::CONFIG_REMEDY_EXPECTED_TEXT,
            ExpectedType::Boolean => text::CONFIG_REMEDY_EXPECTED_BOOLEAN,
            ExpectedType::Seconds => text::CONFIG_REMEDY_EXPECTED_SECONDS,
            ExpectedType::Scopes => text::CONFIG_REMEDY_EXPECTED_SCOPES,
            ExpectedType::Locales => text::CONFIG_REMEDY_EXPECTED_LOCALES,
            ExpectedType::Origins => text::CONFIG_REMEDY_EXPECTED_ORIGINS,
            ExpectedType::Audiences => text::CONFIG_REMEDY_EXPECTED_AUDIENCES,
            ExpectedType::Apis => text::CONFIG_REMEDY_EXPECTED_APIS,
            ExpectedType::Metadata => text::CONFIG_REMEDY_EXPECTED_METADATA,
            ExpectedType::Jwks => text::CONFIG_REMEDY_EXPECTED_JWKS,
        },
        ValueProblem::NotHttpsUrl(NotHttpsUrl::Insecure) => text::CONFIG_REMEDY_URL_INSECURE,
        ValueProblem::NotHttpsUrl(NotHttpsUrl::Fragment) => text::CONFIG_REMEDY_URL_FRAGMENT,
        ValueProblem::NotHttpsUrl(NotHttpsUrl::Malformed) => text::CONFIG_REMEDY_URL_MALFORMED,
        ValueProblem::LocalUrl => text::CONFIG_REMEDY_URL_LOCAL,
        ValueProblem::ClientIdInvalid => text::CONFIG_REMEDY_CLIENT_ID,
        ValueProblem::NotAPageOfThisApp => text::CONFIG_REMEDY_NOT_OWN_PAGE,
        ValueProblem::SamePage => text::CONFIG_REMEDY_SAME_PAGE,
        ValueProblem::OpenIdMissing => text::CONFIG_REMEDY_OPENID_MISSING,
        ValueProblem::OfflineAccess => text::CONFIG_REMEDY_OFFLINE_ACCESS,
        ValueProblem::ScopeInvalid => text::CONFIG_REMEDY_SCOPE,
        ValueProblem::ScopeTwice => text::CONFIG_REMEDY_SCOPE_TWICE,
        ValueProblem::SigningAlgorithmUnknown => text::CONFIG_REMEDY_ALGORITHM_UNKNOWN,
        ValueProblem::IssuerDiffers => text::CONFIG_REMEDY_ISSUER_DIFFERS,
        ValueProblem::EndpointInvalid => text::CONFIG_REMEDY_ENDPOINT,
        ValueProblem::S256Missing => text::CONFIG_REMEDY_S256_MISSING,
        ValueProblem::SigningKeyMissing => text::CONFIG_REMEDY_KEY_SET,
        ValueProblem::RestoreUnknown => text::CONFIG_REMEDY_RESTORE,
        ValueProblem::WarnSecondsOutOfRange => text::CONFIG_REMEDY_EXPECTED_SECONDS,
        ValueProblem::ApiNameEmpty => text::CONFIG_REMEDY_API_NAME_EMPTY,
        ValueProblem::ApiNameTwice => text::CONFIG_REMEDY_API_NAME_TWICE,
        ValueProblem::QueryInBaseUrl => text::CONFIG_REMEDY_BASE_URL_QUERY,
        ValueProblem::TryPathInvalid => text::CONFIG_REMEDY_TRY_PATH,
    }
}

#[cfg(test)]
mod tests {
    use crate::protocol::config::{AppLocation, Config};

    #[test]
    fn a_config_error_shows_one_line_for_each_problem() {
        let page = AppLocation { base: "https://app.example/".to_owned(), languages: Vec::new() };
        let error = Config::parse(r#"{"authority": "http://connect.example"}"#, &page).unwrap_err();
        let shown = error.to_string();
        let lines: Vec<_> = shown.lines().collect();
        assert_eq!(lines.len(), error.problems().len(), "{shown}");
        for (line, key) in lines.iter().zip(["authority: ", "client_id: "]) {
            assert!(line.starts_with(key) && line.ends_with('.'), "{line}");
        }
        assert_eq!(lines.len(), 2, "{shown}");
    }
}
