//! Calls of APIs: beside UserInfo, all that spends the access token.

use super::{Driver, Parts};
use crate::session::api::{ApiError, ApiRequest, ApiResponse, verdict};
use crate::session::state::SessionState;

impl<P: Parts> Driver<P> {
    /// Calls an API of the configuration.
    ///
    /// When the API refuses the token (401), a request that only reads waits for a renewal or a change of company, and
    /// is then sent once more; every other is handed back. Dropping the future ends the request.
    ///
    /// # Errors
    /// See [`ApiError`]. `SessionEnded` when there is no session, not enough of it left, or it ended meanwhile.
    pub async fn call(&self, name: &str, request: &ApiRequest) -> Result<ApiResponse, ApiError> {
        let api = self.config.api(name).ok_or(ApiError::Unknown)?;
        let person = self.person();
        let mut is_first = true;
        loop {
            let token = self.token.get();
            if !self.is_refused(name) {
                let http = request.to_http(api)?;
                self.tick();
                self.may_call_again(name)?;
                let may_call = self.state.borrow().signed_in().is_some_and(|who| who.may_call(self.platform.now()));
                let http = match &*self.tokens.borrow() {
                    Some(tokens) if may_call => tokens.authorize(http),
                    _ => return Err(ApiError::SessionEnded),
                };
                let response = self.send_within_session(http).await.ok_or(ApiError::SessionEnded)?;
                match verdict(response.map_err(ApiError::Platform)?) {
                    Err(ApiError::TokenRefused) if self.token.get() == token => self.refuse(name),
                    Err(ApiError::TokenRefused) => {}
                    Err(error) => return Err(self.held_back(name, error)),
                    response => return response,
                }
            }
            if !is_first || !request.method().is_safe() {
                return Err(ApiError::TokenRefused);
            }
            is_first = false;
            // While another company's tokens take the place of these, there are none.
            let is_changing = || matches!(*self.state.borrow(), SessionState::Exchanging);
            self.until(&|| !is_changing() && (self.token.get() != token || !self.is_refused(name))).await;
            if self.tokens.borrow().is_none() || self.person() != person {
                return Err(ApiError::SessionEnded);
            }
            if self.token.get() == token {
                return Err(ApiError::TokenRefused);
            }
        }
    }

    /// Whose session it is, in a fingerprint.
    fn person(&self) -> Option<String> {
        self.whose.borrow().as_ref().map(|whose| whose.fingerprints.person.clone())
    }

    /// Remembers for how long this API wants to hear nothing.
    fn held_back(&self, name: &str, error: ApiError) -> ApiError {
        if let ApiError::TooManyRequests { retry_after_seconds, is_stated } = error {
            let until = self.platform.now().plus_ms(i64::from(retry_after_seconds) * 1_000);
            let mut waits = self.waits.borrow_mut();
            waits.retain(|(known, ..)| known != name);
            waits.push((name.to_owned(), until, is_stated));
        }
        error
    }

    /// Whether the time is over that this API wanted to hear nothing.
    fn may_call_again(&self, name: &str) -> Result<(), ApiError> {
        let waits = self.waits.borrow();
        let Some((_, until, is_stated)) = waits.iter().find(|(known, ..)| known == name) else { return Ok(()) };
        let ms = until.ms_from(self.platform.now()).max(0).unsigned_abs();
        match u32::try_from(ms.div_ceil(1_000)) {
            Ok(0) => Ok(()),
            seconds => Err(ApiError::TooManyRequests {
                retry_after_seconds: seconds.unwrap_or(u32::MAX),
                is_stated: *is_stated,
            }),
        }
    }

    /// Whether this API has refused the present token: a renewal, or at Visma another company, may help.
    pub fn is_refused(&self, name: &str) -> bool {
        self.refused.borrow().iter().any(|refused| refused == name)
    }

    /// Takes the refusal for a response: what waits for a renewal gets its error.
    pub fn stop_waiting(&self, name: &str) {
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
