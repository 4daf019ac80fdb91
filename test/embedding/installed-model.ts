import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TinyGraph, tinyModel, tinyTokenizer } from './tiny-model.js';

/** What a registry's entry says, as far as a test wants it to differ from `tinyEntry`. */
export type EntryChanges = Readonly<Record<string, unknown>>;

export function tinyEntry(changes: EntryChanges = {}): Record<string, unknown> {
  return {
    name: 'tiny',
    description: 'Random weights.',
    languages: ['en'],
    licence: 'Apache-2.0',
    source: { kind: 'local' },
    files: { model: { path: 'model.onnx' }, tokenizer: { path: 'tokenizer.json' } },
    graph: { inputs: {}, output: 'token_embeddings', outputKind: 'tokens' },
    pooling: 'mean',
    prefixes: {},
    dimensions: 16,
    maxTokens: 32,
    precision: 'fp32',
    calibration: { midpoint: 0.3, slope: 0.1 },
    fusion: { dense: 0.5 },
    ...changes,
  };
}

/** A models folder of the test's own; `remove` it in the end. */
export class ModelsFolder {
  readonly path: string;
  readonly #installed = new Map<unknown, object>();

  private constructor(path: string) {
    this.path = path;
  }

  static async create(): Promise<ModelsFolder> {
    return new ModelsFolder(await mkdtemp(join(tmpdir(), 'corollary-models-')));
  }

  async writeRegistry(...entries: readonly object[]): Promise<void> {
    await writeFile(join(this.path, 'registry.json'), JSON.stringify({ models: entries }));
  }

  async writeFile(path: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(join(this.path, path)), { recursive: true });
    await writeFile(join(this.path, path), content);
  }

  /** Writes the files of a tiny model, and a registry of all that were installed here. */
  async install(changes: EntryChanges = {}, graph: Partial<TinyGraph> = {}): Promise<string> {
    const entry = tinyEntry(changes);
    const { json, size } = tinyTokenizer(['pay', '##ment', 'time', 'out', 'query', 'passage']);
    const model = tinyModel({
      vocabulary: size,
      dimensions: entry.dimensions as number,
      kind: 'attention',
      ...graph,
    });
    await this.writeFile(`${entry.name}/model.onnx`, model);
    await this.writeFile(`${entry.name}/tokenizer.json`, JSON.stringify(json));
    this.#installed.set(entry.name, entry);
    await this.writeRegistry(...this.#installed.values());
    return entry.name as string;
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}
