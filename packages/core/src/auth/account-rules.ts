// What accounts and tokens must look like, whoever asks for them.
import { RecorderError } from '../errors/recorder-error.ts';
import { PASSWORD_LENGTH, TOKEN_NAME_PATTERN, USER_NAME_PATTERN } from '../model/account.ts';
import { isId } from '../model/ids.ts';
import { PERMISSION_AREAS, type Permissions } from '../model/permission.ts';

/** Cameras an account or token can be limited to. */
export const MOST_CAMERAS = 1000;
/** How long a token for a machine may be good for, in days. */
export const MOST_DAYS = 3650;

const userName = new RegExp(USER_NAME_PATTERN);
const tokenName = new RegExp(TOKEN_NAME_PATTERN);
const refuse = (message: string): never => {
  throw new RecorderError('INPUT_INVALID', message);
};

/** @throws RecorderError `INPUT_INVALID`. */
export function checkUserName(name: string): void {
  if (!userName.test(name))
    refuse('the name of an account is 1 to 48 letters without accents, digits, ".", "_", "-" and "@", and begins with a letter or digit');
}

/** @throws RecorderError `INPUT_INVALID`. */
export function checkTokenName(name: string): void {
  if (!tokenName.test(name))
    refuse('the name of a token is 1 to 48 letters without accents, digits, spaces, ".", "_", "-" and "@", and begins with a letter or digit');
}

/** @throws RecorderError `INPUT_INVALID`; the password is not in it. */
export function checkPassword(password: string, name: string): void {
  const { least, most } = PASSWORD_LENGTH;
  const length = [...password].length;
  if (length < least || length > most) refuse(`a password has ${least} to ${most} characters; got ${length}`);
  if (password.toLowerCase() === name.toLowerCase()) refuse('the password must not be the name of the account');
}

/** @throws RecorderError `INPUT_INVALID`. */
export function checkCameras(cameras: readonly string[] | null): void {
  if (cameras === null) return;
  if (cameras.length > MOST_CAMERAS) refuse(`at most ${MOST_CAMERAS} cameras can be listed; got ${cameras.length}`);
  const wrong = cameras.find((id) => !isId(id));
  if (wrong !== undefined) refuse(`${JSON.stringify(wrong.slice(0, 60))} is no id of a camera: lower-case letters, digits, "_" and "-", at most 48`);
}

/** @throws RecorderError `INPUT_INVALID`. */
export function checkDays(days: number): void {
  if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) refuse(`a token is good for 1 to ${MOST_DAYS} whole days`);
}

/** What differs from a role, in a fixed order; `null` where nothing does. */
export function tidyPermissions(permissions: Partial<Permissions> | null): Partial<Permissions> | null {
  if (permissions === null) return null;
  const given = PERMISSION_AREAS.flatMap((area) => (permissions[area] === undefined ? [] : [[area, permissions[area]] as const]));
  return given.length === 0 ? null : (Object.fromEntries(given) as Partial<Permissions>);
}

/** Each camera once, in order. */
export const tidyCameras = (cameras: readonly string[] | null): readonly string[] | null => (cameras === null ? null : [...new Set(cameras)].sort());
