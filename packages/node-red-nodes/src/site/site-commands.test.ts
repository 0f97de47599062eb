// What a command does that waits for its recorder to be known.
import { SiteBoard } from './site-board.ts';
import { type CommandContext, SiteCommands } from './site-commands.ts';

it('is not sent later than somebody wanted to know what came of it', async () => {
  const board = new SiteBoard();
  for (const [topic, text] of Object.entries({ 'server/rec1/info': '{}', 'server/rec1/state': 'online', 'camera/porch/info': '{"server":"rec1"}' }))
    board.take(topic, { payload: Buffer.from(text) });
  const published: string[] = [];
  const lookLong = async <T>(look: () => T): Promise<T> => {
    const endMs = performance.now() + 12;
    while (performance.now() < endMs) await new Promise(setImmediate);
    return look();
  };
  const commands = new SiteCommands({
    base: 'nightjar',
    answerTopic: 'nightjar/answers/me/result',
    board,
    link: { speaksMqtt5: true, publish: async (topic: string) => void published.push(topic) },
    refused: new Set(),
    known: lookLong,
    listen: () => undefined,
  } as unknown as CommandContext);
  const late = 'it was not known within 0.01 s whether the recorder is there, so it was not sent';
  await expect(commands.command('porch', 'trigger', {}, { timeoutMs: 10 })).rejects.toThrow(late);
  await expect(commands.set('porch', 'armed', 'ON', { timeoutMs: 10 })).rejects.toThrow(late);
  await expect(commands.setServer('rec1', 'armed', 'ON', { timeoutMs: 10 })).rejects.toThrow(late);
  expect(published).toEqual([]);
  await expect(commands.command('porch', 'trigger', {}, { timeoutMs: 200 })).rejects.toThrow(/^the recorder did not answer within 0\.2 s/);
  expect(published).toEqual(['nightjar/camera/porch/cmd/trigger']);
});
