//! The provider and the APIs. They compute each response when it is delivered, and record which token they issued to
//! which user.

use visma_connect::protocol::http::HttpRequest;
use visma_connect::session::error::PlatformError;
use visma_connect::session::moment::Moment;

use super::super::fake::{self, ISSUER, OTHER_KEY, Response, SIGNING_KEY, TOKEN, USERINFO};
use super::action::{TestUser, TokenResponseKind, UserInfo};

/// In seconds: the lifetime of a token without a stated lifetime, and the longest lifetime that the library accepts.
const WITHOUT_LIFETIME: u32 = 300;
const MOST: u32 = 86_400;

pub(super) const COMPANY: &str = "0b6f4a52-5f0e-4e55-9a43-7d0f3c1f8a11";

impl TestUser {
    pub(super) fn subject(self) -> &'static str {
        match self {
            Self::Kari | Self::KariAtACompany => "kari",
            Self::Ola => "ola",
        }
    }

    pub(super) fn company(self) -> Option<&'static str> {
        (self == Self::KariAtACompany).then_some(COMPANY)
    }

    /// The text that this user types. It identifies the user.
    pub(super) fn note(self) -> &'static str {
        match self {
            Self::Kari => "note-of-kari",
            Self::KariAtACompany => "note-of-the-company",
            Self::Ola => "note-of-ola",
        }
    }
}

/// An authorization request that was sent in the tab or in a window.
#[derive(Clone, Debug)]
pub(super) struct Left {
    pub(super) state: String,
    pub(super) nonce: String,
    /// The stored record of the request. `None` for a request in a window.
    pub(super) record: Option<String>,
    /// The number of the action that sent the request.
    pub(super) began: usize,
    /// The owner of the session that the request continues, as a fingerprint.
    pub(super) owner: Option<String>,
    /// Whether the request continues an earlier session.
    pub(super) continues_session: bool,
    /// Whether it asks for a second factor.
    pub(super) wants_second_step: bool,
    /// The number of the action in which a page received the response and read it.
    pub(super) opened: Option<usize>,
    /// The token request, if it was sent.
    pub(super) sent: Option<Sent>,
}

/// The time and the page from which a token request was sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    pub(super) at: Moment,
    /// The real time in milliseconds: a clock that is never changed and never stops.
    pub(super) real_ms: i64,
    /// In milliseconds: how long the device had slept until then, and how far the wall clock was ahead of the real
    /// time.
    pub(super) slept_ms: i64,
    pub(super) wrong_ms: i64,
    pub(super) page: usize,
}

/// A token response that was issued.
#[derive(Clone, Copy, Debug)]
pub(super) struct Issued {
    pub(super) left: usize,
    pub(super) user: TestUser,
    pub(super) lifetime_ms: i64,
    /// Whether the provider has signed the ID token for this request and with the right claims.
    pub(super) is_good: bool,
    pub(super) is_strong: bool,
}

pub(super) struct Provider {
    pub(super) left: Vec<Left>,
    pub(super) issued: Vec<Issued>,
    pub(super) token_endpoint: TokenResponseKind,
    pub(super) user: TestUser,
    pub(super) userinfo: UserInfo,
    /// The status of the APIs' responses. 0 means that they are unreachable.
    pub(super) apis: u16,
    /// In seconds: the real time, and the time of the device.
    pub(super) now: i64,
    pub(super) device_now: i64,
}

impl Provider {
    pub(super) fn new() -> Self {
        Self {
            left: Vec::new(),
            issued: Vec::new(),
            token_endpoint: TokenResponseKind::Good(Some(3_600), false),
            user: TestUser::Kari,
            userinfo: UserInfo::Good,
            apis: 200,
            now: fake::NOW,
            device_now: fake::NOW,
        }
    }

    pub(super) fn respond(&mut self, request: &HttpRequest) -> Option<Response> {
        match request.url.as_str() {
            TOKEN => Some(self.tokens(request.body.as_ref().unwrap())),
            USERINFO => Some(self.profile(request.authorization.as_ref().unwrap())),
            url if url.starts_with(ISSUER) => None,
            _ if self.apis == 0 => Some(Err(PlatformError::Unreachable)),
            _ => Some(Ok((self.apis, "{}".to_owned()))),
        }
    }

