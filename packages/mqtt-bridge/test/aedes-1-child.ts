// An aedes of the 1.x line, which speaks no MQTT 5, in a process of its own. Its port and users come over IPC.
import { createServer } from 'node:net';
import { Aedes } from 'aedes-1';

process.once('message', async ({ port, users }: { readonly port: number; readonly users: Readonly<Record<string, string>> }) => {
  const broker = await Aedes.createBroker({
    concurrency: 1000,
    drainTimeout: 5000,
    authenticate: (_client, name, password, done) => {
      const isRight = name !== undefined && users[name] === password?.toString();
      done(isRight ? null : Object.assign(new Error('bad user name or password'), { returnCode: 4 }), isRight);
    },
  });
  createServer((socket) => void broker.handle(socket)).listen(port, '127.0.0.1');
});
process.once('disconnect', () => process.exit(0));
