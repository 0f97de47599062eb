// ConfigWorld without a machine, for tests: files and variables handed in, every directory may be made.
import { sep } from 'node:path';
import type { ConfigWorld } from '../ports/config-world.ts';

/** What exists: texts by absolute path, `null` for directories, and names of what may not be read or written. */
export interface FakeWorldContent {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string | Uint8Array | null>>;
  readonly forbidden?: readonly string[];
}

/** A world that holds just this. */
export function fakeConfigWorld({ env = {}, files = {}, forbidden = [] }: FakeWorldContent = {}): ConfigWorld {
  const kindOf = (path: string): 'missing' | 'directory' | 'forbidden' | 'file' => {
    if (forbidden.includes(path)) return 'forbidden';
    if (!Object.hasOwn(files, path)) return 'missing';
    return files[path] === null ? 'directory' : 'file';
  };
  return {
    hostName: 'Attic.example.org',
    env: (name) => (Object.hasOwn(env, name) ? env[name] : undefined),
    read: (path, maxBytes) => {
      const kind = kindOf(path);
      if (kind !== 'file') return { kind };
      const content = files[path] ?? '';
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      return bytes.length > maxBytes ? { kind: 'too-large' } : { kind: 'text', bytes };
    },
    fileProblem: (path) => ({ missing: 'does not exist', directory: 'is a directory', forbidden: 'may not be read', file: undefined })[kindOf(path)],
    directoryProblem: (path) => {
      const parts = path.split(sep);
      for (let length = parts.length; length > 1; length--) {
        const kind = kindOf(parts.slice(0, length).join(sep));
        if (kind === 'file') return length === parts.length ? 'is a file' : 'is below a file';
        if (kind === 'forbidden') return 'may not be written to';
        if (kind === 'directory') return undefined;
      }
      return undefined;
    },
  };
}
