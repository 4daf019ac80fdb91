import { createInterface } from 'node:readline';
import { lockDirectory } from '../../dist/database/directory-lock.js';

// A process that takes and gives back the lock of the directory in its first argument, told so line by line.
const [directory] = process.argv.slice(2);
let lock;

const commands = {
  async lock() {
    try {
      lock = await lockDirectory(directory);
      return 'held';
    } catch (error) {
      return `${error.code} ${error.message}`;
    }
  },
  async stop() {
    await lock.stop();
    return 'stopped';
  },
  async announce() {
    lock.announce(`http://127.0.0.1:${process.pid}`);
    return 'announced';
  },
  /** Keeps the event loop busy, as a long computation does. */
  async freeze() {
    setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000));
    return 'freezing';
  },
};

for await (const command of createInterface({ input: process.stdin })) console.log(await commands[command]());
