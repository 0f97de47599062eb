// A password as it is kept: scrypt, its cost beside the hash so that it can grow.

/** What a hash costs: 128 · 2^ln · r bytes of memory, p times over. */
export interface ScryptCost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** A hash and what it was made with, in base64. */
export interface ScryptHash extends ScryptCost {
  readonly salt: string;
  readonly hash: string;
}

/** What a hash may cost: whoever can write it down gets no more of the machine than this. */
const MOST_COST: ScryptCost = { ln: 18, r: 16, p: 16 };
const WRITTEN = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,64}={0,2})\$([A-Za-z0-9+/]{22,128}={0,2})$/;

/** Reads `$scrypt$ln=…,r=…,p=…$SALT$HASH`; `undefined` where it is none, or costs too much. */
export function parseScryptHash(text: string): ScryptHash | undefined {
  const [, ln, r, p, salt, hash] = WRITTEN.exec(text) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const isBounded = (['ln', 'r', 'p'] as const).every((part) => cost[part] >= 1 && cost[part] <= MOST_COST[part]);
  return isBounded ? { ...cost, salt, hash } : undefined;
}

/** Whether a text is meant to be a hash, not a password. */
export const isMeantAsHash = (text: string): boolean => text.startsWith('$scrypt$');

/** The form that `parseScryptHash` reads. */
export const writeScryptHash = ({ ln, r, p, salt, hash }: ScryptHash): string => `$scrypt$ln=${ln},r=${r},p=${p}$${salt}$${hash}`;
