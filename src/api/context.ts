import type { Application } from '../application.js';
import { Loaders } from './loaders.js';

/** What every resolver of one request shares. */
export interface Context {
  readonly application: Application;
  readonly loaders: Loaders;
  /** Fires when the client goes away, or has its reply: whatever is still computed for it is of no use. */
  readonly signal: AbortSignal;
}

export function createContext(application: Application, signal: AbortSignal): Context {
  return { application, signal, loaders: new Loaders(application, signal) };
}
