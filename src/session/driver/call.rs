//! Calls of APIs: beside UserInfo, all that spends the access token.

use super::Driver;
use crate::session::api::{ApiAnswer, ApiError, ApiRequest, verdict};
use crate::session::platform::Platform;

impl<P: Platform> Driver<P> {
    /// Calls an API of the configuration.
    ///
    /// When the API refuses the token (401), a request that only reads waits for a renewal and is then sent once more;
    /// every other is handed back. Dropping the future ends the request.
    ///
    /// # Errors
    /// See [`ApiError`]. `SessionEnded` when there is no session, not enough of it left, or it ended meanwhile.
    pub async fn call(&self, name: &str, request: &ApiRequest) -> Result<ApiAnswer, ApiError> {
        let api = self.config.api(name).ok_or(ApiError::Unknown)?;
        let mut is_first = true;
        loop {
            let token = self.token.get();
            if !self.is_refused(name) {
                let http = request.to_http(api)?;
                self.tick();
                let may_call = self.state.borrow().signed_in().is_some_and(|who| who.may_call(self.platform.now()));
                let http = match &*self.tokens.borrow() {
                    Some(tokens) if may_call => tokens.authorize(http),
                    _ => return Err(ApiError::SessionEnded),
                };
                let answer = self.send_within_session(http).await.ok_or(ApiError::SessionEnded)?;
                match verdict(answer.map_err(ApiError::Platform)?) {
                    Err(ApiError::TokenRefused) if self.token.get() == token => self.refuse(name),
                    Err(ApiError::TokenRefused) => {}
                    verdict => return verdict,
                }
            }
            if !is_first || !request.method().is_safe() {
                return Err(ApiError::TokenRefused);
            }
            is_first = false;
            let session = self.session.get();
            let is_over = || self.session.get() != session;
            self.until(&|| is_over() || self.token.get() != token || !self.is_refused(name)).await;
            if is_over() {
                return Err(ApiError::SessionEnded);
            }
            if self.token.get() == token {
                return Err(ApiError::TokenRefused);
            }
        }
    }

    /// Whether this API has refused the present token: a renewal, or at Visma another company, may help.
    pub fn is_refused(&self, name: &str) -> bool {
        self.refused.borrow().iter().any(|refused| refused == name)
    }

    /// Takes the refusal for an answer: what waits for a renewal gets its error.
    pub fn accept_refusal(&self, name: &str) {
        self.refused.borrow_mut().retain(|refused| refused != name);
        self.changed();
    }

    fn refuse(&self, name: &str) {
        if !self.is_refused(name) {
            self.refused.borrow_mut().push(name.to_owned());
            self.changed();
        }
    }
}
