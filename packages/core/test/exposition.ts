// A strict reader of Prometheus's text format, for tests: what it does not take, a real one may not take either.

/** One sample line. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A family: its type and its samples. */
export interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (\\+Inf|-Inf|NaN|[-+0-9.eE]+)$`);
const ESCAPES: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' };

const labelsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(new RegExp(LABEL, 'g'))].map(([label]) => {
      const at = label.indexOf('=');
      return [label.slice(0, at), label.slice(at + 2, -1).replace(/\\[n"\\]/g, (pair) => ESCAPES[pair] ?? pair)];
    }),
  );

/** Families by name. @throws Error Whatever is not as the format wants it. */
export function parseExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, { type: string; help: string; samples: Sample[] }>();
  let current = '';
  const seen = new Set<string>();
  for (const line of text.split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (line === '') continue;
    if (kind === 'HELP') {
      if (families.has(name)) throw new Error(`${name} comes twice`);
      families.set(name, { type: '', help: rest, samples: [] });
      current = name;
    } else if (kind === 'TYPE') {
      const family = families.get(name);
      if (family === undefined || name !== current || !['counter', 'gauge', 'histogram'].includes(rest)) throw new Error(`misplaced: ${line}`);
      family.type = rest;
    } else {
      const [, sample = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
      const family = families.get(current);
      const base = family?.type === 'histogram' ? sample.replace(/_(bucket|sum|count)$/, '') : sample;
      if (family === undefined || base !== current) throw new Error(`no sample of ${current}: ${line}`);
      const key = `${sample}{${labels}}`;
      if (seen.has(key)) throw new Error(`${key} comes twice`);
      seen.add(key);
      family.samples.push({ name: sample, labels: labelsOf(labels), value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value) });
    }
  }
  return families;
}
