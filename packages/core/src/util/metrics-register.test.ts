import { type MetricFamily, MetricsRegister } from './metrics-register.ts';

const requests: MetricFamily = { name: 'requests_total', help: 'Requests.', type: 'counter', labels: ['operation', 'status'] };
const seconds: MetricFamily = { name: 'seconds', help: 'Seconds.', type: 'histogram', labels: [], buckets: [0.1, 1] };
const level: MetricFamily = { name: 'level', help: 'Level.', type: 'gauge', labels: ['tank'] };

describe('MetricsRegister', () => {
  it('gives what was counted and what is read, family by family', async () => {
    const register = new MetricsRegister();
    const counter = register.counter(requests);
    const histogram = register.histogram(seconds);
    let full = 3;
    register.collect((emit) => emit(level, full, 'north'));
    register.collect(async (emit) => emit(level, 7, 'south'));
    counter.add(1, 'get', '200');
    counter.add(2, 'get', '200');
    counter.add(1, 'get', '404');
    for (const value of [0.05, 0.1, 0.5, 7]) histogram.observe(value);
    full = 4;
    expect(await register.read()).toEqual([
      {
        family: requests,
        readings: [
          { labels: ['get', '200'], value: 3 },
          { labels: ['get', '404'], value: 1 },
        ],
      },
      { family: seconds, readings: [{ labels: [], value: { counts: [2, 1, 1], sum: 7.65 } }] },
      {
        family: level,
        readings: [
          { labels: ['north'], value: 4 },
          { labels: ['south'], value: 7 },
        ],
      },
    ]);
  });

  it('says nothing of what was never counted', async () => {
    const register = new MetricsRegister();
    register.counter(requests);
    register.histogram(seconds);
    expect(await register.read()).toEqual([]);
  });

  it('leaves out what cannot be read, and nothing else', async () => {
    const register = new MetricsRegister();
    register.collect(() => {
      throw new Error('no /proc');
    });
    register.collect(() => Promise.reject(new Error('no disk')));
    register.collect((emit) => emit(level, 1, 'north'));
    expect((await register.read()).map(({ family }) => family.name)).toEqual(['level']);
  });

  it('does not grow without end: what is beyond a thousand combinations counts under "other"', async () => {
    const register = new MetricsRegister();
    const counter = register.counter(requests);
    for (let index = 0; index < 1500; index++) counter.add(1, `operation ${index}`, '200');
    const [figures] = await register.read();
    expect(figures?.readings).toHaveLength(1001);
    expect(figures?.readings.at(-1)).toEqual({ labels: ['other', 'other'], value: 500 });
  });

  it('wants every label', () => {
    expect(() => new MetricsRegister().counter(requests).add(1, 'get')).toThrow('2 labels are expected, got 1');
  });
});
