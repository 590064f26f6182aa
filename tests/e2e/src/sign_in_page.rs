//! What a user sees and does at the provider.

use crate::browser::Browser;
use crate::wait::eventually;

/// The provider's pages in the browser.
pub struct SignInPage<'a> {
    pub(crate) browser: &'a Browser,
    pub(crate) url: &'a str,
}

impl SignInPage<'_> {
    /// Waits until the provider shows its list of users.
    pub async fn is_open(&self) {
        eventually("the provider's sign-in page", async || {
            let script =
                "return location.origin == arguments[0] && !!document.querySelector('[data-testid=person-kari]')";
            match self.browser.try_eval::<bool>(script, vec![self.url.into()]).await? {
                true => Ok(()),
                false => Err(self.browser.seen().await),
            }
        })
        .await;
    }

    /// Chooses Kari, who has one company.
    pub async fn choose_kari(&self) {
        self.press("person-kari").await;
    }

    /// Chooses Ola, who has two companies.
    pub async fn choose_ola(&self) {
        self.press("person-ola").await;
    }

    /// Chooses the first company in the list.
    pub async fn choose_first_company(&self) {
        self.press("company-1").await;
    }

    /// Chooses the second company in the list.
    pub async fn choose_second_company(&self) {
        self.press("company-2").await;
    }

    /// Cancels on the page that lists the users.
    pub async fn cancel(&self) {
        self.press("cancel").await;
    }

    /// Consents.
    pub async fn allow(&self) {
        self.press("consent-allow").await;
    }

    /// Declines the consent.
    pub async fn decline(&self) {
        self.press("consent-deny").await;
    }

    /// Presses “I have no second step” on the page that lists the users.
    pub async fn has_no_second_step(&self) {
        self.press("no-second-step").await;
    }

    /// Waits for the provider's error page with this error code.
    pub async fn error_is(&self, code: &str) {
        eventually("the provider's error page", async || {
            let script = "const shown = document.querySelector('[data-testid=provider-error]'); \
                return location.origin == arguments[0] && shown ? shown.dataset.code : null";
            match self.browser.try_eval::<Option<String>>(script, vec![self.url.into()]).await? {
                Some(shown) if shown == code => Ok(()),
                _ => Err(self.browser.seen().await),
            }
        })
        .await;
    }

    async fn press(&self, name: &str) {
        self.browser.press(&format!("[data-testid={name}]")).await;
    }
}
