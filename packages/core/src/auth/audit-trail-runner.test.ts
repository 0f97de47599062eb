// Strangers can fill neither the disk nor the log.
import { FakeClock, MemoryAuditLog, RecordingLogger, settle } from '@nightjar/testkit';
import { RecorderError } from '../errors/recorder-error.ts';
import { AUDIT_LIMITS, AuditTrail, REPEAT_MS } from './audit-trail-runner.ts';
import { BusyDatabaseRunner } from './busy-database-runner.ts';
import { NETWORK_BURST, REFUSAL_BURST, RefusalAllowance } from './refusal-allowance.ts';

function trail() {
  const [clock, log, audit] = [new FakeClock(), new RecordingLogger(), new MemoryAuditLog()];
  const made = new AuditTrail({ audit, clock, log, database: new BusyDatabaseRunner(clock) });
  const refuse = (detail: string, address = '192.0.2.7') => made.record({ kind: 'token-refused', name: null, address, detail });
  const rows = async () => {
    await settle();
    return audit.entries.map(({ detail, count }) => `${detail} x${count}`);
  };
  return { clock, log, audit, made, refuse, rows };
}

describe('the audit trail', () => {
  it('writes a refusal at once, and how often it was repeated when a minute is over', async () => {
    const { clock, refuse, rows, log } = trail();
    for (let count = 0; count < 500; count += 1) refuse('expired');
    refuse('expired', '198.51.100.4');
    expect(await rows()).toEqual(['expired x1', 'expired x1']);
    await clock.advance(REPEAT_MS);
    expect(await rows()).toEqual(['expired x499', 'expired x1', 'expired x1']);
    await clock.advance(3 * REPEAT_MS);
    refuse('expired');
    expect((await rows())[0]).toBe('expired x1');
    expect(log.find('token-refused: expired', 'warn')).toHaveLength(4);
  });

  it('counts together what comes in too many kinds', async () => {
    const { clock, refuse, rows, log, audit } = trail();
    for (let count = 0; count < 20_000; count += 1) refuse('expired', `10.0.${count >> 8}.${count & 255}`);
    expect(await rows()).toHaveLength(REFUSAL_BURST);
    await clock.advance(REPEAT_MS);
    expect((await rows())[0]).toBe(`more refusals than are written one by one x${20_000 - REFUSAL_BURST}`);
    expect(log.lines).toHaveLength(REFUSAL_BURST + 1);
    for (let hour = 0; hour < 20; hour += 1) {
      for (let count = 0; count < 5000; count += 1) refuse('expired', `10.${hour}.${count >> 8}.${count & 255}`);
      await clock.advance(3_600_000);
    }
    expect(audit.entries.length).toBeLessThan(21 * (REFUSAL_BURST + 1 + 30));
  });

  it('leaves room for other kinds of refusals, and for failed logins of accounts', async () => {
    const { made, refuse, rows } = trail();
    const fail = (name: string | null, address: string) =>
      made.record({ kind: 'login-failed', name, address, detail: name === null ? 'unknown name' : 'wrong password' });
    for (let count = 0; count < 1000; count += 1) {
      refuse('expired', `10.0.${count >> 8}.${count & 255}`);
      fail(null, `10.0.${count >> 8}.${count & 255}`);
    }
    expect(await rows()).toHaveLength(2 * REFUSAL_BURST);
    fail('kim', '203.0.113.9');
    made.record({ kind: 'not-allowed', name: 'bob', address: '203.0.113.9', detail: 'deleteEvent: no' });
    expect((await rows()).slice(0, 2)).toEqual(['deleteEvent: no x1', 'wrong password x1']);
  });

  it('lets one network, whatever its addresses, use up what is there for none of the others', async () => {
    const { clock, refuse, rows } = trail();
    for (let count = 0; count < 1000; count += 1) refuse(`reason ${count}`, `2001:db8::${count.toString(16)}`);
    expect(await rows()).toHaveLength(NETWORK_BURST);
    refuse('expired', '203.0.113.9');
    expect(await rows()).toHaveLength(NETWORK_BURST + 1);
    await clock.advance(REPEAT_MS);
    expect((await rows())[0]).toBe(`more refusals than are written one by one x${1000 - NETWORK_BURST}`);
  });

  it('says of which account failed logins were left out', async () => {
    const { clock, made, audit } = trail();
    for (let count = 0; count < 500; count += 1)
      made.record({ kind: 'login-failed', name: count % 5 === 0 ? 'kim' : 'bob', address: `10.0.${count >> 8}.${count & 255}`, detail: 'wrong password' });
    await clock.advance(REPEAT_MS);
    const leftOut = audit.entries.filter(({ address }) => address === 'many').map(({ kind, name, count }) => [kind, name, count]);
    expect(leftOut).toEqual([
      ['login-failed', 'bob', 320],
      ['login-failed', 'kim', 80],
    ]);
  });

  it('takes for the same what differs only in words of who was refused', async () => {
    const { clock, made, rows } = trail();
    for (let count = 0; count < 50; count += 1)
      made.record({ kind: 'not-allowed', name: 'bob', address: 'x', detail: `getSnapshot: bob may not use camera c${count}`, topic: 'getSnapshot' });
    await clock.advance(REPEAT_MS);
    expect(await rows()).toEqual(['getSnapshot: bob may not use camera c0 x49', 'getSnapshot: bob may not use camera c0 x1']);
  });

  it('remembers a bounded number of networks', () => {
    const allowance = new RefusalAllowance();
    let most = 0;
    for (let second = 0; second < 3600; second += 1) {
      for (let each = 0; each < 10; each += 1) allowance.take(`${second}/${each}`, second * 1000);
      if (second % 60 === 0) allowance.tidy(second * 1000);
      most = Math.max(most, allowance.size);
    }
    expect(most).toBeLessThan(3 * REFUSAL_BURST);
  });

  it('never leaves out what is no refusal', async () => {
    const { made, refuse, rows, audit } = trail();
    for (let count = 0; count < 1000; count += 1) refuse('expired', `10.0.${count >> 8}.${count & 255}`);
    made.record({ kind: 'login', name: 'bob', address: 'x', detail: 'login 1' });
    made.record({ kind: 'login', name: 'bob', address: 'x', detail: 'login 1' });
    expect((await rows()).slice(0, 2)).toEqual(['login 1 x1', 'login 1 x1']);
    expect(audit.entries[0]?.name).toBe('bob');
  });

  it('keeps a bounded number of rows', async () => {
    const { clock, made, audit } = trail();
    for (let count = 0; count < AUDIT_LIMITS.others + 600; count += 1) {
      made.record({ kind: 'login', name: 'bob', address: 'x', detail: `login ${count}` });
      if (count % 500 === 0) await made.list(1);
    }
    await clock.advance(3_600_000);
    expect(audit.entries).toHaveLength(AUDIT_LIMITS.others);
    expect(audit.entries[0]?.detail).toBe(`login ${AUDIT_LIMITS.others + 599}`);
    await clock.advance(0);
    clock.jumpWall((AUDIT_LIMITS.days + 1) * 86_400_000);
    await clock.advance(3_600_000);
    expect(audit.entries).toEqual([]);
  });

  it('writes one short line whatever it is given', async () => {
    const { refuse, audit, made } = trail();
    refuse(`a\nb\u001b[31m${'x'.repeat(1000)}`);
    await made.list(1);
    expect(audit.entries[0]?.detail).toMatch(/^a b \[31mx+$/);
    expect(audit.entries[0]?.detail).toHaveLength(200);
  });

  it('waits for a busy database, says when it gave up, and ends quickly all the same', async () => {
    const { clock, refuse, rows, log, audit, made } = trail();
    audit.failure = new RecorderError('DATABASE_BUSY', 'locked');
    refuse('one');
    await clock.advance(1000);
    audit.failure = undefined;
    await clock.advance(200);
    expect(await rows()).toEqual(['one x1']);
    audit.failure = new RecorderError('DATABASE_BUSY', 'locked');
    refuse('two');
    await clock.advance(5000);
    log.expectLine('the audit log could not be written', 'warn');
    for (let count = 0; count < 50; count += 1) refuse(`more ${count}`);
    const closed = made.close();
    await clock.advance(2100);
    await closed;
    expect(clock.pendingTimers).toBe(0);
  });

  it('shows everything to who reads it, also within the minute', async () => {
    const { refuse, made } = trail();
    for (let count = 0; count < 3; count += 1) refuse('expired');
    expect((await made.list(10)).map(({ count }) => count)).toEqual([2, 1]);
    expect(await made.list(10)).toHaveLength(2);
  });

  it('writes the last counts at the end', async () => {
    const { refuse, made, audit } = trail();
    for (let count = 0; count < 9; count += 1) refuse('expired');
    await made.close();
    expect(audit.entries.map(({ count }) => count)).toEqual([8, 1]);
  });
});
