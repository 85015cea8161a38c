// Server-sent events out of a stream of text, as the service writes them: LF, a space after the colon, the name first. The
// browser's own reader cannot send a body with its request.

/** An event that has come as a whole. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** Puts events together from pieces that may end anywhere. */
export class EventReader {
  private rest = '';

  /** Takes the next piece; gives the events that it completes. */
  push(piece: string): ServerEvent[] {
    const blocks = (this.rest + piece).split('\n\n');
    this.rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => {
      // A block that is none is a comment: the connection lives.
      const [, name, data] = /^event: (.*)\ndata: (.*)$/m.exec(block) ?? [];
      return name && data ? [{ name, data }] : [];
    });
  }
}
