// Addresses to listen on.

/** Whether only this machine reaches the address. */
export const isLoopback = (host: string): boolean => /^(localhost|::1|\[::1\]|127(\.[0-9]{1,3}){3})$/i.test(host);

/** `HOST:PORT` or `[HOST]:PORT`, of the right form. */
export function splitAddress(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(colon + 1)) };
}
