// The second net for secrets in log lines: whatever looks like a password in a URL is taken out.

const RULES: readonly (readonly [RegExp, string])[] = [
  // The user part of a URL; up to the last @ before the path, since passwords may hold one.
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s"/?#]*@/gi, '$1***@'],
  // The same without a scheme.
  [/(^|[\s"'(=])[\w.%+-]+:[^\s"/@:]+@(?=[\w[])/g, '$1***@'],
  [/(?<![a-z])(pass(?:word|wd|phrase)?|pwd|token|secret|api_?key|auth)=[^&\s"\\]+/gi, '$1=***'],
];

/** The text without passwords, as far as they can be recognised. */
export const redactText = (text: string): string => RULES.reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), text);
