// Files that could not be written, in words.

/** A file could not be written; the sentence says what to do. */
export class FileProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FileProblem';
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'Node-RED may not write there; change the rights of the folder or choose another one',
  EPERM: 'Node-RED may not write there; change the rights of the folder or choose another one',
  EROFS: 'the disk is read-only; choose another folder',
  ENOSPC: 'the disk is full; make room or choose another folder',
  EDQUOT: 'the quota of the disk is used up; make room or choose another folder',
  ENOTDIR: 'a part of the path is a file, not a folder; choose another name',
  ENOENT: 'a folder of the path is a link that leads nowhere, or nothing can be made in it; choose another one',
  EEXIST: 'a part of the path is a file, not a folder; choose another name',
  EISDIR: 'there is a folder of that name; end it with / to write into it, or choose another name',
  ENAMETOOLONG: 'the name is too long; choose a shorter one',
  EMFILE: 'too many files are open; write fewer at a time',
  ENFILE: 'too many files are open; write fewer at a time',
  EIO: 'the disk failed; check it',
};

const LONGEST_SHOWN = 300;

/** What a file system says, with what to do about it. */
export function fileProblem(path: string, error: unknown): FileProblem {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const shown = path.length > LONGEST_SHOWN ? `${path.slice(0, LONGEST_SHOWN)}…` : path;
  return new FileProblem(`${shown} cannot be written: ${REASONS[code] ?? (code === '' ? 'the disk did not take it' : `the disk says ${code}`)}`);
}
