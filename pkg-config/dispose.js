/** What `using` calls at the end of a block; in engines without it the name is of no use, and does no harm. */
export const DISPOSE = Symbol.dispose ?? Symbol.for('Symbol.dispose');
