// Days as a calendar file (RFC 5545). Nothing about anybody is in it: each event has a day, a title and reminders.

/** An event of a whole day. */
export interface Entry {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly title: string;
  readonly text: string;
  /** Days from the event to its reminders: -3 is three days before. */
  readonly reminders: readonly number[];
}

/** At what hour of its day a reminder comes. */
const HOUR = 9;
/** The most bytes of a line, its end not counted. */
const MOST_BYTES = 75;

/** Writes the file. `uid` gives each event a name of its own; `now` is when it was written. */
export function calendarFile(entries: readonly Entry[], language: string, uid: () => string, now: Date): string {
  const stamp = `${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const lines = entries.flatMap(({ day, title, text, reminders }) => [
    'BEGIN:VEVENT',
    `UID:${uid()}`,
    `DTSTAMP:${stamp}`,
    `DTSTART;VALUE=DATE:${date(day)}`,
    `DTEND;VALUE=DATE:${date(next(day))}`,
    `SUMMARY;LANGUAGE=${language}:${escaped(title)}`,
    `DESCRIPTION;LANGUAGE=${language}:${escaped(text)}`,
    'TRANSP:TRANSPARENT',
    ...reminders.flatMap((days) => ['BEGIN:VALARM', 'ACTION:DISPLAY', `DESCRIPTION:${escaped(title)}`, `TRIGGER:${trigger(days)}`, 'END:VALARM']),
    'END:VEVENT',
  ]);
  const all = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//precheck//help centre//EN', 'CALSCALE:GREGORIAN', 'METHOD:PUBLISH', ...lines, 'END:VCALENDAR'];
  return all.map((line) => `${folded(line)}\r\n`).join('');
}

function date(day: string): string {
  return day.replaceAll('-', '');
}

function next(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** The time from the event's first moment, which is midnight, to the hour of the reminder. */
function trigger(days: number): string {
  const hours = days * 24 + HOUR;
  const [whole, rest] = [Math.floor(Math.abs(hours) / 24), Math.abs(hours) % 24];
  return `${hours < 0 ? '-' : ''}P${whole > 0 ? `${whole}D` : ''}${rest > 0 ? `T${rest}H` : ''}`;
}

/** A text as a value: what means something else there is escaped (section 3.3.11). */
function escaped(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\r\n|\r|\n/g, '\\n');
}

/** Long lines in pieces that begin with a space (section 3.1), never in the middle of a character. */
function folded(line: string): string {
  const encoder = new TextEncoder();
  const pieces = [''];
  let bytes = 0;
  for (const sign of line) {
    const size = encoder.encode(sign).length;
    if (bytes + size > MOST_BYTES) {
      pieces.push('');
      // The space at the beginning counts.
      bytes = 1;
    }
    pieces[pieces.length - 1] += sign;
    bytes += size;
  }
  return pieces.join('\r\n ');
}
