// Changes the query of the redirect back to the app.
import { fill } from './template.mjs';

export function changedUrl(location, fault) {
  const url = new URL(location);
  const values = Object.fromEntries(url.searchParams);
  for (const [name, value] of Object.entries(fault.set ?? {})) url.searchParams.set(name, fill(value, values));
  for (const name of fault.remove ?? []) url.searchParams.delete(name);
  for (const [name, value] of fault.append ?? []) url.searchParams.append(name, fill(value, values));
  const fragment = fault.fragment === undefined ? url.hash : `#${fill(fault.fragment, values)}`;
  url.hash = '';
  // `raw` is added unchanged, for text that a URL library would not write.
  return `${url.href}${fault.raw === undefined ? '' : fill(fault.raw, values)}${fragment}`;
}

export function createCallbackFaults({ faults, apps }) {
  const places = [
    ['callback', apps.map((app) => app.redirectUri)],
    ['signed_out', apps.map((app) => app.postLogoutRedirectUri)],
  ];

  return (ctx) => {
    const location = ctx.response.get('Location');
    if (!location || ctx.status < 300 || ctx.status > 399) return;
    const place = places.find(([, uris]) => uris.some((uri) => location.split(/[?#]/)[0] === uri))?.[0];
    const fault = place && faults.take(place);
    if (fault) ctx.set('Location', changedUrl(location, fault));
  };
}
