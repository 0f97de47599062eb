import { FakeClock, sampleEvent } from '@nightjar/testkit';
import type { EventCause } from '../../model/event.ts';
import { METRICS } from '../../model/metric-list.ts';
import { wallMs } from '../../model/time.ts';
import { Histogram } from '../../util/metrics-register.ts';
import { EventTimings } from './event-timings.ts';

function make() {
  const clock = new FakeClock();
  const latency = new Histogram(METRICS.eventLatency);
  const timings = new EventTimings(clock, latency);
  const sums = () => Object.fromEntries(latency.read().map(({ labels, value }) => [labels[0], typeof value === 'number' ? value : value.sum]));
  return { clock, timings, sums };
}

const event = (kind: 'motion' | 'trigger') => {
  const cause: EventCause = kind === 'motion' ? { kind, zones: [] } : { kind, source: 'bell' };
  return sampleEvent(1, { causes: [cause] });
};

describe('EventTimings', () => {
  it('measures every stage of an event that motion opens', async () => {
    const { clock, timings, sums } = make();
    timings.alarm(wallMs(clock.wall() - 200));
    await clock.advance(100);
    timings.placed(event('motion'));
    await clock.advance(400);
    timings.published('event.opened', event('motion'));
    await clock.advance(60_000);
    timings.published('event.updated', event('motion'));
    timings.published('event.closed', event('motion'));
    await clock.advance(800);
    timings.published('event.ready', event('motion'));
    timings.released(1);
    expect(sums()).toEqual({ placed_to_stored: 0.4, alarm_to_opened: 0.5, captured_to_announced: 0.7, closed_to_ready: 0.8 });
  });

  it('takes no alarm for the cause of an event that was opened for something else, or long after', async () => {
    const { clock, timings, sums } = make();
    timings.alarm(clock.wall());
    timings.published('event.opened', event('trigger'));
    timings.alarm(clock.wall());
    timings.alarm(undefined);
    await clock.advance(60_000);
    timings.published('event.opened', event('motion'));
    timings.published('event.ready', event('motion'));
    expect(sums()).toEqual({});
  });
});