    /// The access token with this number. The granted scope contains the number too.
    pub(super) fn token(number: usize) -> String {
        format!("access-canary-{number:04}")
    }

    pub(super) fn number(token: &str) -> usize {
        token.rsplit('-').next().unwrap().parse().unwrap()
    }

    fn tokens(&mut self, form: &str) -> Response {
        let left = self.left_of(form).expect("the provider has issued this code");
        let nonce = self.left[left].nonce.clone();
        let (now, user) = (self.now, self.user);
        let (lifetime, is_good, is_strong) = match self.token_endpoint {
            TokenResponseKind::Good(lifetime, is_strong) => (lifetime, true, is_strong),
            _ => (Some(3_600), false, true),
        };
        let company = user.company().map(|id| format!(r#","tenant_id":"{id}""#)).unwrap_or_default();
        let subject = if is_good { user.subject() } else { "mallory" };
        let claims = format!(
            r#"{{"iss":"{ISSUER}","aud":"demo","sub":"{subject}","sid":"sid-{subject}","exp":{},"iat":{now},"auth_time":{now},"acr":"{}","nonce":"{nonce}"{company}}}"#,
            now + 300,
            if is_strong { 3 } else { 2 },
        );
        let header = r#"{"alg":"RS256","kid":"k1"}"#;
        let signed = |claims: &str| fake::id_token(header, claims, SIGNING_KEY);
        let id_token = match self.token_endpoint {
            TokenResponseKind::Good(..) => signed(&claims),
            TokenResponseKind::AnotherKey => fake::id_token(header, &claims, OTHER_KEY),
            TokenResponseKind::Unsigned => format!("{}.{}.", fake::encode(r#"{"alg":"none"}"#), fake::encode(&claims)),
            TokenResponseKind::AnotherNonce => signed(&claims.replace("\"nonce\":\"", "\"nonce\":\"x")),
            TokenResponseKind::AnotherAudience => signed(&claims.replace("\"demo\"", "[\"demo\",\"other\"]")),
            TokenResponseKind::Expired => {
                let exp = format!("\"exp\":{}", self.device_now - 121);
                signed(&claims.replace(&format!("\"exp\":{}", now + 300), &exp))
            }
            TokenResponseKind::Refused => return Ok((400, r#"{"error":"invalid_grant"}"#.to_owned())),
            TokenResponseKind::Unreachable => return Err(PlatformError::Unreachable),
            TokenResponseKind::Page => return Ok((200, "<!doctype html>".to_owned())),
        };
        let number = self.issued.len();
        let lifetime_ms = i64::from(lifetime.unwrap_or(WITHOUT_LIFETIME).min(MOST)) * 1_000;
        self.issued.push(Issued { left, user, lifetime_ms, is_good, is_strong });
        let expires_in = lifetime.map(|seconds| format!(r#","expires_in":{seconds}"#)).unwrap_or_default();
        Ok((
            200,
            format!(
                r#"{{"access_token":"{}","token_type":"Bearer","id_token":"{id_token}","scope":"openid issued-{number}"{expires_in}}}"#,
                Self::token(number)
            ),
        ))
    }

    fn profile(&self, bearer: &str) -> Response {
        let subject = self.issued[Self::number(bearer)].user.subject();
        match self.userinfo {
            UserInfo::Good => {
                Ok((200, format!(r#"{{"sub":"{subject}","name":"{subject}","email":"{subject}@example.no"}}"#)))
            }
            UserInfo::OtherSubject => Ok((200, r#"{"sub":"mallory","name":"mallory"}"#.to_owned())),
            UserInfo::Refused => Ok((401, String::new())),
            UserInfo::Unreachable => Err(PlatformError::Unreachable),
        }
    }

    /// The index of the authorization request that belongs to this token request. The code in the form contains its
    /// state.
    pub(super) fn left_of(&self, form: &str) -> Option<usize> {
        let state = form.split('&').find_map(|pair| pair.strip_prefix("code=code-canary-"))?;
        self.left.iter().position(|left| left.state == state)
    }
}
