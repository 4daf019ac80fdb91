import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import type { OnnxModelEntry } from '../../registry.js';
import { type Check, checked } from './check.js';

/** The graph's inputs and outputs are those of the registry. Loads it once, as it is. */
export async function* graphChecks(entry: OnnxModelEntry, folder: string): AsyncGenerator<Check> {
  let session: InferenceSession | undefined;
  yield await checked('graph loads', async () => {
    session = await InferenceSession.create(join(folder, entry.files.model.path), {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'disabled',
      logSeverityLevel: 3,
    });
    return `${session.inputNames.length} inputs, ${session.outputNames.length} outputs`;
  });
  if (session === undefined) return;
  const { inputNames, outputMetadata } = session;
  yield await checked('graph inputs', async () => inputsOf(entry, inputNames));
  yield await checked('graph outputs', async () => outputsOf(entry, outputMetadata));
  await session.release();
}

function inputsOf({ graph: { inputs } }: OnnxModelEntry, names: readonly string[]): string {
  const { emptyCache, ...named } = inputs;
  const given = Object.values(named).filter((name) => name !== undefined);
  const absent = given.filter((name) => !names.includes(name));
  const unfed = names.filter(
    (name) => !given.includes(name) && !(emptyCache !== undefined && name.startsWith(emptyCache)),
  );
  if (absent.length > 0) throw new Error(`it has no ${absent.join(', ')}, but ${names.join(', ')}`);
  if (unfed.length > 0)
    throw new Error(`it also wants ${unfed.join(', ')}, which the registry does not name`);
  return given.join(', ');
}

function outputsOf(
  { graph, heads, dimensions }: OnnxModelEntry,
  outputs: readonly InferenceSession.ValueMetadata[],
): string {
  const wanted = [
    { name: graph.output, rank: graph.outputKind === 'tokens' ? 3 : 2, width: dimensions },
    ...[heads.sparse, heads.tokens].flatMap((head) =>
      head !== undefined && 'output' in head ? [{ name: head.output, rank: 3, width: undefined }] : [],
    ),
  ];
  for (const { name, rank, width } of wanted) {
    const found = outputs.find((output) => output.name === name);
    if (found === undefined)
      throw new Error(`it has no ${name}, but ${outputs.map((output) => output.name).join(', ')}`);
    if (!found.isTensor || found.type !== 'float32')
      throw new Error(`${name} is ${found.isTensor ? found.type : 'no tensor'}, not float32`);
    // Exporters may leave a shape out, or name its last dimension.
    const last = found.shape.at(-1);
    const isOfRank = found.shape.length === 0 || found.shape.length === rank;
    const isOfWidth = width === undefined || typeof last !== 'number' || last === width || last < 0;
    if (!isOfRank || !isOfWidth)
      throw new Error(
        `${name} is [${found.shape.join(', ')}], not ${rank} dimensions${width === undefined ? '' : ` that end in ${width}`}`,
      );
  }
  return wanted.map(({ name }) => name).join(', ');
}
