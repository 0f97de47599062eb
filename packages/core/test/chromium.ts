// The browser of tests, and how it is started so that it asks nobody anything.

/** Where the program is; without it nothing of this can be run. */
export const CHROMIUM = '/usr/bin/chromium';

/** For Playwright; a new profile each time is its own business. */
export const CHROMIUM_ARGUMENTS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
