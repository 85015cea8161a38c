// UTF-8, for surroundings without `TextEncoder` and `TextDecoder`. Half of a surrogate pair becomes U+FFFD, as there.

/** The code points of a text, each as the bytes that it takes. */
function write(text, put) {
  for (let at = 0; at < text.length; at += 1) {
    let code = text.charCodeAt(at);
    if (code >= 0xd800 && code < 0xe000) {
      const low = text.charCodeAt(at + 1);
      const isPair = code < 0xdc00 && low >= 0xdc00 && low < 0xe000;
      code = isPair ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
      if (isPair) at += 1;
    }
    if (code < 0x80) put(code);
    else if (code < 0x800) put(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) put(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else put(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
}

export class TextEncoder {
  encode(text) {
    const bytes = [];
    write(text, (...more) => bytes.push(...more));
    return Uint8Array.from(bytes);
  }

  /** The caller has made the room: three bytes for each unit. */
  encodeInto(text, view) {
    let written = 0;
    write(text, (...more) => {
      for (const byte of more) {
        view[written] = byte;
        written += 1;
      }
    });
    return { read: text.length, written };
  }
}

/** Reads what the engine writes, which is always whole. */
export class TextDecoder {
  decode(bytes = []) {
    let text = '';
    for (let at = 0; at < bytes.length; ) {
      const first = bytes[at];
      const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
      let code = length === 1 ? first : first & (0x7f >> length);
      for (let more = 1; more < length; more += 1) code = (code << 6) | (bytes[at + more] & 63);
      at += length;
      text +=
        code < 0x10000
          ? String.fromCharCode(code)
          : String.fromCharCode(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff));
    }
    return text;
  }
}
