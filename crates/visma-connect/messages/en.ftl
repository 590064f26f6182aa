### The texts of the library. A message of this file is one text; a line break in it is a space.
###
### Error codes, names of keys and values of config.json, and names from specifications are the same in each language.

## Sign-in errors: texts that several errors have in common.

sign-in-error-not-trusted-title = The response could not be trusted
sign-in-error-took-too-long-title = This sign-in took too long
sign-in-error-set-up-title = The sign-in is not set up correctly
sign-in-error-service-problem-title = The sign-in service has a problem
sign-in-error-sign-in-again-advice = Sign in again.
sign-in-error-tell-developer-advice =
    You cannot fix this. Please send the details below to the developer of this app.
sign-in-error-start-again-advice =
    Start again. If that does not help, send the details below to the developer of this app.
sign-in-error-nothing-to-fix-remedy = Nothing to fix: this is a normal response.
sign-in-error-register-remedy =
    Register a Single-Page-App with exactly this redirect URI in the Developer Portal, and wait for approval. The
    Debugger there explains an Error-ID.
sign-in-error-check-authority-remedy =
    authority in config.json must be exactly the issuer, also in the slash at its end. If it is, a proxy or an
    extension changes responses.
sign-in-error-damaged-or-attack-remedy =
    A proxy, an extension or the provider damaged the response, or it is an attack. Compare the network panel with the
    provider's log.

## Sign-in errors that the provider returns.

sign-in-error-access-denied-title = You were not signed in
sign-in-error-access-denied-happened = The sign-in was declined.
sign-in-error-access-denied-advice = If that was not what you wanted, sign in again and choose Allow.

sign-in-error-invalid-grant-happened = The sign-in service no longer accepts this sign-in.
sign-in-error-invalid-grant-advice = It took too long or was used already. Sign in again.
sign-in-error-invalid-grant-remedy = A code works once, with its own verifier and exactly its redirect URI.

sign-in-error-invalid-tenant-title = This company cannot be used
sign-in-error-invalid-tenant-happened = The sign-in service refused the chosen company for this user.
sign-in-error-invalid-tenant-advice =
    Ask an administrator for the role API User in this company, wait 15 minutes, and sign in again.
sign-in-error-invalid-tenant-remedy = The company must also activate this integration and pay for API access.

sign-in-error-invalid-scope-happened = The app asked for a permission that it is not allowed to have.
sign-in-error-invalid-scope-remedy =
    Remove it from scopes in config.json, or have it approved in the Developer Portal.

sign-in-error-invalid-request-happened = The sign-in service did not accept the request of this app.

sign-in-error-unavailable-happened = It responded that it cannot help right now.
sign-in-error-unavailable-advice = Wait a little and sign in again.
sign-in-error-unavailable-remedy = Look at Visma's status page; after 429, send requests less often.

sign-in-error-login-required-title = Please sign in
sign-in-error-login-required-happened = The sign-in service needs to ask you something first.
sign-in-error-login-required-advice = Sign in to continue.
sign-in-error-login-required-remedy =
    prompt=none fails when the user has to do something. Sign in without it.

sign-in-error-unmet-authentication-requirements-title = You need a stronger sign-in
sign-in-error-unmet-authentication-requirements-happened =
    This sign-in was not as secure as this app needs.
sign-in-error-unmet-authentication-requirements-advice = Sign in again with another method.
sign-in-error-unmet-authentication-requirements-remedy =
    acr_values asks for more than this client or user can do.

sign-in-error-unknown-title = The sign-in service refused
sign-in-error-unknown-happened = It sent an error that this app does not know.

## Sign-in errors in the response: it breaks the protocol, or is not from the provider.

sign-in-error-callback-empty-title = There is no sign-in to finish here
sign-in-error-callback-empty-happened = This page finishes a sign-in, and it was opened without one.
sign-in-error-callback-empty-advice = This happens after a reload, with a bookmark or with the Back button. Sign in again to continue.
sign-in-error-callback-empty-remedy = If every sign-in ends here, the host or a proxy removes the query.

sign-in-error-state-unknown-title = This sign-in began somewhere else
sign-in-error-state-unknown-happened = It began in another tab, window or browser.
sign-in-error-state-unknown-advice =
    Continue here, or go back to the first tab: if this app is open there, the sign-in continues there.
sign-in-error-state-unknown-remedy =
    The record is in sessionStorage of the first tab. Links that open another tab, or cleared storage, lose it.

