// Claims in the format of ClaimsExtensions.cs: a list of pairs. The values of a repeated name become an array.

/** With `single`, only the first value of a repeated claim is kept. Equal pairs count once. */
export function toDictionary(pairs, { single = false } = {}) {
  const result = {};
  const seen = new Set();
  for (const [name, value] of pairs) {
    const pair = JSON.stringify([name, value]);
    if (value === undefined || seen.has(pair)) continue;
    seen.add(pair);
    if (!Object.hasOwn(result, name)) result[name] = value;
    else if (!single) result[name] = [result[name], value].flat();
  }
  return result;
}
