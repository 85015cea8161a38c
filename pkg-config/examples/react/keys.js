// The line of the .pub file that `precheck key new` has written. It is part of the code: fetched, it would prove nothing.
export const KEYS = 'ed25519 …';
