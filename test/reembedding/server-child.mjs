import { createInterface } from 'node:readline';
import { startApplication } from '../../dist/application.js';
import { readConfig } from '../../dist/config.js';
import { openLog } from '../../dist/log.js';

// A server without its HTTP door: calls methods of the application as it is told, line by line.
const config = readConfig(process.env);
const application = await startApplication(config, openLog(config.logLevel));
const plain = (_, value) => (typeof value === 'bigint' ? Number(value) : value);
const answer = (message) => process.stdout.write(`${JSON.stringify(message, plain)}\n`);

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, path, args } = JSON.parse(line);
  try {
    const names = path.split('.');
    const method = names.pop();
    const owner = names.reduce((object, name) => object[name], application);
    answer({ id, result: (await owner[method](...args)) ?? null });
  } catch (error) {
    answer({ id, error: `${error.code} ${error.message}` });
  }
});
answer({ id: 0, result: 'started' });
