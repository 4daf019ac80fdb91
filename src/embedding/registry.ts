import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CorollaryError } from '../errors.js';

/** The models folder that comes with the program; this file lies two folders below the root, compiled or not. */
export const shippedModelsDirectory = resolve(fileURLToPath(new URL('../../models/', import.meta.url)));

/** The model that comes with the program and needs no download. */
export const bundledModel = 'corollary-mini';

const relativePath = z
  .string()
  .regex(
    /^(?!\/)(?!.*(^|\/)\.\.(\/|$))[^\\]+$/,
    'a path inside the folder of the model, with forward slashes',
  );

const file = z.strictObject({
  path: relativePath.describe("Inside the model's folder."),
  bytes: z.number().int().positive().optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits')
    .optional()
    .describe('Checked when given: a file of another checksum is refused.'),
});

/** pgvector's halfvec, which keeps vectors, holds no more. */
const dimensions = z.number().int().min(1).max(16_000);

/** Of every model, wherever it runs. */
const common = {
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits, dots, dashes and underscores')
    .describe('Also the name of its folder.'),
  description: z.string().min(1),
  languages: z.array(z.string().min(2)).min(1).describe('BCP 47 tags; "mul" for many.'),
  licence: z.string().min(1).describe('SPDX identifier of the weights.'),
  normalise: z.boolean().default(true).describe('L2-normalise the vector.'),
  prefixes: z
    .strictObject({ query: z.string().default(''), passage: z.string().default('') })
    .describe('What the model wants before a text; an instruction goes here too.'),
  dimensions: dimensions.describe('Of the full vector.'),
  truncatableTo: z
    .array(dimensions)
    .default([])
    .describe('Matryoshka: the first so many dimensions are a vector of their own.'),
  maxTokens: z
    .number()
    .int()
    .min(3)
    .max(131072)
    .describe('Special tokens included; the rest of a text is not read.'),
  precision: z.enum(['fp32', 'fp16', 'int8', 'int4']),
  calibration: z
    .strictObject({ midpoint: z.number().min(-1).max(1), slope: z.number().min(0.005).max(1) })
    .describe('similarity = 1 / (1 + exp(-(cosine - midpoint) / slope))'),
  fusion: z
    .strictObject({
      dense: z.number().min(0).max(1),
      sparse: z
        .number()
        .min(0)
        .max(1)
        .optional()
        .describe("Weight of the model's lexical weights; half of `dense` when left out."),
    })
    .describe('Weights of the dense and the sparse channel in fusion; BM25 has 1 - dense.'),
};

const head = z
  .union([z.strictObject({ output: z.string().min(1) }), z.strictObject({ weights: file })])
  .describe(
    "An output of the graph, or the weights of a linear layer over the graph's token embeddings " +
      "(.safetensors, or PyTorch's .pt). Weights that are not installed only leave the head out.",
  );

const onnxModel = z.strictObject({
  ...common,
  // `optional` too: what is left out must choose among the alternatives.
  runtime: z.literal('onnx').optional().default('onnx'),
  source: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('bundled') }),
      z.strictObject({
        kind: z.literal('huggingface'),
        repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'owner/name'),
        revision: z.string().min(1).describe('A commit, so that the files are the ones that were checked.'),
      }),
      z.strictObject({ kind: z.literal('local') }),
    ])
    .describe('Where the files come from. They are downloaded only by `corollary models pull`.'),
  files: z.strictObject({
    model: file,
    tokenizer: file.describe('tokenizer.json of Hugging Face tokenizers.'),
    data: z.array(file).default([]).describe('External data that the ONNX file refers to.'),
  }),
  graph: z.strictObject({
    inputs: z.strictObject({
      ids: z.string().min(1).default('input_ids'),
      mask: z.string().min(1).default('attention_mask'),
      tokenTypes: z.string().min(1).optional().describe('Fed with zeros.'),
      positions: z.string().min(1).optional().describe('Fed with 0, 1, 2, … from the first token on.'),
      emptyCache: z
        .string()
        .min(1)
        .optional()
        .describe(
          'Inputs whose names begin so get a cache without keys and values: of decoders that were exported to write.',
        ),
    }),
    output: z.string().min(1),
    outputKind: z
      .enum(['tokens', 'pooled'])
      .describe('tokens: [batch, tokens, dimensions], pooled here; pooled: [batch, dimensions].'),
    batches: z
      .boolean()
      .default(true)
      .describe(
        'false: texts are run one by one. For int8 graphs whose activations are quantised over the whole batch ' +
          '(DynamicQuantizeLinear), where a vector would depend on its companions; costs a quarter of bulk speed.',
      ),
  }),
  heads: z
    .strictObject({
      sparse: head.optional().describe('relu of one number a token: [batch, tokens, 1].'),
      tokens: head
        .optional()
        .describe('ColBERT: one vector a token but the first: [batch, tokens - 1, width].'),
    })
    .default({}),
  pooling: z.enum(['cls', 'mean', 'last']).describe('How token embeddings become one vector.'),
  layerNorm: z
    .boolean()
    .default(false)
    .describe('Layer normalisation (no weights) after pooling, before the slice.'),
  paddingSide: z.enum(['left', 'right']).default('right'),
  reference: z
    .array(
      z.strictObject({
        query: z.string(),
        passage: z.string(),
        cosine: z.number().min(-1).max(1).optional(),
        sparse: z.number().min(0).optional().describe('Score of the lexical weights.'),
        tokens: z.number().min(-1).max(1).optional().describe('Score of late interaction.'),
      }),
    )
    .default([])
    .describe('Published numbers, which `corollary models verify` compares with.'),
  referenceTexts: z
    .array(
      z.strictObject({
        text: z.string().describe('Embedded as a passage.'),
        sum: z.number().optional().describe('Of the components of its vector.'),
        first: z.array(z.number().min(-1).max(1)).min(1).optional().describe('Its first components.'),
        weights: z
          .record(z.string().regex(/^\d+$/, 'a token id'), z.number().min(0))
          .optional()
          .describe('Lexical weights by token id.'),
      }),
    )
    .default([])
    .describe('Numbers that are published of single texts.'),
});

