// Server-sent events out of a stream of text. The browser's own reader cannot send a body with its request.
// Source: https://html.spec.whatwg.org/multipage/server-sent-events.html, "Interpreting an event stream".

/** An event that has come as a whole. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** Puts events together from pieces that may end anywhere. */
export class EventReader {
  private rest = '';
  private name = '';
  private data: string[] = [];

  /** Takes the next piece; gives the events that it completes. */
  push(piece: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = this.line(line.endsWith('\r') ? line.slice(0, -1) : line);
      if (event) events.push(event);
    }
    return events;
  }

  private line(line: string): ServerEvent | null {
    if (line === '') return this.end();
    const colon = line.indexOf(':');
    // A line that begins with a colon is a comment: the connection lives.
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.name = value;
    if (field === 'data') this.data.push(value);
    return null;
  }

  private end(): ServerEvent | null {
    const event = { name: this.name || 'message', data: this.data.join('\n') };
    const isThere = this.data.length > 0;
    this.name = '';
    this.data = [];
    return isThere ? event : null;
  }
}
