// Fields on every keystroke: a number in, a packed number out.

/** The kinds of field. The number of a kind is its place, counted from 1, and stays for ever. */
export const FIELD_KINDS = /*#__PURE__*/ Object.freeze(
  (
    'cn_id cn_name cn_mobile foreign_pr hk_mobile mo_mobile tw_mobile bankcard passport_cn hk_mo_permit tw_permit ' +
    'uscc email otp address'
  ).split(' '),
);

const STATUSES = ['ok', 'incomplete', 'warn', 'invalid'];

/** A packed check of a field in full. */
export const unpackField = (packed) => {
  const end = (packed >> 18) & 255;
  return {
    status: STATUSES[packed & 3],
    /** The number of the issue, 0 for none; `checkField` says it in words. */
    issue: (packed >> 2) & 255,
    span: end ? { start: (packed >> 10) & 255, end } : null,
  };
};
