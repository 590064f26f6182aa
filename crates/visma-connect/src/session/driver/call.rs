//! Calls of APIs. Only these calls and the UserInfo request contain the access token.

use super::{Driver, Parts};
use crate::session::api::{ApiError, ApiRequest, ApiResponse, classify};
use crate::session::state::SessionState;

impl<P: Parts> Driver<P> {
    /// Calls an API of the configuration.
    ///
    /// If the API refuses the token (401) and the method is safe, the call waits for a new token, and then sends the
    /// request once more. A renewal or a change of company brings a new token. Dropping the future aborts the request.
    ///
    /// # Errors
    /// - `Unknown`: the configuration has no API of this name.
    /// - `RequestRefused`: the URL is not below the API's `base_url`, or a header is invalid.
    /// - `SessionEnded`: there is no session, too little time is left, the session ended during the call, or another
    ///   user has signed in.
    /// - `TokenRefused`: the API refused the token and the method is not safe, the API refused the new token too, or
    ///   [`stop_waiting`](Self::stop_waiting) was called.
    /// - `StepUpRequired`, `ScopeMissing`: the API reports this error.
    /// - `TooManyRequests`: the API responded with 429, or the waiting time of an earlier 429 has not passed.
    /// - `Platform`: the browser could not complete the request.
    pub async fn call(&self, name: &str, request: &ApiRequest) -> Result<ApiResponse, ApiError> {
        let api = self.config.api(name).ok_or(ApiError::Unknown)?;
        let user = self.user();
        let mut is_first = true;
        loop {
            let token = self.token.current();
            if !self.memory.is_refused(name) {
                let http = request.to_http(api)?;
                self.tick();
                self.memory.apis.may_call(name, self.platform.now())?;
                let may_call =
                    self.memory.state.borrow().signed_in().is_some_and(|user| user.may_call(self.platform.now()));
                let http = match &*self.tokens.borrow() {
                    Some(tokens) if may_call => tokens.authorize(http),
                    _ => return Err(ApiError::SessionEnded),
                };
                let response = self.send_within_session(http).await.ok_or(ApiError::SessionEnded)?;
                match classify(response.map_err(ApiError::Platform)?) {
                    Err(ApiError::TokenRefused) if self.token.current() == token => self.refuse(name),
                    Err(ApiError::TokenRefused) => {}
                    Err(error) => {
                        self.memory.apis.hold_back(name, &error, self.platform.now());
                        return Err(error);
                    }
                    response => return response,
                }
            }
            if !is_first || !request.method().is_safe() {
                return Err(ApiError::TokenRefused);
            }
            is_first = false;
            // Also wait during a change of company: the old token is removed before the new one is stored.
            let is_changing = || matches!(*self.memory.state.borrow(), SessionState::Exchanging);
            self.until(&|| !is_changing() && (self.token.current() != token || !self.memory.is_refused(name))).await;
            if self.tokens.borrow().is_none() || self.user() != user {
                return Err(ApiError::SessionEnded);
            }
            if self.token.current() == token {
                return Err(ApiError::TokenRefused);
            }
        }
    }

    /// The fingerprint of the session's user.
    fn user(&self) -> Option<String> {
        self.owner.borrow().as_ref().map(|owner| owner.fingerprints.user.clone())
    }

    /// Ends the wait of all calls to this API that wait for a new token. They return `TokenRefused`.
    pub fn stop_waiting(&self, name: &str) {
        self.memory.apis.accept(name);
        self.changed();
    }

    fn refuse(&self, name: &str) {
        if self.memory.apis.refuse(name) {
            self.changed();
        }
    }
}
