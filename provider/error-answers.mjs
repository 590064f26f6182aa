// Which errors go back to the app and which end on the provider's own page, and what that page says.
import { randomBytes } from 'node:crypto';
import { note, printable } from './log.mjs';
import { errorPage } from './pages/error.mjs';

/** Visma Connect keeps the person on its own error page for a bad request; only these answers reach the app. */
const BACK_TO_THE_APP = new Set([
  'access_denied', 'login_required', 'consent_required', 'interaction_required', 'account_selection_required',
  'temporarily_unavailable', 'unmet_authentication_requirements',
]);

export function goesBackToTheApp(ctx, error) {
  if (!BACK_TO_THE_APP.has(error.error)) error.allow_redirect = false;
}

export function createErrorPage({ apps }) {
  const remedies = {
    invalid_redirect_uri: `The request's redirect_uri must be, letter for letter, one of: ${apps.map((app) => app.redirectUri).join(', ')}. Start the provider with --app for another address.`,
    invalid_client: 'The only client here is "demo-spa". Check client_id in config.json.',
    invalid_scope: 'Ask only for scopes that are offered. offline_access is never given to a single-page app.',
    invalid_request: 'A parameter of the request is missing or malformed. PKCE with S256 is required.',
    unsupported_response_type: 'Only response_type=code is offered.',
    sign_in_not_found: 'This sign-in was finished, or is too old, or belongs to another browser window. Go back to the app and start again.',
  };

  return async (ctx, out) => {
    const id = randomBytes(8).toString('hex').toUpperCase();
    note(`  error ${id}: ${printable(out.error)}: ${printable(out.error_description ?? '')} ${printable(out.scope ?? '')}`);
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'html';
    ctx.body = errorPage({
      id,
      code: out.error,
      description: [out.error_description, out.scope].filter(Boolean).join(': '),
      remedy: remedies[out.error] ?? 'Go back to the app and start again.',
      home: apps[0].base,
    });
  };
}
