import { startApplication } from '../dist/application.js';
import { readConfig } from '../dist/config.js';
import { openLog } from '../dist/log.js';

// One more server over DATABASE_URL, which works on the jobs that there are until it is told to stop.
const config = readConfig(process.env);
const application = await startApplication(config, openLog(config.logLevel));
process.once('SIGTERM', () => void application.stop());
process.stdout.write('started\n');