sign-in-error-sign-in-over-title = This sign-in is already over
sign-in-error-sign-in-over-happened = It was used before, took too long, or you have signed out since.

sign-in-error-finished-elsewhere-title = This sign-in was finished in another tab
sign-in-error-finished-elsewhere-happened = Its response arrived in two tabs, and the other tab was first.
sign-in-error-finished-elsewhere-advice = Continue in the other tab, or sign in again here.

sign-in-error-pending-expired-happened = It began over ten minutes ago, or the clock of this device was changed.

sign-in-error-initiate-refused-title = This link cannot start a sign-in
sign-in-error-initiate-refused-happened =
    It does not name the sign-in service of this app. Nothing was started.
sign-in-error-initiate-refused-advice = If you trust this app, sign in here instead.
sign-in-error-initiate-refused-remedy =
    iss must be there once and equal authority of config.json; target_link_uri and login_hint at most once.

sign-in-error-authentication-too-weak-title = Please confirm that it is you
sign-in-error-authentication-too-weak-happened = This needs a more recent or stronger sign-in.
sign-in-error-authentication-too-weak-remedy =
    auth_time or acr of the ID token does not meet max_age or acr_values. The provider may not support them.

sign-in-error-company-mismatch-title = This is another company
sign-in-error-company-mismatch-happened =
    The sign-in was for another company than the chosen one, and was not used.
sign-in-error-company-mismatch-advice = Switch company, or ask an administrator for access to the chosen one.
sign-in-error-company-mismatch-remedy = The provider did not follow tenant_hint.

sign-in-error-pending-foreign-title = This sign-in was not finished
sign-in-error-pending-foreign-happened = The app was changed while you were signing in.
sign-in-error-pending-foreign-remedy =
    authority, client_id, redirect_uri or the app's version changed meanwhile, or another app on this origin changed the
    storage.

sign-in-error-state-mismatch-happened = It does not belong to a sign-in of this browser, and was not used.
sign-in-error-state-mismatch-advice = If you followed a link, do not use it again. To sign in, start here.

sign-in-error-callback-damaged-happened = It was damaged on its way here.

sign-in-error-token-in-url-happened = It had a token in the address, which was removed and not used.
sign-in-error-token-in-url-remedy =
    The client must use response_type=code and response_mode=query; a Single-Page-App does.

sign-in-error-issuer-mismatch-happened = It does not come from the sign-in service that was asked.

sign-in-error-metadata-issuer-slash-happened =
    The name of the sign-in service differs by the slash at its end.
sign-in-error-metadata-issuer-slash-remedy =
    Write authority in config.json as issuer stands in the provider's metadata.

sign-in-error-algorithm-happened = The sign-in service signs in a way that this app does not check.
sign-in-error-algorithm-remedy =
    The row “about” names the algorithm of the provider. Write it as id_token_signed_response_alg into config.json (RS256,
    PS256, ES256 or EdDSA), or set RS256 at the provider, for this client.

sign-in-error-metadata-happened =
    The description of the sign-in service is missing, incomplete or another service's.
sign-in-error-metadata-remedy =
    The metadata at authority + /.well-known/openid-configuration must name authority as issuer, https endpoints and
    S256. For another origin, or no metadata there, see origins and metadata in docs/configuration.md.

sign-in-error-token-response-happened = The sign-in service sent a response that this app cannot use.

sign-in-error-clock-title = The clocks do not agree
sign-in-error-clock-happened =
    The clocks of this device and the sign-in service differ by more than two minutes.
sign-in-error-clock-advice = Set date and time of this device to automatic, then sign in again.
sign-in-error-clock-remedy = If the device's clock is right, the provider's is not.

sign-in-error-jwks-happened = The keys that prove who signed in are missing or do not fit.
sign-in-error-jwks-remedy =
    jwks_uri must return the public keys of ID tokens (an RSA key: 2048 bits or more). Keep a jwks in config.json up to date.

sign-in-error-userinfo-title = Your name is not available
sign-in-error-userinfo-happened = The sign-in service sent no usable profile. You are still signed in.
sign-in-error-userinfo-remedy =
    UserInfo must return JSON, not a JWT, of the same sub, and allow this page's origin (CORS).

sign-in-error-id-token-happened = The proof of who signed in did not pass the checks, so it was not used.

## Sign-in errors of the browser.

