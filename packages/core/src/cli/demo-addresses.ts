// What the demo shows of its API: addresses that a browser opens at once.
import { THIS_MACHINE } from '../app/open-accounts.ts';
import type { Secret } from '../util/secret.ts';
import type { RunningRecorder } from './run-recorder.ts';

const MEDIA = ['getLiveMjpeg', 'getLiveMp4', 'getSnapshot'] as const;

/** Lines with addresses of the camera `demo`; their token is good for five minutes, what was opened with it goes on. */
export async function demoAddresses({ url, accounts }: Pick<RunningRecorder, 'url' | 'accounts'>, password: Secret): Promise<readonly string[]> {
  const { accessToken } = await accounts.login({ name: 'admin', password: password.reveal() }, THIS_MACHINE);
  const admin = await accounts.identify(accessToken, THIS_MACHINE);
  const { token } = await accounts.mediaToken(admin, { cameraId: 'demo', operations: MEDIA });
  const camera = `${url}/api/v1/cameras/demo`;
  return [
    `  health     ${url}/api/v1/health`,
    `  API        ${url}/api/v1/openapi.json`,
    `  live       ${camera}/live.mjpeg?token=${token}`,
    `  snapshot   ${camera}/snapshot.jpg?token=${token}`,
    '             (open these two within five minutes; with a login there is no end to it)',
    `  cameras    curl -s -H "Authorization: Bearer $(curl -s ${url}/api/v1/auth/login -H 'Content-Type: application/json' -d '{"name":"admin","password":"${password.reveal()}"}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')" ${url}/api/v1/cameras`,
  ];
}
