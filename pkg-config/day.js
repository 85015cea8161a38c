// The policy's day is that of Shanghai, which is eight hours ahead of UTC all year.
const DAY_MS = 86_400_000;
const AHEAD_MS = 8 * 3_600_000;

/** Today in Shanghai as `YYYY-MM-DD`. */
export const today = () => new Date(Date.now() + AHEAD_MS).toISOString().slice(0, 10);

/** Days since 1970-01-01; NaN for what is no day. */
export const dayNumber = (day) => Date.parse(day) / DAY_MS;
