import { describeConnectionError, describeDisconnect, describeRefusal } from './connection-problem.ts';

describe('what a broker says', () => {
  it.each([
    [undefined, undefined],
    [0, undefined],
    [139, 'The broker is shutting down'],
    [149, 'The broker was sent a packet that is larger than it takes'],
    [200, 'The broker closed the connection (code 200)'],
  ])('at the end with the code %s is: %s', (code, text) => {
    expect(describeDisconnect(code)?.text).toBe(text);
  });

  it.each([
    [135, 'does not let this user publish'],
    [151, 'refused a message (code 151)'],
  ])('to a message with the code %s is: %s', (code, text) => {
    expect(describeRefusal(code)).toBe(text);
  });

  it('is told by codes alone, so that no text of others gets into the log', () => {
    expect(describeConnectionError(new Error('user recorder, password hunter2')).text).toBe('The connection failed');
    expect(describeConnectionError(new Error('Keepalive timeout')).text).toBe('The broker does not answer any more');
    expect(describeConnectionError(new Error('Invalid puback reason code'))).toMatchObject({ isOverSize: true });
  });
});
