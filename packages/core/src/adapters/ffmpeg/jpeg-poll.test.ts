// Users and passwords of picture URLs travel in a header.
import { basicRequest } from './jpeg-poll.ts';

describe('a request for a picture', () => {
  it('carries user and password in a header, whatever characters they have', () => {
    const password = "p@:/'%#";
    const { url, headers } = basicRequest(`http://viewer:${encodeURIComponent(password)}@192.0.2.1:8080/snap.jpg?size=1`);
    expect(url).toBe('http://192.0.2.1:8080/snap.jpg?size=1');
    expect(Buffer.from(headers['authorization']?.slice('Basic '.length) ?? '', 'base64').toString()).toBe(`viewer:${password}`);
  });

  it('has no such header where the URL names nobody', () => {
    expect(basicRequest('https://192.0.2.1/snap.jpg')).toEqual({ url: 'https://192.0.2.1/snap.jpg', headers: {} });
  });
});
