// ConfigWorld over this machine: environment, host name and local files.
import { accessSync, closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { ConfigWorld, FileRead } from '../../ports/config-world.ts';

/** The machine this process runs on. */
export function localConfigWorld(env: Readonly<Record<string, string | undefined>>): ConfigWorld {
  return { hostName: hostname(), env: (name) => env[name], read, fileProblem, directoryProblem: (path) => directoryProblem(path) };
}

function read(path: string, maxBytes: number): FileRead {
  let file: number | undefined;
  try {
    // Without O_NONBLOCK, opening a FIFO would wait for a writer.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(file);
    if (stat.isDirectory()) return { kind: 'directory' };
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    while (length < buffer.length) {
      const count = readSync(file, buffer, length, buffer.length - length, null);
      if (count === 0) break;
      length += count;
    }
    return length > maxBytes ? { kind: 'too-large' } : { kind: 'text', bytes: new Uint8Array(buffer.subarray(0, length)) };
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
    if (code === 'EACCES' || code === 'EPERM') return { kind: 'forbidden' };
    return { kind: 'failed', reason: code };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function fileProblem(path: string): string | undefined {
  try {
    if (statSync(path).isDirectory()) return 'is a directory';
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

/** Looks at the path, or at what it would be made in: the nearest thing above it that exists. */
function directoryProblem(path: string, isParent = false): string | undefined {
  try {
    if (!statSync(path).isDirectory()) return isParent ? 'is below a file' : 'is a file';
    accessSync(path, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return dirname(path) === path ? 'cannot be made' : directoryProblem(dirname(path), true);
    return FORBIDDEN.has(code) ? 'may not be written to' : reasonOf(error);
  }
}

const FORBIDDEN: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS']);

const codeOf = (error: unknown): string => (typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown');

function reasonOf(error: unknown): string {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
  return code === 'EACCES' || code === 'EPERM' ? 'may not be read' : `cannot be reached (${code})`;
}
