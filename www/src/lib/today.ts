// Days and times of the shop, which lives in Asia/Shanghai wherever its visitor is.

const DAY = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

const MINUTE = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

function parts(format: Intl.DateTimeFormat, time: Date): Record<string, string> {
  return Object.fromEntries(format.formatToParts(time).map((part) => [part.type, part.value]));
}

/** Returns today in Asia/Shanghai as `YYYY-MM-DD`. */
export function today(): string {
  const { year, month, day } = parts(DAY, new Date());
  return `${year}-${month}-${day}`;
}

/** Returns a moment (RFC 3339) in Asia/Shanghai as `YYYY-MM-DD HH:MM`, some minutes later if asked. */
export function shanghaiMinute(moment: string, laterMinutes = 0): string {
  const time = new Date(Date.parse(moment) + laterMinutes * 60_000);
  const { year, month, day, hour, minute } = parts(MINUTE, time);
  return `${year}-${month}-${day} ${hour}:${minute}`;
}
