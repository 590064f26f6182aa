//! The query of the page on which another site starts a sign-in (OpenID Connect Core 4).

use visma_connect::protocol::config::Config;
use visma_connect::protocol::error::Misbehaviour;
use visma_connect::protocol::initiate::Initiate;
use visma_connect::protocol::return_to::ReturnTo;

use super::callback::is_form;
use super::{ISSUER, config, return_to};

/// The query is accepted exactly when it is form-encoded, has our issuer, and has each of the three parameters at
/// most once. The sign-in returns to `target_link_uri` if that is a page of this app, and otherwise to home.
pub fn check(query_and_fragment: &str) -> bool {
    let query = query_and_fragment.split('#').next().unwrap();
    let is_short = query.len() <= 8 * 1024;
    let query = query.strip_prefix('?').unwrap_or(query);
    let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
    let of = |name: &str| -> Vec<&str> { pairs.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_ref()).collect() };
    let is_readable =
        is_short && is_form(query) && ["iss", "target_link_uri", "login_hint"].iter().all(|name| of(name).len() <= 1);
    let expected = match (is_readable, &of("iss")[..]) {
        (false, _) => Err(Misbehaviour::InitiateMalformed),
        (true, [iss]) if *iss == ISSUER => Ok(()),
        (true, _) => Err(Misbehaviour::InitiateIssuerForeign),
    };
    let initiate = Initiate::parse(query_and_fragment, config());
    assert_eq!(initiate.as_ref().map(drop), expected.as_ref().map(drop), "{query_and_fragment:?}");
    let Ok(Initiate { return_to, login_hint }) = initiate else { return false };
    assert_eq!(login_hint.as_deref(), of("login_hint").first().copied().filter(|hint| !hint.is_empty()));
    assert_is_the_target(&return_to, of("target_link_uri").first().copied(), config());
    true
}

/// Asserts that `kept` is home, or exactly the page of `target`, as [`return_to::encoded`] writes it.
fn assert_is_the_target(kept: &ReturnTo, target: Option<&str>, config: &Config) {
    return_to::assert_is_a_page(kept, config);
    if *kept == ReturnTo::home(config) {
        return;
    }
    let target = target.expect("without a target, the sign-in must return to home");
    let url = [config.base().origin(), kept.as_str()].concat();
    let target = return_to::encoded(target);
    assert!(url == target || Some(url.as_str()) == target.split('#').next(), "{url} for {target}");
    assert_eq!(url::Url::parse(&url).unwrap().as_str(), url, "a browser must not change the URL");
}
