import { CorollaryError } from '../errors.js';
import { multipliesInt8Fast } from './int8-processor.js';
import { folderOf, missingFiles } from './model-files.js';
import { type FamilyEntry, type OnnxModelEntry, onnxEntryOf, type RegistryEntry } from './registry.js';

/**
 * The member of the family for this machine: the one in the precision that its processor is good at, but one that is
 * installed before one that is not.
 * @throws CorollaryError START_FAILED when the registry has no such ONNX model
 */
export async function chosenOf(
  family: FamilyEntry,
  registry: ReadonlyMap<string, RegistryEntry>,
  modelsDirectory: string | undefined,
): Promise<OnnxModelEntry> {
  const { int8, fp32 } = family;
  const inOrder = (multipliesInt8Fast() ? [int8, fp32] : [fp32, int8]).map((name) => {
    try {
      return onnxEntryOf(registry, name);
    } catch (cause) {
      const { message } = cause as Error;
      const details = { model: family.name };
      throw new CorollaryError('START_FAILED', `The model ${family.name}: ${message}.`, details, { cause });
    }
  });
  for (const entry of inOrder) {
    if ((await missingFiles(entry, folderOf(entry, modelsDirectory))).length === 0) return entry;
  }
  return inOrder[0]!;
}
