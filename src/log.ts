import { destination, type Logger, pino } from 'pino';
import type { LogLevel } from './config.js';

export type Log = Logger;

/** JSON lines on standard error, so that standard output stays what a command prints. */
export function openLog(level: LogLevel): Log {
  return pino(
    { level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` },
    destination({ fd: 2, sync: true }),
  );
}
