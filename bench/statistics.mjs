// Medians, ranges and ratios of the values of several runs.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const summary = (values) => ({
  median: median(values), least: Math.min(...values), most: Math.max(...values),
});

/** The difference of the greatest and the least value, relative to the median. */
export function spread(values) {
  const { median: middle, least, most } = summary(values);
  return (most - least) / middle;
}

/** A ratio. If both values are zero, it is zero and not NaN. */
const ratio = (own, other) => (own === 0 ? 0 : own / other);

/** The summary of the ratios of two series. Each ratio is computed from the two values of one run. */
export const ratios = (own, others) => summary(own.map((value, run) => ratio(value, others[run])));