sign-in-error-local-provider-title = The local provider does not respond
sign-in-error-local-provider-happened = There is no response from its address.
sign-in-error-local-provider-advice =
    Run “cargo xtask serve” in the project's folder: it starts the provider and the app.
sign-in-error-local-provider-remedy =
    For another provider, set authority in config.json, or start with --config FILE.

sign-in-error-storage-blocked-title = The browser does not let this page save anything
sign-in-error-storage-blocked-happened =
    This tab must remember a sign-in for a few minutes, and storage is blocked.
sign-in-error-storage-blocked-advice = Allow site data (cookies) for this page, then try again.
sign-in-error-storage-blocked-remedy = Private modes, company policies and extensions block storage too.

sign-in-error-storage-full-title = The browser's storage is full
sign-in-error-storage-full-happened = There is no space left to remember the sign-in.
sign-in-error-storage-full-advice = Clear the site data of this page, or open it in a new tab.
sign-in-error-storage-full-remedy =
    Another app on this origin fills sessionStorage: serve one app per origin.

sign-in-error-no-crypto-title = You cannot sign in safely on this page
sign-in-error-no-crypto-happened = The browser offers no cryptography here.
sign-in-error-no-crypto-advice = Open the page over https, in an up-to-date browser.
sign-in-error-no-crypto-remedy = crypto.subtle needs https, localhost or 127.0.0.1.

sign-in-error-in-frame-title = Sign-in does not work inside another page
sign-in-error-in-frame-happened = In a frame you cannot see at which address you sign in.
sign-in-error-in-frame-advice = Open the app in its own tab.
sign-in-error-in-frame-remedy =
    Link to the app instead of embedding it, and send frame-ancestors 'none'.

sign-in-error-blocked-by-policy-happened =
    This page's content security policy does not allow the sign-in service.
sign-in-error-blocked-by-policy-remedy =
    Run cargo xtask configure, and put the same connect-src into the host's header.

sign-in-error-timed-out-title = The sign-in service took too long
sign-in-error-timed-out-happened = It did not respond within ten seconds.
sign-in-error-timed-out-advice = Check the connection and sign in again.
sign-in-error-timed-out-remedy = A code is sent once, so start the sign-in again.

sign-in-error-window-blocked-title = The sign-in window did not open
sign-in-error-window-blocked-happened = Pop-ups are blocked on this page.
sign-in-error-window-blocked-advice = Continue in this tab, or allow pop-ups and try again.
sign-in-error-window-blocked-remedy = Call renew directly from a click.

sign-in-error-channel-unavailable-title = A small window does not work here
sign-in-error-channel-unavailable-happened =
    In this browser two windows of a page cannot exchange messages.
sign-in-error-channel-unavailable-advice = Continue in this tab.
sign-in-error-channel-unavailable-remedy = It has no BroadcastChannel.

sign-in-error-window-forgotten-title = The sign-in in the other window was not finished
sign-in-error-window-forgotten-happened = It was closed, or nothing happened in it for ten minutes.
sign-in-error-window-forgotten-advice = Try again, or continue in this tab.

sign-in-error-navigation-refused-title = The sign-in page did not open
sign-in-error-navigation-refused-happened = The browser refused to open it.
sign-in-error-navigation-refused-advice = Sign in again; an extension may have stopped it.
sign-in-error-navigation-refused-remedy = A sandboxed frame without allow-top-navigation does this too.

sign-in-error-offline-title = You are offline
sign-in-error-offline-happened = This device has no connection.
sign-in-error-offline-advice = Connect to a network, then try again.
sign-in-error-offline-remedy = A request failed, and navigator.onLine is false.

sign-in-error-blocked-by-cors-title = This page is not allowed to read the sign-in service
sign-in-error-blocked-by-cors-happened = It responds, but does not let this page read the response (CORS).
sign-in-error-blocked-by-cors-remedy =
    Allow this page's origin at the provider; the Developer Portal allows those of redirect URIs. A redirect is refused
    too.

sign-in-error-unreachable-title = The sign-in service cannot be reached
sign-in-error-unreachable-happened = No response came that this page may read.
sign-in-error-unreachable-advice = Check the connection and the browser's extensions, then try again.
sign-in-error-unreachable-remedy =
    Connection, DNS, certificate, CORS, extension or redirect: browsers do not say which. For CORS, register a redirect
    URI of this page's origin (https://app.local if the portal refuses localhost).

## Errors of API calls: what happened, and what to do.

