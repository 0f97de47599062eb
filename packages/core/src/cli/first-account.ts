// How the password of the first account is told: once, as plain lines, and never through a logger.
import { FIRST_ACCOUNT } from '../app/open-accounts.ts';
import type { Secret } from '../util/secret.ts';

/** Two lines for people. @param config - As `--config` was written. */
export function firstAccountLines(password: Secret, config = 'nightjar.yaml'): string {
  const option = config === 'nightjar.yaml' ? '' : ` --config ${config}`;
  return (
    `created the account ${FIRST_ACCOUNT} with the password ${password.reveal()}\n` +
    `it is shown this once; to set one of your own: nightjar user passwd ${FIRST_ACCOUNT}${option}\n`
  );
}
