// Placeholders in faults. "{{iss}}x" inserts the real value, "{{now+60}}" a time. A text with only one placeholder
// becomes the value itself, with its JSON type: "{{exp}}" is a number.

const ONE = /^\{\{([\w.:+-]+)\}\}$/;
const ANY = /\{\{([\w.:+-]+)\}\}/g;
const CLOCK = /^now(?:([+-])(\d+))?$/;

function lookUp(name, values) {
  const clock = CLOCK.exec(name);
  if (clock) return Math.floor(Date.now() / 1000) + Number(`${clock[1] ?? '+'}${clock[2] ?? 0}`);
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** Fills the placeholders of every text in `value`, at any depth. An unknown placeholder stays unchanged. */
export function fill(value, values) {
  if (Array.isArray(value)) return value.map((item) => fill(item, values));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fill(item, values)]));
  }
  if (typeof value !== 'string') return value;
  const one = ONE.exec(value);
  if (one) return lookUp(one[1], values) ?? value;
  return value.replace(ANY, (all, name) => {
    const found = lookUp(name, values);
    if (found === undefined) return all;
    return typeof found === 'string' ? found : JSON.stringify(found);
  });
}
