import { CorollaryError } from '../../errors.js';
import { nearNames } from '../../near-names.js';
import { chosenOf } from '../family.js';
import { type ModelEntry, type OnnxModelEntry, type RegistryEntry, readRegistry } from '../registry.js';

export interface RegistryView {
  readonly entries: ReadonlyMap<string, RegistryEntry>;
  /** The model of that name, or the one that its family has for this machine. @throws CorollaryError MODEL_NOT_FOUND */
  model(name: string): Promise<ModelEntry>;
  /** @throws CorollaryError MODEL_NOT_FOUND also for one that runs elsewhere, and so has no files */
  onnxModel(name: string): Promise<OnnxModelEntry>;
}

/** @throws CorollaryError START_FAILED for a registry that cannot be read */
export async function openRegistered(modelsDirectory: string | undefined): Promise<RegistryView> {
  const entries = await readRegistry(modelsDirectory);
  const model = async (name: string): Promise<ModelEntry> => {
    const entry = entries.get(name);
    if (entry?.runtime === 'family') return chosenOf(entry, entries, modelsDirectory);
    if (entry !== undefined) return entry;
    const near = nearNames(name, entries.keys());
    const meant = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : '';
    throw new CorollaryError(
      'MODEL_NOT_FOUND',
      `There is no model ${JSON.stringify(name)}.${meant} \`npx corollary models list\` shows all.`,
      { model: name, near },
    );
  };
  return {
    entries,
    model,
    async onnxModel(name) {
      const entry = await model(name);
      if (entry.runtime === 'onnx') return entry;
      throw new CorollaryError(
        'MODEL_NOT_FOUND',
        `${name} runs at an endpoint (${entry.endpoint.protocol}): it has no files here.`,
        { model: name },
      );
    },
  };
}
