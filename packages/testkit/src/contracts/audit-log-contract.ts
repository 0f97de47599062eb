// What every `AuditLog` does.

import type { AuditLog } from '@nightjar/core';
import { wallMs } from '@nightjar/core';
import { sampleAuditFact } from '../fakes/sample-account.ts';
import type { StoreUnderTest } from './ledger-contracts.ts';

/** Declares the suite; call it inside a test file. */
export function describeAuditLog(name: string, open: () => Promise<StoreUnderTest<AuditLog>>): void {
  describe(`${name} keeps the audit log contract`, () => {
    let store: AuditLog;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ store, close } = await open());
    });
    afterEach(() => close());

    const details = async (): Promise<readonly string[]> => (await store.list(100)).map(({ detail }) => detail);

    it('lists what was added, newest first, page by page', async () => {
      const facts = [
        sampleAuditFact({ detail: 'a' }),
        sampleAuditFact({ detail: 'b', kind: 'token-refused', name: null, count: 7 }),
        sampleAuditFact({ detail: "c'); drop table audit;--", atMs: wallMs(5) }),
      ];
      for (const fact of facts) await store.add(fact);
      const all = await store.list(10);
      expect(all.map(({ id, ...fact }) => fact)).toEqual([...facts].reverse());
      expect(await store.list(2)).toEqual(all.slice(0, 2));
      expect(await store.list(10, all[1]?.id)).toEqual(all.slice(2));
      expect(await store.list(0)).toEqual([]);
    });

    it('keeps failed logins of accounts however many other refusals there are', async () => {
      await store.add(sampleAuditFact({ detail: 'guessed', kind: 'login-failed', name: 'bob' }));
      for (const kind of ['token-refused', 'not-allowed', 'login-failed'] as const)
        for (let index = 0; index < 3; index += 1)
          await store.add(sampleAuditFact({ detail: `${kind} ${index}`, kind, name: kind === 'not-allowed' ? 'bob' : null }));
      expect(await store.prune({ since: wallMs(0), refusals: 2, others: 1 })).toBe(7);
      expect(await details()).toEqual(['login-failed 2', 'login-failed 1', 'guessed']);
    });

    it('forgets the old ones and the surplus of each sort, so that refusals push out nothing else', async () => {
      for (let index = 0; index < 5; index += 1) {
        await store.add(sampleAuditFact({ detail: `login ${index}`, atMs: wallMs(index) }));
        await store.add(sampleAuditFact({ detail: `refusal ${index}`, atMs: wallMs(index), kind: 'login-failed' }));
      }
      expect(await store.prune({ since: wallMs(1), refusals: 2, others: 100 })).toBe(4);
      expect(await details()).toEqual(['refusal 4', 'login 4', 'refusal 3', 'login 3', 'login 2', 'login 1']);
      expect(await store.prune({ since: wallMs(1), refusals: 2, others: 1 })).toBe(3);
      expect(await details()).toEqual(['refusal 4', 'login 4', 'refusal 3']);
      await store.add(sampleAuditFact({ detail: 'new' }));
      expect((await store.list(1))[0]?.id).toBeGreaterThan((await store.list(2))[1]?.id ?? Number.POSITIVE_INFINITY);
    });
  });
}
