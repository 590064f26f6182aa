// Which errors are sent back to the app, which end on the provider's error page, and what that page shows.
import { randomBytes } from 'node:crypto';
import { note, printable } from './log.mjs';
import { errorPage } from './pages/error.mjs';

const PATH = '/error';
const KEPT = 100;

/** AuthorizeResult.cs: only these errors are sent to the app. */
const BACK_TO_THE_APP = new Set([
  'access_denied', 'login_required', 'consent_required', 'interaction_required', 'account_selection_required',
  'temporarily_unavailable', 'unmet_authentication_requirements',
]);

export const goesBackToTheApp = ({ switches }) => (ctx, error) => {
  if (!BACK_TO_THE_APP.has(error.error) && !switches.kind('error-return')) error.allow_redirect = false;
};

export function createErrorPages({ apps }) {
  const messages = new Map();
  const remedies = {
    redirect_uri: `It must be exactly one of: ${apps.map((app) => app.redirectUri).join(', ')}. `
      + 'Start the provider with --app for another address.',
    client_id: 'Check client_id in config.json.',
    scope: 'Ask only for scopes that are offered. offline_access is never given to a single-page app.',
    sign_in_not_found: 'This sign-in was finished, or is too old, or belongs to another browser window. '
      + 'Go back to the app and start again.',
  };

  function page(ctx, id, { error, error_description: description, field, reason }) {
    ctx.set('Cache-Control', 'no-store');
    ctx.type = 'html';
    ctx.body = errorPage({
      id,
      code: error,
      description,
      field: field && `${field} ${reason}.`,
      remedy: remedies[field] ?? remedies[error] ?? 'Go back to the app and start again.',
      home: apps[0].base,
    });
  }

  /** Stores the error and redirects to the error page, as Duende does. */
  async function showError(ctx, out) {
    const id = `CfDJ8${randomBytes(48).toString('base64url')}`;
    const { error, error_description: description = '', scope = '', field = '', reason = '' } = out;
    note(`  error ${id}: ${[error, description, scope, field, reason].map(printable).join(' ')}`);
    messages.set(id, scope ? { field: 'scope', reason: `has "${scope}"`, ...out } : out);
    if (messages.size > KEPT) messages.delete(messages.keys().next().value);
    ctx.set('Cache-Control', 'no-store');
    ctx.status = 302;
    ctx.body = '';
    ctx.set('Location', `${PATH}?errorId=${id}`);
  }

  /** Shows an error of the provider's own pages on the page itself, without a redirect. */
  function showHere(ctx, out, status = 400) {
    const id = randomBytes(8).toString('hex').toUpperCase();
    note(`  error ${id}: ${printable(out.error)}: ${printable(out.error_description ?? '')}`);
    ctx.status = status;
    page(ctx, id, out);
  }

  async function serve(ctx, next) {
    if (ctx.path !== PATH || ctx.method !== 'GET') return next();
    const id = [ctx.query.errorId].flat()[0] ?? '';
    const known = messages.get(id);
    const nothing = { error: 'unknown_error_id', error_description: 'Nothing is known of this Error-ID.' };
    return page(ctx, known ? id : '-', known ?? nothing);
  }

  return { showError, showHere, serve };
}