api-error-unknown-happened = This app has no API of that name.
api-error-unknown-advice = Developers: its name must be that of an entry of apis in config.json.
api-error-request-refused-happened = This path does not belong to this API, so nothing was sent.
api-error-request-refused-advice = Write a path below the API's address; encode special characters with %.
api-error-session-ended-happened = Your session has ended, or is about to.
api-error-session-ended-advice = Stay signed in, or sign in again, then try again.
api-error-token-refused-happened = The API does not accept your access.
api-error-token-refused-advice =
    Usually that means that you are signed in for another company. Switch company, or renew your access.
api-error-step-up-required-happened = This needs a stronger sign-in.
api-error-step-up-required-advice = Confirm who you are, then try again.
api-error-scope-missing-happened = You have not given this app the permission that this call needs.
api-error-scope-missing-advice = Give this app the permission, then try again.
api-error-too-many-requests-happened = The API received too many requests.
api-error-too-many-requests-advice = Try again in { $seconds } seconds.
# The API did not say how long to wait.
api-error-too-many-requests-unstated-advice = It did not say for how long. Try again in { $seconds } seconds.
api-error-response-unreadable-happened = The API's response is not what it should be.
api-error-response-unreadable-advice = Try again; if it keeps happening, tell the developer of this app.
api-error-offline-happened = This device has no connection. What was sent may have arrived.
api-error-offline-advice = Connect to a network, then try again.
api-error-timed-out-happened = The API took too long.
api-error-response-too-long-happened = The API's response is too long.
api-error-blocked-by-policy-happened = This page's own content security policy does not allow this API.
api-error-blocked-by-policy-advice =
    Developers: run cargo xtask configure, or add the API's origin to connect-src.
api-error-no-response-happened = No response came that this page may read.
api-error-no-response-advice =
    The connection may be broken; or the API does not allow this page (CORS), redirected the request, or an extension
    blocks it.

## How long the session lasts, and how far a renewal has come.

renewal-ends-soon-title = Your session ends soon
renewal-ends-soon-text = Stay signed in to continue with what you are doing.
renewal-leaving-title = Taking you to the sign-in service…
renewal-in-window-title = Finish in the other window
renewal-in-window-text = This page stays as it is meanwhile. If that window is gone, try again.
renewal-checking-title = Checking the response…
renewal-declined-title = The renewal was declined
renewal-ended-title = Your session has ended
renewal-ended-text = Your access lasts for a limited time. Sign in again to continue.

## Problems of config.json: what is wrong, and what to do. The texts for one value stand together.

# There was no response, or one with another status than success.
config-problem-not-arrived = It did not arrive.
config-problem-status = The host responded with status { $status }.
config-remedy-not-arrived =
    Check the connection and load the page again. Developers: put config.json beside index.html.
config-problem-too-long = It is too long.
config-remedy-too-long = Keep it below 256 kB.
config-problem-html = The host responded with an HTML page instead of config.json.
config-remedy-html = Put config.json beside index.html, and exclude existing files from the host's fallback rule.
config-problem-not-json = It is not JSON at line { $line }, column { $column }.
config-remedy-json-encoding = Save the file as UTF-8.
config-remedy-json-key-twice = This key is there twice: remove one.
config-remedy-json-comma = Check the comma before it.
config-remedy-json-comment = Remove the comment: JSON has none.
config-remedy-json-quotes = Use straight double quotes: ".
config-remedy-json-other = Write one JSON object.
config-problem-page = The page is not served over https, or its address is not a folder.
config-remedy-page = Use https or localhost: elsewhere browsers offer no cryptography.

# Any key.
config-problem-key-unknown = This key is not known.
config-remedy-key-unknown = Check its spelling; docs/configuration.md lists the keys.
config-problem-client-secret = A browser app cannot keep a secret.
config-remedy-client-secret =
    Remove it, revoke the secret in the Developer Portal, and register a Single-Page-App.
