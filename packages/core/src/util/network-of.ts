// What one person has to send from: an IPv4 address, or the first half of an IPv6 address, whose other half is free to choose.

/** `192.0.2.7` of `::ffff:192.0.2.7`, `2001:db8:0:1::/64` of `2001:db8:0:1::5`; what is no address stays as it is. */
export function networkOf(address: string): string {
  const [plain = ''] = address.toLowerCase().split('%');
  const [, mapped] = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(plain) ?? [];
  if (mapped !== undefined) return mapped;
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*$/.test(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const words = (part: string): readonly string[] => (part === '' ? [] : part.split(':'));
  const missing = 8 - words(head).length - words(tail ?? '').length;
  const all = tail === undefined ? words(head) : [...words(head), ...Array<string>(Math.max(0, missing)).fill('0'), ...words(tail)];
  return `${all
    .slice(0, 4)
    .map((word) => word.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

/** Whether it is an IP address, or a network in CIDR notation. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const isIpv4 = /^\d{1,3}(\.\d{1,3}){3}$/.test(address);
  const isAddress = isIpv4 ? address.split('.').every((part) => Number(part) <= 255) : address.includes(':') && URL.canParse(`http://[${address}]`);
  return isAddress && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isIpv4 ? 32 : 128)));
}
