//! The provider's metadata as values (OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2).
//!
//! `discovery.rs` reads the metadata from a response and compares it with the configuration. The record of a sign-in
//! also contains the metadata.

use super::algorithm::{self, SigningAlgorithm};
use super::error::Misbehaviour;
use super::https_url::HttpsUrl;
use super::json::{Json, Object, ObjectWriter};
use super::parameters;

/// The members of the provider's metadata that a sign-in needs. Every URL is checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    pub(crate) authorization_endpoint: HttpsUrl,
    pub(crate) token_endpoint: HttpsUrl,
    pub(crate) jwks_uri: HttpsUrl,
    pub(crate) userinfo_endpoint: Option<HttpsUrl>,
    pub(crate) end_session_endpoint: Option<HttpsUrl>,
    /// `authorization_response_iss_parameter_supported` (RFC 9207 section 3).
    pub(crate) iss_parameter_supported: bool,
    /// Whether `prompt_values_supported` contains `select_account`, or is absent (Initiating User Registration 1.0
    /// section 4).
    pub(crate) selects_account: bool,
}

const AUTHORIZATION_ENDPOINT: &str = "authorization_endpoint";
const TOKEN_ENDPOINT: &str = "token_endpoint";
const JWKS_URI: &str = "jwks_uri";
const USERINFO_ENDPOINT: &str = "userinfo_endpoint";
const END_SESSION_ENDPOINT: &str = "end_session_endpoint";
const PROMPTS: &str = "prompt_values_supported";
const ISS_PARAMETER_SUPPORTED: &str = "authorization_response_iss_parameter_supported";

impl Metadata {
    pub(super) fn named_endpoints(&self) -> [(&'static str, Option<&HttpsUrl>); 5] {
        [
            (AUTHORIZATION_ENDPOINT, Some(&self.authorization_endpoint)),
            (TOKEN_ENDPOINT, Some(&self.token_endpoint)),
            (JWKS_URI, Some(&self.jwks_uri)),
            (USERINFO_ENDPOINT, self.userinfo_endpoint.as_ref()),
            (END_SESSION_ENDPOINT, self.end_session_endpoint.as_ref()),
        ]
    }

    /// Reads metadata whose issuer has already been compared with the authority.
    ///
    /// `wanted` is the algorithm for ID tokens that the provider must support.
    pub(crate) fn from_object(object: &Object, wanted: SigningAlgorithm) -> Result<Self, Misbehaviour> {
        let methods = object.get("code_challenge_methods_supported");
        if let Some(Json::List(methods)) = methods
            && !methods.iter().any(|method| method.is_text("S256"))
        {
            return Err(Misbehaviour::MetadataWithoutS256);
        }
        if let Some(Json::List(supported)) = object.get("id_token_signing_alg_values_supported")
            && !supported.is_empty()
            && !supported.iter().any(|name| name.is_text(wanted.name()))
        {
            let found = algorithm::found(&|name| supported.iter().any(|other| other.is_text(name)));
            return Err(Misbehaviour::MetadataAlgorithmUnsupported(found));
        }
        let required = |name| optional_endpoint(object, name)?.ok_or(Misbehaviour::MetadataInvalid(name));
        let metadata = Self {
            authorization_endpoint: required(AUTHORIZATION_ENDPOINT)?,
            token_endpoint: required(TOKEN_ENDPOINT)?,
            jwks_uri: required(JWKS_URI)?,
            userinfo_endpoint: optional_endpoint(object, USERINFO_ENDPOINT)?,
            end_session_endpoint: optional_endpoint(object, END_SESSION_ENDPOINT)?,
            iss_parameter_supported: matches!(object.get(ISS_PARAMETER_SUPPORTED), Some(Json::Bool(true))),
            selects_account: match object.get(PROMPTS) {
                Some(Json::List(prompts)) => prompts.iter().any(|prompt| prompt.is_text("select_account")),
                // `write` stores `false` when the provider does not support `select_account`.
                other => !matches!(other, Some(Json::Bool(false))),
            },
        };
        // A request with a doubled parameter is invalid (RFC 6749 3.1), and the provider may read the other value.
        if metadata.authorization_endpoint.has_parameter(&parameters::AUTHORIZATION) {
            return Err(Misbehaviour::MetadataInvalid(AUTHORIZATION_ENDPOINT));
        }
        if metadata.end_session_endpoint.as_ref().is_some_and(|url| url.has_parameter(&parameters::END_SESSION)) {
            return Err(Misbehaviour::MetadataInvalid(END_SESSION_ENDPOINT));
        }
        Ok(metadata)
    }

    /// Calls `found` with the name of each endpoint that is missing or is not an accepted URL. Returns whether there
    /// is such an endpoint.
    ///
    /// [`from_object`](Self::from_object) reports only the first.
    pub(crate) fn unusable(object: &Object, found: &mut dyn FnMut(&'static str)) -> bool {
        let mut is_any = false;
        for (name, is_required) in [
            (AUTHORIZATION_ENDPOINT, true),
            (TOKEN_ENDPOINT, true),
            (JWKS_URI, true),
            (USERINFO_ENDPOINT, false),
            (END_SESSION_ENDPOINT, false),
        ] {
            if !optional_endpoint(object, name).is_ok_and(|endpoint| endpoint.is_some() || !is_required) {
                found(name);
                is_any = true;
            }
        }
        is_any
    }

    /// Writes the members that [`from_object`](Self::from_object) reads, with the same names.
    pub(crate) fn write(&self, object: ObjectWriter) -> ObjectWriter {
        self.named_endpoints()
            .into_iter()
            .fold(object, |object, (name, endpoint)| object.optional_text(name, endpoint.map(HttpsUrl::as_str)))
            .boolean(ISS_PARAMETER_SUPPORTED, self.iss_parameter_supported)
            .boolean(PROMPTS, self.selects_account)
    }

    /// All endpoints, for the content security policy.
    pub(crate) fn endpoints(&self) -> impl Iterator<Item = &HttpsUrl> {
        self.named_endpoints().into_iter().filter_map(|(_, endpoint)| endpoint)
    }
}

fn optional_endpoint(object: &Object, name: &'static str) -> Result<Option<HttpsUrl>, Misbehaviour> {
    match object.text(name) {
        Ok(None) => Ok(None),
        Ok(Some(url)) => HttpsUrl::parse(url).map(Some).map_err(|_| Misbehaviour::MetadataInvalid(name)),
        Err(_) => Err(Misbehaviour::MetadataInvalid(name)),
    }
}
