// Who listens to what.
import { type SiteMessage, SubscriptionBook } from './subscription-book.ts';

const message = (topic: string, text: string, retained = false): SiteMessage => ({ topic, payload: Buffer.from(text), retained });

describe('a book of subscriptions', () => {
  const unused: string[] = [];
  const faults: unknown[] = [];
  const heard: string[] = [];
  const listen = ({ payload, retained }: SiteMessage): void => void heard.push(`${payload}${retained ? ' kept' : ''}`);
  let book: SubscriptionBook;
  beforeEach(() => {
    for (const list of [unused, faults, heard]) list.length = 0;
    book = new SubscriptionBook({ onUnused: (filters) => void unused.push(...filters), onFault: (error) => void faults.push(error) });
  });
  afterEach(() => book.clear());

  it('hands a message to everybody it is for, also where one fails', () => {
    const fault = new Error('broken');
    book.add('one', 'a/+', () => {
      throw fault;
    });
    book.add('two', 'a/b', listen);
    book.add('three', 'c', listen);
    expect(book.deliver(message('a/b', 'x'))).toBeUndefined();
    expect(heard).toEqual(['x']);
    expect(faults).toEqual([fault]);
  });

  it('holds what comes for one that is deployed anew', async () => {
    book.add('one', 'a', listen);
    book.leave('one', false);
    const taken = book.deliver(message('a', 'x'));
    expect(heard).toEqual([]);
    book.add('one', 'a', listen);
    await taken;
    expect(heard).toEqual(['x']);
  });

  it('waits for nobody who is gone for good', () => {
    book.add('one', 'a', listen);
    book.leave('one', true);
    expect(unused).toEqual(['a']);
    expect(book.deliver(message('a', 'x'))).toBeUndefined();
  });

  it('hands on nothing while flows are deployed', async () => {
    book.add('one', 'a', listen);
    book.hold();
    const taken = book.deliver(message('a', 'x'));
    await Promise.resolve();
    expect(heard).toEqual([]);
    book.go();
    await taken;
    expect(heard).toEqual(['x']);
  });

  it('puts right what a broker had kept and sends after what was published meanwhile', () => {
    book.add('one', 'a', listen);
    book.begin();
    void book.deliver(message('a', 'old'));
    book.settled();
    void book.deliver(message('a', 'OFF', true));
    void book.deliver(message('a', 'ON'));
    void book.deliver(message('a', 'OFF', true));
    expect(heard).toEqual(['old', 'OFF kept', 'ON', 'ON kept']);
  });

  it('keeps of a state what it is, and nothing of what came with it', () => {
    const came = Buffer.from('ON, and a picture');
    book.add('one', 'a', listen);
    book.settled();
    void book.deliver({ topic: 'a', payload: came.subarray(0, 2), retained: false });
    came.fill('x');
    void book.deliver(message('a', 'OFF', true));
    expect(heard).toEqual(['ON', 'ON kept']);
  });

  it('keeps no state of a topic as long as no house has', () => {
    book.add('one', '#', listen);
    book.settled();
    void book.deliver(message('a'.repeat(1000), 'ON'));
    void book.deliver(message('a'.repeat(1000), 'OFF', true));
    expect(heard).toEqual(['ON', 'OFF kept']);
  });
});
