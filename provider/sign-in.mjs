// The sign-in pages and their buttons: choose a user, choose a company, allow or deny.
import { note, printable } from './log.mjs';
import { companyPage } from './pages/company.mjs';
import { consentPage } from './pages/consent.mjs';
import { userPage } from './pages/user.mjs';
import { readForm } from './form-body.mjs';
import { users, userByKey, userBySub, companyById } from './users.mjs';
import { asksForSecondStep, asksForTheUnreachable, LOOP } from './policy.mjs';

const PATH = /^\/signin\/[\w-]+$/;

export const signInPath = (uid) => `/signin/${uid}`;

/** As in AuthorizeInteractionPageHttpWriter.cs: the URL contains the complete request, encoded once more. */
export function signInUrl({ uid, params }) {
  const known = Object.entries(params).filter(([name, value]) => value !== undefined && name !== LOOP);
  const sent = new URLSearchParams(known);
  return `${signInPath(uid)}?ReturnUrl=${encodeURIComponent(`/connect/authorize/callback?${sent}`)}`;
}

/** The error that a button sends back to the app. */
const REFUSALS = {
  deny: { error: 'access_denied', error_description: 'the user did not allow it' },
  cancel: { error: 'access_denied', error_description: 'the user cancelled the sign-in' },
  'no-second-step': {
    error: 'unmet_authentication_requirements', error_description: 'the user has no second step',
  },
};
const UNMET = { error: 'unmet_authentication_requirements', error_description: 'no sign-in here reaches that level' };

export function createSignIn({ provider, grants, showHere, switches }) {
  async function view(interaction) {
    const { params, prompt, session, lastSubmission } = interaction;
    const client = await provider.Client.find(params.client_id);
    return {
      action: signInPath(interaction.uid),
      app: client.clientName,
      home: client.clientUri,
      languages: params.ui_locales,
      loginHint: params.login_hint,
      reasons: prompt.reasons,
      step: prompt.name,
      secondStep: asksForSecondStep(params),
      user: userBySub(session?.accountId),
      scopes: (params.scope ?? '').split(' ').filter(Boolean),
      lastSubmission,
    };
  }

  const user = {
    page: (interaction, page) => userPage({ ...page, users }),
    result(interaction, form) {
      const chosen = userByKey(form.get('user'));
      if (!chosen) return undefined;
      const same = chosen.sub === interaction.session?.accountId;
      if (asksForTheUnreachable(interaction.params)) return UNMET;
      // For select_account, Duende shows its sign-in page. So even the user who is signed in signs in again.
      const continuesSession = switches.kind('select-account') && interaction.prompt.name === 'select_account' && same;
      if (continuesSession) return { select_account: {} };
      const second = asksForSecondStep(interaction.params);
      return {
        login: { accountId: chosen.sub, acr: second ? '3' : '2', amr: second ? ['pwd', 'otp', 'mfa'] : ['pwd'] },
        select_account: {},
      };
    },
  };

  const company = {
    page: (interaction, page) => companyPage(page),
    result(interaction, form) {
      const signedIn = userBySub(interaction.session.accountId);
      const chosen = signedIn.companies[Number(form.get('company')) - 1];
      return chosen && { company: { id: chosen.id } };
    },
  };

  const consent = {
    page(interaction, page) {
      const { company: id } = grants.companyFor({
        params: interaction.params,
        result: interaction.lastSubmission,
        accountId: interaction.session.accountId,
        grantId: interaction.grantId,
      });
      return consentPage({ ...page, company: companyById(id) });
    },
    async result(interaction, form) {
      return form.get('decision') === 'allow' ? { consent: { grantId: await grants.allow(provider, interaction) } } : undefined;
    },
  };

  const steps = { login: user, select_account: user, company, consent };

  return async (ctx, next) => {
    if (!PATH.test(ctx.path)) return next();
    if (ctx.method !== 'GET' && ctx.method !== 'POST') return ctx.throw(405);
    ctx.set('Cache-Control', 'no-store');
    let interaction;
    try {
      interaction = await provider.interactionDetails(ctx.req, ctx.res);
    } catch (error) {
      return showHere(ctx, { error: 'sign_in_not_found', error_description: error.error_description });
    }
    const step = steps[interaction.prompt.name];

    if (ctx.method === 'GET') {
      const page = await view(interaction);
      note(`  ${page.step}: asked by ${printable(interaction.params.client_id)}, languages ${printable(page.languages ?? 'not stated')}`);
      ctx.type = 'html';
      ctx.body = await step.page(interaction, page);
      return undefined;
    }

    const form = await readForm(ctx);
    const decision = form.get('decision');
    const result = Object.hasOwn(REFUSALS, decision ?? '') ? REFUSALS[decision] : await step.result(interaction, form);
    if (!result) return ctx.throw(400, 'unknown decision');
    ctx.status = 303;
    ctx.set('Location', await provider.interactionResult(ctx.req, ctx.res, result));
    ctx.body = '';
    return undefined;
  };
}
