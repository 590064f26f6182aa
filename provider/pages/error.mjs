// The error page. The error page of Visma Connect shows only an Error-ID, which a developer looks up in the Developer
// Portal. The page of this provider also shows the error.
import { html } from './html.mjs';
import { layout } from './layout.mjs';

export const errorPage = ({ id, code, description, field, remedy, home }) => layout({ title: 'Something went wrong' }, html`<div data-testid="provider-error" data-code="${code}">
<h1>Something went wrong</h1>
<p class="lead">The request of the app cannot be processed.</p>
<p class="error-id">Error-ID <code>${id}</code></p>
<dl>
<dt>What was wrong</dt>
<dd><code>${code}</code>${description ? html` ${description}` : ''}${field ? html`<br>${field}` : ''}</dd>
<dt>What to do</dt>
<dd>${remedy}</dd>
</dl>
<p class="fine">Visma Connect shows the Error-ID alone: there, paste it into the Debugger of the Developer Portal (My Applications, More, Debugger). Here it is also in the provider's log.</p>
<p class="buttons"><a class="secondary" href="${home}">Back to the app</a></p>
</div>`);
