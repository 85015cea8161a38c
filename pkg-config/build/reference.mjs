// The reference out of the declarations: what is exported, with its comment, in the order of the files.

/** Comments without their stars, links as names. */
function prose(comment) {
  const lines = comment.replace(/^\/\*\*\s?|\s*\*\/$/g, '').split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
  return lines.join('\n').replace(/\{@link (\w+)\}/g, '`$1`').trim();
}

/** How much deeper in brackets a line ends than it begins; those in comments and texts are none. */
function depthOf(line) {
  const code = line.replace(/\/\*.*?\*\/|\/\/.*|^\s*\/?\*.*|'[^']*'/g, '').replaceAll('=>', '');
  const count = (brackets) => [...code].filter((one) => brackets.includes(one)).length;
  return count('({[<') - count(')}]>');
}

/** The declarations of a file, each with the comment before it. */
function declarations(text) {
  const found = [];
  const lines = text.split('\n');
  let comment = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    const head = /^export (?:declare )?(?:class|interface|function|const|type) (\w+)/.exec(line);
    if (line.startsWith('/**') || (comment.length > 0 && /^ \*/.test(line))) comment.push(line);
    else if (head) {
      const code = [];
      let depth = 0;
      do {
        code.push(lines[at]);
        depth += depthOf(lines[at]);
        at += 1;
      } while (at < lines.length && !(depth === 0 && /[;}]$/.test(code.at(-1))));
      at -= 1;
      found.push({ name: head[1], comment: prose(comment.join('\n')), code: code.join('\n').replace(/^export /, '') });
      comment = [];
    } else comment = [];
  }
  return found;
}

/** The reference of all entries: `files` are pairs of a heading and the text of a declaration file. */
export function reference(files) {
  const parts = ['# Reference', '', 'Generated from the declarations; see the README for how things belong together.', ''];
  for (const [heading, text] of files) {
    const all = declarations(text);
    if (all.length === 0) throw new Error(`${heading}: no declarations found; mend pkg-config/build/reference.mjs`);
    parts.push(`## ${heading}`, '');
    for (const { name, comment, code } of all) parts.push(`### \`${name}\``, '', ...(comment ? [comment, ''] : []), '```ts', code, '```', '');
  }
  return parts.join('\n');
}
