// Finds reasons by what people type, in Chinese, English or as a code.

import MiniSearch from 'minisearch';

import type { HelpText } from './texts';

const HAN = /\p{Script=Han}/u;
const PIECES = /\p{Script=Han}+|[\p{L}\p{N}]+/gu;

/**
 * Words of scripts with spaces as they are, Chinese in pairs of characters: `收入不够` is `收入`, `入不`, `不够`. Pairs need no
 * dictionary and find what a dictionary would cut otherwise.
 */
export function pieces(text: string): string[] {
  const found = text.normalize('NFKC').toLowerCase().match(PIECES) ?? [];
  return found.flatMap((piece) => {
    const signs = [...piece];
    if (!HAN.test(piece) || signs.length < 2) return [piece];
    return signs.slice(1).map((sign, at) => `${signs[at]}${sign}`);
  });
}

/** Returns a search over texts, best first. Slips in longer words are forgiven, and beginnings of words are enough. */
export function searchOver(texts: readonly HelpText[]): (typed: string) => HelpText[] {
  const index = new MiniSearch<HelpText>({
    idField: 'code',
    fields: ['code', 'title', 'requirement', 'help', 'notice', 'education'],
    extractField: (text, name) => String(Reflect.get(text, name)),
    tokenize: pieces,
    searchOptions: {
      boost: { code: 4, title: 4, requirement: 2 },
      prefix: (term) => !HAN.test(term) && term.length > 2,
      fuzzy: (term) => (!HAN.test(term) && term.length > 4 ? 0.2 : false),
    },
  });
  index.addAll(texts);
  const byCode = new Map(texts.map((text) => [text.code, text]));
  return (typed) => {
    const found = index.search(typed);
    // What has little of the best one's weight only shares a common word with what was typed.
    const least = (found[0]?.score ?? 0) / 5;
    return found.filter(({ score }) => score >= least).flatMap(({ id }) => byCode.get(String(id)) ?? []);
  };
}
