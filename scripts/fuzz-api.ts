// Fuzzes a running recorder over its own OpenAPI description:
// `node --conditions=source scripts/fuzz-api.ts URL USER [COUNT] [SEED]`, with the password on standard input. Fails when anything was
// answered with 5xx or not at all. It changes and deletes what it finds: only for recorders that are made for it.
import { readFileSync } from 'node:fs';
import { type FuzzOptions, fuzzApi } from '../packages/testkit/src/index.ts';

const [url = 'http://127.0.0.1:8420', user = 'admin', count = '10000', seed = '1'] = process.argv.slice(2);
const password = readFileSync(0, 'utf8').trim();

async function logIn(): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/v1/auth/login`, { method: 'POST', headers, body: JSON.stringify({ name: user, password }) });
  if (response.status === 429) {
    // Wrong passwords of the fuzzer itself hold its logins back too.
    await new Promise((resolve) => setTimeout(resolve, Number(response.headers.get('retry-after') ?? 1) * 1000));
    return logIn();
  }
  if (!response.ok) throw new Error(`the login was refused: ${await response.text()}`);
  return ((await response.json()) as { readonly accessToken: string }).accessToken;
}

const description = (await (await fetch(`${url}/api/v1/openapi.json`)).json()) as FuzzOptions['description'];
const beganMs = performance.now();
const { statuses, failures } = await fuzzApi({
  url,
  description,
  seed: Number(seed),
  count: Number(count),
  token: logIn,
  // Whoever changes the password of the account that is used is locked out.
  without: ['changePassword', 'updateUser', 'deleteUser'],
  progress: (done) => {
    if (done % 1000 === 0) console.log(`${done} requests, ${Math.round(performance.now() - beganMs)} ms`);
  },
});
console.log(JSON.stringify(statuses));
for (const failure of failures.slice(0, 20)) console.log(JSON.stringify({ ...failure, body: failure.body.slice(0, 300) }));
console.log(`${failures.length} of ${count} requests were answered with a failure`);
process.exitCode = failures.length === 0 ? 0 : 1;
