import { join } from 'node:path';
import { writeModel } from '../../../bench/graphs/write-model.js';
import { type XlmRobertaOptions, xlmRobertaGraph } from '../../../bench/graphs/xlm-roberta-graph.js';
import {
  numbersOf,
  type XlmRobertaShape,
  xlmRobertaWeights,
} from '../../../bench/graphs/xlm-roberta-weights.js';
import { TextTokenizer } from '../../../src/embedding/tokenizer.js';
import { type EntryChanges, ModelsFolder, tinyEntry } from '../installed-model.js';
import { floats, safetensorsFile, torchFile } from './head-files.js';
import { forward, type Outputs, type WeightsOf } from './xlm-roberta-forward.js';

const specialTokens = ['<s>', '<pad>', '</s>', '<unk>'];
const characters = [...'abcdefghijklmnopqrstuvwxyz<>/é京都'];
const words = [
  '▁',
  '▁pay',
  'ment',
  '▁time',
  'out',
  '▁the',
  'ing',
  ...characters,
  ...characters.map((c) => `▁${c}`),
];

/** The content of a tokenizer.json as XLM-RoBERTa's: Unigram, ids 0 to 3 and the last are special. */
export const tinyXlmTokenizer = {
  version: '1.0',
  added_tokens: [...specialTokens, '<mask>'].map((content, i) => ({
    id: i < 4 ? i : 4 + words.length,
    content,
    special: true,
    normalized: false,
  })),
  normalizer: { type: 'NFKC' },
  pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '<s>', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '</s>', type_id: 0 } },
    ],
    pair: [],
  },
  decoder: null,
  model: {
    type: 'Unigram',
    unk_id: 3,
    vocab: [
      ...specialTokens.map((token) => [token, 0]),
      ...words.map((word) => [word, word.length > 2 ? -3 : -6]),
      ['<mask>', 0],
    ],
  },
};

/** Small, and no two sizes alike, so that none is taken for another. */
export const tinyShape: XlmRobertaShape = {
  layers: 2,
  hidden: 32,
  heads: 4,
  intermediate: 48,
  vocabulary: words.length + 5,
  maxPositions: 42,
  tokenVectors: 24,
};

export const tinyMaxTokens = tinyShape.maxPositions - 2;

const all = new Map(
  [...xlmRobertaWeights(tinyShape)].map(([name, weight]) => [name, numbersOf(weight, tinyShape)]),
);
export const weightsOf: WeightsOf = (name) => all.get(name)!;

export const tinyTokens = new TextTokenizer(tinyXlmTokenizer, tinyMaxTokens);

/** What the tiny model gives for token ids, in float64. */
export function expectedOf(ids: readonly number[]): Outputs {
  return forward(tinyShape, weightsOf, ids);
}

export interface XlmRobertaInstallation extends XlmRobertaOptions {
  /** Heads that the graph lacks, in a file each. */
  readonly headFiles?: 'pt' | 'safetensors';
  /** Weights in a file beside the model. */
  readonly externalData?: boolean;
  /** Of the registry's entry. */
  readonly changes?: EntryChanges;
}

/** A models folder with one model `tiny-xlm-r` of `tinyShape`; `remove` it in the end. */
export async function installedXlmRoberta(options: XlmRobertaInstallation): Promise<ModelsFolder> {
  const { outputs, headFiles, externalData = false, givenPositions = false, changes } = options;
  const folder = await ModelsFolder.create();
  const name = 'tiny-xlm-r';
  await folder.writeFile(`${name}/tokenizer.json`, JSON.stringify(tinyXlmTokenizer));
  for (const head of headFiles === undefined ? [] : (['sparse', 'colbert'] as const)) {
    await folder.writeFile(`${name}/${head}_linear.${headFiles}`, headFile(head, headFiles!));
  }
  const data = externalData ? 'model.onnx_data' : undefined;
  await writeModel(join(folder.path, name, 'model.onnx'), xlmRobertaGraph(tinyShape, options), data);
  const weights = (head: string) => ({ weights: { path: `${head}_linear.${headFiles}` } });
  await folder.writeRegistry(
    tinyEntry({
      name,
      files: {
        model: { path: 'model.onnx' },
        tokenizer: { path: 'tokenizer.json' },
        data: data === undefined ? [] : [{ path: data }],
      },
      graph: {
        inputs: givenPositions ? { positions: 'position_ids' } : {},
        ...(outputs === 'heads'
          ? { output: 'dense_vecs', outputKind: 'pooled' }
          : { output: outputs === 'baai' ? 'token_embeddings' : 'last_hidden_state', outputKind: 'tokens' }),
        batches: options.precision !== 'int8',
      },
      heads:
        outputs === 'heads'
          ? { sparse: { output: 'sparse_vecs' }, tokens: { output: 'colbert_vecs' } }
          : headFiles === undefined
            ? {}
            : { sparse: weights('sparse'), tokens: weights('colbert') },
      pooling: 'cls',
      dimensions: tinyShape.hidden,
      maxTokens: tinyMaxTokens,
      ...changes,
    }),
  );
  return folder;
}

/** As PyTorch keeps a linear layer: its weight is [out, in], the other way round than in the graph. */
function headFile(head: string, format: 'pt' | 'safetensors'): Uint8Array {
  const bias = Array.from(weightsOf(`${head}.bias`));
  const weight = weightsOf(`${head}.weight`);
  const [from, to] = [tinyShape.hidden, bias.length];
  const turned = Array.from({ length: from * to }, (_, i) => weight[(i % from) * to + Math.floor(i / from)]!);
  if (format === 'pt') return torchFile(`${head}_linear`, [floats(turned), floats(bias)]);
  return safetensorsFile({
    bias: { dtype: 'F32', shape: [to], bytes: floats(bias) },
    weight: { dtype: 'F32', shape: [to, from], bytes: floats(turned) },
  });
}
