// The sign-in pages and what their buttons do: choose a person, choose a company, allow or say no.
import { note, printable } from './log.mjs';
import { companyPage } from './pages/company.mjs';
import { consentPage } from './pages/consent.mjs';
import { personPage } from './pages/person.mjs';
import { readForm } from './form-body.mjs';
import { people, personByKey, personBySub, companyById } from './people.mjs';
import { asksForSecondStep } from './policy.mjs';

const PATH = /^\/signin\/[\w-]+$/;

export const signInPath = (uid) => `/signin/${uid}`;

export function createSignIn({ provider, grants, showError }) {
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
      person: personBySub(session?.accountId),
      scopes: (params.scope ?? '').split(' ').filter(Boolean),
      lastSubmission,
    };
  }

  const person = {
    page: (interaction, page) => personPage({ ...page, people }),
    answer(interaction, form) {
      const chosen = personByKey(form.get('person'));
      if (!chosen) return undefined;
      const same = chosen.sub === interaction.session?.accountId;
      // Choosing the account that is signed in already is no new sign-in; everything else is.
      if (interaction.prompt.name === 'select_account' && same) return { select_account: {} };
      const second = asksForSecondStep(interaction.params);
      return {
        login: { accountId: chosen.sub, acr: second ? '3' : '2', amr: second ? ['pwd', 'otp', 'mfa'] : ['pwd'] },
        select_account: {},
      };
    },
  };

  const company = {
    page: (interaction, page) => companyPage(page),
    answer(interaction, form) {
      const signedIn = personBySub(interaction.session.accountId);
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
    async answer(interaction, form) {
      return form.get('answer') === 'allow' ? { consent: { grantId: await grants.allow(provider, interaction) } } : undefined;
    },
  };

  const steps = { login: person, select_account: person, company, consent };

  return async (ctx, next) => {
    if (!PATH.test(ctx.path)) return next();
    if (ctx.method !== 'GET' && ctx.method !== 'POST') return ctx.throw(405);
    ctx.set('Cache-Control', 'no-store');
    let interaction;
    try {
      interaction = await provider.interactionDetails(ctx.req, ctx.res);
    } catch (error) {
      ctx.status = 400;
      return showError(ctx, { error: 'sign_in_not_found', error_description: error.error_description }, error);
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
    const said = form.get('answer');
    const result = said === 'deny' || said === 'cancel'
      ? { error: 'access_denied', error_description: said === 'deny' ? 'the person did not allow it' : 'the person cancelled the sign-in' }
      : await step.answer(interaction, form);
    if (!result) return ctx.throw(400, 'unknown answer');
    ctx.status = 303;
    ctx.set('Location', await provider.interactionResult(ctx.req, ctx.res, result));
    ctx.body = '';
    return undefined;
  };
}
