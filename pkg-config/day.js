// The policy's day is that of Shanghai, which is eight hours ahead of UTC all year.
const DAY_MS = 86_400_000;
const AHEAD_MS = 8 * 3_600_000;

/** Today in Shanghai as `YYYY-MM-DD`. */
export const today = () => new Date(Date.now() + AHEAD_MS).toISOString().slice(0, 10);

/** Days since 1970-01-01; NaN for what is no day of the calendar. */
export function dayNumber(day) {
  const time = Date.parse(day);
  // Engines read more than days, and some take the 30th of February for one in March.
  return time % DAY_MS === 0 && new Date(time).toISOString().slice(0, 10) === day ? time / DAY_MS : NaN;
}
