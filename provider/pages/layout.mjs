// The layout of every page: the card, and the note that this is not Visma Connect.
import { html } from './html.mjs';

export function layout({ title, wide, languages }, content) {
  return `${html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Local sign-in</title>
<link rel="stylesheet" href="/pages.css">
</head>
<body>
<main class="${wide ? 'card wide' : 'card'}">
<p class="stand-in"><span class="dot" aria-hidden="true"></span><span><strong>Local stand-in for Visma Connect.</strong> This is not Visma, and no password is asked for.</span></p>
${content}
</main>
${languages ? html`<p class="foot">Languages asked for: ${languages}</p>` : ''}
</body>
</html>
`}`;
}

export const initials = (name) => name.split(' ').map((word) => word[0]).slice(0, 2).join('');

export const chevron = html`<svg class="chevron" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false"><path d="M7.5 5l5 5-5 5" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
