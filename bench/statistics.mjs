// Medians, ranges and ratios of a series of runs.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const summary = (values) => ({
  median: median(values), least: Math.min(...values), most: Math.max(...values),
});

/** The largest difference, relative to the median. */
export function spread(values) {
  const { median: middle, least, most } = summary(values);
  return (most - least) / middle;
}

/** A ratio. Zero to zero is zero: there is nothing to reduce. */
const ratio = (own, other) => (own === 0 ? 0 : own / other);

/** The ratios of two series, run by run. */
export const ratios = (own, others) => summary(own.map((value, run) => ratio(value, others[run])));
