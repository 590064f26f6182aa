### The texts of the app. A message of this file is one text; a line break in it is a space.
###
### index.html and src/static/boot.js have some of these texts too, since they show them before the app starts. A test
### compares them. The texts for errors are in crates/visma-connect/messages/.

## The frame of every page, and texts that several pages have in common.

app-name = Connect SPA
footer = An open example in Rust and WebAssembly. It has no server of its own.
error-code = Code: { $code-element }
sign-in-button = Sign in
sign-in-again-button = Sign in again
sign-out-button = Sign out
continue-button = Continue
try-again-button = Try again
home-link = Home
switch-company-button = Switch company

## Home, while the user is signed out.

home-title = Sign in with your Visma account
home-text =
    This app works with Visma on your behalf, entirely in your browser. You sign in at Visma Connect and come straight
    back.
home-tick-password = This app never sees your password
home-tick-memory = Your access is kept in memory, never stored
home-tick-one-click = Your access ends with the page, and one click renews it
home-permissions-title = What this app asks for
home-authority = You sign in at { $authority-element }

## Permissions: what a scope gives to the app, and a detail of it.

permission-openid = Who you are
permission-openid-detail = Which account is yours
permission-profile = Your name
permission-profile-detail = And your language
permission-email = Your e-mail address
permission-email-detail = And whether it is confirmed
permission-tenants = Your company
permission-tenants-detail = The one you sign in for
permission-address = Your address
permission-address-detail = Or your country alone
permission-phone = Your phone number
permission-phone-detail = And whether it is confirmed
permission-roles = Your roles
permission-roles-detail = What you may do at Visma
permission-read = Read your data
permission-create = Create data for you
permission-update = Change your data
permission-delete = Delete your data
permission-other = Further access

## Pages on which the user waits.

leaving-title = Taking you to sign in
leaving-text = You will come back here when you are done.
signing-in-title = Signing you in
signing-in-text = The response is being checked. This takes a moment.
signing-out-title = You are signed out here
signing-out-text = The app tells the sign-in service, so that you are signed out there too.
loading-title = One moment
loading-text = The page is loading.

## The page of a signed-in user.

signed-in-title = You are signed in
signed-in-refresh-token =
    The sign-in service also sent a refresh token, which was dropped. Register this client as a Single-Page-App.
signed-in-company = Company ID
signed-in-company-unknown = Company not stated
signed-in-authority = Sign-in service
signed-in-other-user = Another user is signed in now. What was here before is gone from this page.
signed-in-other-company-unknown =
    The sign-in service did not say which company you are signed in for, so a change is not confirmed.
signed-in-other-company-unconfirmed =
    This may be another company than before. What was here before is gone from this page.
signed-in-other-company =
    You are signed in for another company now. What was here before is gone from this page.
signed-in-withheld =
    The app did not get every permission that it asks for. What needs the others will not work.
signed-in-other-tab =
    Another tab of this browser is signed in as another user. In this tab you are still signed in as before.
access-title = Your access
access-permissions-title = What this app may see and do
time-left-label = Time left
time-left-text = until you have to sign in again.
user-no-name = No name given
user-no-email = No e-mail address given
user-name-unavailable-title = Your name is not available
user-name-unavailable-text = The sign-in service does not give names to apps. You are still signed in.
user-name-loading = Fetching your name…

## Renewals.

renewal-stay-button = Stay signed in
renewal-window-button = Use a small window instead
renewal-here-button = Continue in this tab
renewal-cancel-button = Cancel

## Calls of an API.

api-path-label = Path
api-call-button = Call
api-calling = Calling…
api-refused-title = This API does not accept your access
api-renew-button = Renew
api-not-now-button = Not now
api-ask-permission-button = Ask for this permission
api-step-up-button = Confirm who you are
api-status = Status { $status }
api-not-text = The response is not text.

## Errors.

failed-provider-text = The sign-in service says: { $words-element }
details-title = Details for the developer
details-copy-button = Copy
details-copied = Copied.
details-not-copied = Select the text above and copy it.
part-missing-title = Part of the app did not arrive
part-missing-text = Nothing is lost. Check your connection, then try again.
misconfigured-title = This app is not set up yet
misconfigured-text =
    Its settings have mistakes, so signing in is not possible yet. The operator of this app can fix them in config.json.

## Other pages.

not-found-title = Nothing is here
not-found-text = This address is not a page of this app.
paused-title = Please sign in yourself
paused-text =
    The app tried to sign you in several times in a row, or another tab is doing it now, so this page stopped. Press the
    button when you are ready.
handed-over-title = You can close this window
handed-over-text = Continue in the tab where you began.
expired-title = Your session has ended
expired-text =
    Your access lasts for a limited time, and that time is up. What you typed is still here. Sign in again to continue.
ask-sign-out-title = Do you want to sign out?
ask-sign-out-text = This signs you out in every tab of this browser.
ask-sign-out-back-link = No, go back
signed-out-title = You are signed out
signed-out-text = You are signed out here and at the sign-in service.
signed-out-here-title = You are signed out here
signed-out-provider-asks-text =
    You are still signed in at the sign-in service. Sign out there too: it asks you to confirm, and does not lead back
    here.
signed-out-unknown-text = Nothing of your session is left in this tab.
signed-out-unknown-note =
    You may still be signed in at { $authority-element }. On a shared computer, sign out there too, or close the
    browser.

## What a screen reader says.

spoken-minute-left-stay = Less than a minute of your session is left. Choose Stay signed in to continue.
spoken-ends-soon = Your session ends soon. Choose Stay signed in to continue.
spoken-minute-left = Less than a minute of your session is left.
spoken-five-minutes-left = Less than five minutes of your session are left.
spoken-ended = Your session has ended.
spoken-came-back = You came back without signing in.
