//! `id_token_signed_response_alg`: the one algorithm that ID tokens are signed with.

use super::problem_kind::ValueProblem;
use super::reader::ConfigReader;
use crate::protocol::algorithm::SigningAlgorithm;
use crate::protocol::json::Json;

const KEY: &str = "id_token_signed_response_alg";

impl ConfigReader<'_> {
    pub(super) fn id_token_algorithm(&mut self) -> SigningAlgorithm {
        let named = match self.object.get(KEY) {
            None => Some(SigningAlgorithm::Rs256),
            Some(Json::Text(name)) => SigningAlgorithm::named(name),
            Some(_) => None,
        };
        named.unwrap_or_else(|| {
            self.problem(KEY, ValueProblem::SigningAlgorithmUnknown);
            SigningAlgorithm::Rs256
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::page;
    use super::super::{Config, ConfigError};
    use crate::protocol::algorithm::SigningAlgorithm::{EdDsa, Es256, Ps256, Rs256};

    fn parse(members: &str) -> Result<Config, ConfigError> {
        Config::parse(&format!(r#"{{"authority":"https://connect.example","client_id":"demo"{members}}}"#), &page())
    }

    #[test]
    fn e01_e02_e03_one_algorithm_is_configured_and_never_one_without_a_key_pair() {
        assert_eq!(parse("").unwrap().id_token_algorithm(), Rs256);
        for (name, expected) in [("RS256", Rs256), ("PS256", Ps256), ("ES256", Es256), ("EdDSA", EdDsa)] {
            let config = parse(&format!(r#","id_token_signed_response_alg":"{name}""#)).unwrap();
            assert_eq!(config.id_token_algorithm(), expected);
        }
        for odd in [
            r#""none""#,
            r#""HS256""#,
            r#""HS512""#,
            r#""""#,
            r#""rs256""#,
            r#""ES256K""#,
            r#""RS256 ES256""#,
            r#"["ES256"]"#,
            "7",
            "true",
            "{}",
        ] {
            let error = parse(&format!(r#","id_token_signed_response_alg":{odd}"#)).expect_err(odd);
            assert_eq!(error.problems()[0].key(), "id_token_signed_response_alg", "{odd}");
        }
    }

    #[test]
    fn metadata_and_keys_in_the_configuration_are_for_the_configured_algorithm() {
        let metadata = include_str!("../../../tests/fixtures/metadata.json");
        let ec = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"X","y":"X"}]}"#.replace('X', &"A".repeat(43));
        let rsa = include_str!("../../../tests/fixtures/jwks.json");
        for (algorithm, listed, keys, problem) in [
            ("ES256", "ES256", &*ec, None),
            ("ES256", "RS256", &ec, Some("metadata.id_token_signing_alg_values_supported")),
            ("ES256", "ES256", rsa, Some("metadata.jwks")),
            ("RS256", "RS256", &ec, Some("metadata.jwks")),
            ("RS256", "RS256", rsa, None),
            ("PS256", "PS256", rsa, Some("metadata.jwks")),
        ] {
            let metadata = metadata.replace("[\"RS256\"]", &format!("[\"{listed}\"]"));
            let metadata = metadata.trim_end().strip_suffix('}').unwrap();
            let text =
                format!(r#","id_token_signed_response_alg":"{algorithm}","metadata":{metadata},"jwks":{keys}}}"#);
            let found = parse(&text).err().map(|error| error.problems()[0].key().to_owned());
            assert_eq!(found.as_deref(), problem, "{algorithm} {listed}");
        }
    }
}
