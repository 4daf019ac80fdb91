import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { env, type InferenceSession } from 'onnxruntime-node';
import type { ModelSettings } from './worker-messages.js';

/** The optimised form of a graph on disk, or where it would lie. */
export interface OptimisedGraph {
  readonly path: string;
  readonly isThere: boolean;
  /** Options that use it. */
  readonly use: InferenceSession.SessionOptions;
}

const graphName = 'model.onnx';
const OLD_MS = 30 * 24 * 60 * 60 * 1_000;
/** Free space wanted beside the weights: prepacked ones take up to half as much again. */
const spaceFactor = 2;

/**
 * Where the optimised form of the settings' graph is kept: in a folder named after the file, the runtime's version and the
 * processor, since all of them shape it. Undefined where nothing is to be kept, or there is no room for it.
 */
export async function optimisedGraph({
  modelPath,
  optimisedPath,
}: Pick<ModelSettings, 'modelPath' | 'optimisedPath'>): Promise<OptimisedGraph | undefined> {
  if (optimisedPath === undefined) return undefined;
  const { size, mtimeMs } = await stat(modelPath);
  const parts = [env.versions.node, process.arch, cpus()[0]?.model, modelPath, size, mtimeMs];
  const name = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
  const path = join(optimisedPath, name, graphName);
  const isThere = await isFile(path);
  if (!isThere && !(await hasRoom(modelPath))) return undefined;
  // What was optimised once is taken as it is.
  return { path, isThere, use: { graphOptimizationLevel: 'disabled', extra: prepacked } };
}

const prepacked = { session: { save_external_prepacked_constant_initializers: '1' } };

/**
 * Opens a session with `create`, which is given the options that write its optimised form. The form is put in its place
 * when it is whole; where it cannot be written the session is opened without.
 */
export async function keepOptimised(
  graph: OptimisedGraph,
  create: (options: InferenceSession.SessionOptions) => Promise<InferenceSession>,
): Promise<InferenceSession> {
  const folder = dirname(graph.path);
  let making: string;
  try {
    await mkdir(dirname(folder), { recursive: true });
    making = await mkdtemp(`${folder}.`);
  } catch {
    // A folder that cannot be written to only costs time at the next start.
    return create({});
  }
  try {
    const session = await create({
      optimizedModelFilePath: join(making, graphName),
      extra: {
        session: {
          ...prepacked.session,
          optimized_model_external_initializers_file_name: `${graphName}.data`,
          optimized_model_external_initializers_min_size_in_bytes: '1024',
        },
      },
    });
    await removeOld(dirname(folder));
    // Damaged, or it would have been used.
    await rm(folder, { recursive: true, force: true });
    await rename(making, folder).catch(() => rm(making, { recursive: true, force: true }));
    return session;
  } catch {
    await rm(making, { recursive: true, force: true });
    return create({});
  }
}

/** Forms of other versions, and what was left half-written. Younger ones may be another machine's that shares the folder. */
async function removeOld(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (Date.now() - (await stat(path)).mtimeMs > OLD_MS) await rm(path, { recursive: true, force: true });
  }
}

async function hasRoom(modelPath: string): Promise<boolean> {
  const folder = dirname(modelPath);
  const sizes = await Promise.all(
    (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
  );
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize > spaceFactor * sizes.reduce((sum, size) => sum + size, 0);
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