config-problem-key-missing = It is missing.
config-remedy-authority-missing = Add https://connect.visma.com, or http://localhost:9400 for the local provider.
config-remedy-client-id-missing = Add the Client ID from the Developer Portal.
config-remedy-api-name-missing = Add the name that the page shows.
config-remedy-api-base-url-missing = Add the URL that all calls begin with.
config-problem-is-null = It is null.
config-problem-is-a-boolean = It is a boolean.
config-problem-is-a-number = It is a number.
config-problem-is-a-string = It is a string.
config-problem-is-an-array = It is an array.
config-problem-is-an-object = It is an object.
config-problem-element = An element is not valid.
config-remedy-expected-text = Write a string in double quotes.
config-remedy-expected-boolean = Write true or false, without quotes.
config-remedy-expected-seconds = Write whole seconds from 0 to 3600, without quotes.
config-remedy-expected-scopes = Write an array of strings: ["openid", "profile"].
config-remedy-expected-locales = Write an array of language tags: ["nb-NO", "en-GB"].
config-remedy-expected-origins = Write an array of https origins, without a slash at the end.
config-remedy-expected-audiences = Write an array of audiences, as the provider names them.
config-remedy-expected-apis = Write an array of objects with name and base_url.
config-remedy-expected-metadata = Write an object: the provider's metadata.
config-remedy-expected-jwks = Write an object: the provider's key set.

# URLs.
config-problem-url-insecure = It is not an https URL.
config-remedy-url-insecure = Use https://; plain http is for localhost only.
config-problem-url-fragment = It has a fragment.
config-remedy-url-fragment = Remove everything from the # on.
config-problem-url-malformed = It is not a plain absolute URL.
config-remedy-url-malformed = Write a lower-case host, no user name, no default port, only ASCII.
config-problem-url-local = It names this machine, and the page is public.
config-remedy-url-local = Write a public address (https://connect.visma.com for example).
config-problem-not-an-issuer = It is not an issuer. Write { $issuer } instead.
config-remedy-not-an-issuer = It must be exactly the issuer of the provider's metadata.
config-problem-not-own-page = It is not a page of this app.
config-remedy-not-own-page =
    Write one below the app's address, without query or wildcard, or remove the key.
config-problem-same-page = It is the same page as redirect_uri.
config-remedy-same-page = Give each its own page.

# client_id, scopes, id_token_signed_response_alg, restore, warn_seconds.
config-problem-client-id = It is empty, too long, or has a space or a special character.
config-remedy-client-id = Copy it from the Developer Portal.
config-problem-openid-missing = The scope openid is missing.
config-remedy-openid-missing = Add "openid": without it there is no ID token.
config-problem-offline-access = offline_access asks for a refresh token, which this app does not use.
config-remedy-offline-access = Remove it: a new sign-in renews the session.
config-problem-scope = A scope is empty, too long, or has a space or a special character.
config-remedy-scope = Write one scope per element.
config-problem-scope-twice = A scope is listed twice.
config-remedy-scope-twice = Remove one.
config-problem-algorithm-unknown = This app cannot check this algorithm.
config-remedy-algorithm-unknown =
    Write "RS256", "PS256", "ES256" or "EdDSA", as the provider signs for this client.
config-problem-restore = It is another value.
config-remedy-restore = Write "ask", "redirect" or "off".
config-problem-warn-seconds = It is not between 0 and 3600.

# metadata.
config-problem-issuer-differs = It is not the authority.
config-remedy-issuer-differs = Write the same in both.
config-problem-algorithm-missing = { $algorithm } is missing.
config-remedy-algorithm-missing =
    Write the one that the provider signs with into id_token_signed_response_alg.
config-problem-endpoint = It is missing, is not an https URL, or has a parameter of the request.
config-remedy-endpoint = Copy the provider's metadata unchanged.
config-problem-s256-missing = S256 is missing.
config-remedy-s256-missing = The provider must support PKCE with SHA-256.
config-problem-key-set = It has no key for id_token_signed_response_alg.
config-remedy-key-set = Copy the provider's key set, or remove this key.

# apis.
config-problem-api-name-empty = It is empty.
config-remedy-api-name-empty = Write the name that the page shows.
config-problem-api-name-twice = Another API has the same name.
config-remedy-api-name-twice = Give each API its own name.
config-problem-base-url-query = It has a query.
config-remedy-base-url-query = Write it without the query.
config-problem-try-path = It is not a path below base_url.
config-remedy-try-path = Write it as in "organization": no dots, no spaces, and special characters with %.

## Labels of buttons.

sign-in-button = Sign in
sign-out-button = Sign out
renewal-stay-button = Stay signed in
renewal-again-button = Try again
renewal-here-button = Continue in this tab
renewal-cancel-button = Cancel
renewal-sign-in-again-button = Sign in again

## The page after a panic.

panic-title = Something in this app broke
panic-text =
    The app had to stop. What you had open here is gone. You may still be signed in at the sign-in service.
panic-again-link = Load the page again
panic-code = Code: panic
