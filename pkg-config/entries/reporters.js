// How the results of case files are told: to people, to a TAP reader, to a JUnit reader.

/** How many names are told without `--coverage`. */
const NAMED = 5;

const isFailed = ({ status }) => status === 'failed' || status === 'faulty';

function coverageLines(coverage) {
  return coverage.flatMap(({ kind, all, reached, never, items }) => {
    const head = `${kind.padEnd(10)} ${all === null ? `${reached} shown` : `${reached} of ${all}`}`;
    if (items) return [head, ...items.map(({ name, cases }) => `  ${String(cases).padStart(5)}  ${name}`)];
    const more = never.length - NAMED;
    return [
      head,
      ...never.slice(0, NAMED).map((name) => `  never  ${name}`),
      ...(more > 0 ? [`  … and ${more} more; --coverage lists them`] : []),
    ];
  });
}

function spec({ all, coverage, color }) {
  const paint = (code, text) => (color ? `\x1b[${code}m${text}\x1b[0m` : text);
  const WORDS = { passed: ['32', 'PASS'], updated: ['31', 'DONE'], failed: ['31', 'FAIL'], faulty: ['31', 'FAIL'] };
  const told = all.flatMap(({ name, file, line, status, lines }) => {
    const head = `${paint(...WORDS[status])} ${name}`;
    const shown = lines.map((one) => `  ${one.startsWith('+') ? paint('32', one) : paint('31', one)}`);
    return status === 'passed' ? [head] : [head, `  ${file}:${line}`, ...shown];
  });
  const count = (...wanted) => all.filter(({ status }) => wanted.includes(status)).length;
  const updated = count('updated');
  const sum = [`${count('passed')} passed`, ...(updated > 0 ? [`${updated} updated`] : []), `${count('failed', 'faulty')} failed`];
  const noun = all.length === 1 ? 'case' : 'cases';
  return [...told, '', `${all.length} ${noun}: ${sum.join(', ')}`, '', ...coverageLines(coverage), ''].join('\n');
}

function tap({ all, coverage }) {
  const told = all.flatMap((one, at) => {
    const head = `${isFailed(one) ? 'not ok' : 'ok'} ${at + 1} - ${one.name.replaceAll('#', '\\#')}`;
    if (!isFailed(one)) return [head];
    const details = one.lines.map((line) => `    ${line}`);
    return [head, '  ---', `  at: ${JSON.stringify(`${one.file}:${one.line}`)}`, '  differences: |', ...details, '  ...'];
  });
  const comments = coverageLines(coverage).map((line) => `# ${line}`);
  return ['TAP version 14', `1..${all.length}`, ...told, ...comments, ''].join('\n');
}

// What XML 1.0 cannot hold at all goes; the rest is escaped.
const xml = (text) =>
  text
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`);

function junit({ all }) {
  const cases = all.map((one) => {
    const head = `    <testcase name="${xml(one.name)}" classname="${xml(one.file)}" file="${xml(one.file)}"`;
    if (!isFailed(one)) return `${head}/>`;
    const place = xml(`${one.file}:${one.line}`);
    return `${head}>\n      <failure message="${place}">${xml(one.lines.join('\n'))}</failure>\n    </testcase>`;
  });
  const failures = all.filter(isFailed).length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${all.length}" failures="${failures}">`,
    `  <testsuite name="precheck" tests="${all.length}" failures="${failures}" errors="0">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

export const REPORTERS = { spec, tap, junit };