const remoteModel = z.strictObject({
  ...common,
  runtime: z.literal('remote'),
  endpoint: z
    .strictObject({
      protocol: z
        .enum(['openai', 'tei', 'ollama'])
        .describe(
          'openai: POST /v1/embeddings (vLLM, Infinity, LiteLLM, …); tei: text-embeddings-inference; ollama.',
        ),
      url: z
        .string()
        .regex(/^https?:\/\//, 'an http or https URL')
        .optional()
        .describe('Without a path of its own. Default: EMBEDDING_ENDPOINT.'),
      model: z.string().min(1).describe('What the endpoint calls it.'),
      appliesPrefixes: z.boolean().default(false).describe('The endpoint adds the prefixes itself.'),
    })
    .describe('Where it is served. A key is taken from EMBEDDING_API_KEY.'),
  sameSpaceAs: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The model of this registry whose weights, precision and pooling the endpoint serves, checked by probes.',
    ),
});

/** Chooses the precision by the machine. */
const familyModel = z.strictObject({
  name: common.name,
  description: common.description,
  runtime: z.literal('family'),
  int8: z
    .string()
    .min(1)
    .describe('Taken where the processor multiplies 8-bit integers fast (VNNI, AMX, i8mm).'),
  fp32: z.string().min(1).describe('Taken elsewhere.'),
});

const modelEntry = z
  .discriminatedUnion('runtime', [onnxModel, remoteModel, familyModel])
  .refine(
    (entry) => entry.runtime === 'family' || entry.truncatableTo.every((n) => n < entry.dimensions),
    'truncatableTo holds fewer dimensions than the model has',
  );

/** What models/registry.schema.json is made of. */
export const registryFile = z.strictObject({ $schema: z.string().optional(), models: z.array(modelEntry) });

export type ModelFile = z.output<typeof file>;
export type OnnxModelEntry = z.output<typeof onnxModel>;
export type RemoteModelEntry = z.output<typeof remoteModel>;
export type FamilyEntry = z.output<typeof familyModel>;
/** A model that can be opened. */
export type ModelEntry = OnnxModelEntry | RemoteModelEntry;
export type RegistryEntry = ModelEntry | FamilyEntry;

/**
 * The models that are known: those that ship with the program, then those of `registry.json` in `modelsDirectory`,
 * which replace entries of the same name.
 * @throws CorollaryError START_FAILED that names the file, the entry and the field.
 */
export async function readRegistry(
  modelsDirectory = shippedModelsDirectory,
): Promise<ReadonlyMap<string, RegistryEntry>> {
  const entries = await readEntries(join(shippedModelsDirectory, 'registry.json'), 'must exist');
  if (resolve(modelsDirectory) !== shippedModelsDirectory) {
    entries.push(...(await readEntries(join(modelsDirectory, 'registry.json'), 'may be absent')));
  }
  return new Map(entries.map((entry) => [entry.name, entry]));
}

/** The ONNX model of that name. @throws Error where there is none: the registry is at odds with itself */
export function onnxEntryOf(registry: ReadonlyMap<string, RegistryEntry>, name: string): OnnxModelEntry {
  const entry = registry.get(name);
  if (entry?.runtime !== 'onnx') throw new Error(`${name} is no ONNX model of the registry`);
  return entry;
}

async function readEntries(path: string, presence: 'must exist' | 'may be absent'): Promise<RegistryEntry[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (presence === 'may be absent' && (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new CorollaryError(
      'START_FAILED',
      `The model registry ${path} cannot be read.`,
      { path },
      { cause: error },
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new CorollaryError(
      'START_FAILED',
      `The model registry ${path} is not JSON: ${(error as Error).message}`,
      { path },
    );
  }
  const parsed = registryFile.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.join('.') || 'the file';
    throw new CorollaryError(
      'START_FAILED',
      `The model registry ${path} is wrong at ${field}: ${issue?.message}`,
      { path, field },
    );
  }
  return parsed.data.models;
}
