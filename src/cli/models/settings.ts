import { type Config, readConfig } from '../../config.js';
import { openRegistered, type RegistryView } from '../../embedding/tending/registered.js';
import type { Terminal } from '../command.js';

/** What every action on models begins with. @throws CorollaryError START_FAILED for a wrong setting or registry */
export async function settingsOf(terminal: Terminal): Promise<{ config: Config; registry: RegistryView }> {
  const config = readConfig(terminal.environment);
  return { config, registry: await openRegistered(config.modelsDirectory) };
}
