import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type Device, devices } from './embedding/device.js';
import { CorollaryError } from './errors.js';
import { type IndexKind, indexKinds } from './retrieval/index-kind.js';

/** Everything that the environment decides, read and checked once, here and nowhere else. */
export interface Config {
  /** HOST. Default 127.0.0.1: this machine only. Hazard: there is no access control yet; any other value lets everyone who reaches it write. */
  readonly host: string;
  /** PORT. Default 4000; 0 takes a free one. */
  readonly port: number;
  /** DATA_DIR. Default ./data. Holds the embedded database. Hazard: one process at a time; a second one refuses to start. */
  readonly dataDirectory: string;
  /** DATABASE_URL. Default none: embedded PostgreSQL in DATA_DIR. Else a PostgreSQL >= 15 with pgvector >= 0.8. Hazard: its role needs CREATE on the database for migrations. */
  readonly databaseUrl: string | undefined;
  /** REASONER. Default swi (SWI-Prolog as WebAssembly); tau is pure JavaScript. Hazard: tau is a thousand times slower, has no tabling, and may not end on cyclic rules before its limits. */
  readonly reasoner: 'swi' | 'tau';
  /** REASONER_WORKERS. Default: cores. Goals that run long get as many threads again, at least two. Hazard: each holds the facts that it reasons over. */
  readonly reasonerWorkers: number;
  /** RESIDENT_FACTS_MAX. Default 1,000,000. A predicate with more facts than this, retracted ones included, is not held in threads but looked up in the database. Hazard: a fact of two arguments takes about 100 bytes in each thread; a goal over all facts of a predicate that is looked up reads them all, each time. */
  readonly residentFactsMax: number;
  /** EMBEDDING_MODEL. Default: the active space's model, else the bundled one. Makes the first space of a knowledge base. Hazard: where vectors were made by another model, that one is opened as well, so two are in memory. */
  readonly embeddingModel: string | undefined;
  /** MODELS_DIR. Default ./models beside the program. Holds downloaded weights and a registry.json of your own. Hazard: weights are gigabytes. */
  readonly modelsDirectory: string | undefined;
  /** EMBEDDING_FALLBACKS. Default none. Models, between commas, that stand in while EMBEDDING_MODEL fails, in this order: the same weights served elsewhere. Hazard: one of another vector space stops the start. */
  readonly embeddingFallbacks: readonly string[];
  /** EMBEDDING_ENDPOINT. Default none. Where remote models are served whose registry entry names no URL. Hazard: every sentence and question goes there. */
  readonly embeddingEndpoint: string | undefined;
  /** EMBEDDING_API_KEY. Default none. Sent to embedding endpoints as a bearer token. Hazard: a secret; also over plain http if the URL says so. */
  readonly embeddingApiKey: string | undefined;
  /** EMBEDDING_DEVICE. Default auto: a GPU where the ONNX runtime has one, else cpu; cuda, coreml and dml insist. Hazard: a device that this machine lacks stops the start. */
  readonly embeddingDevice: Device;
  /** EMBEDDING_IDLE_MINUTES. Default 0: the model stays loaded. Else it is unloaded when unused for so long. Hazard: the next question waits while it loads. */
  readonly embeddingIdleMinutes: number;
  /** REEMBEDDING_LEASE_SECONDS. Default 10. A server that says nothing for so long loses its re-embedding batches and jobs to another. Hazard: too short, and one that only pauses does its batch in vain. */
  readonly reembeddingLeaseSeconds: number;
  /** VECTOR_INDEX. Default halfvec. What the index over a large space's vectors is over, on a PostgreSQL server: half floats; or bit, their signs alone, for small memory (a sixteenth for the vectors), the nearest of which are compared exactly. A change rebuilds the indexes in the background. Hazard: with bit more is missed, the more the fewer dimensions a model has; servers of one database that are set differently rebuild each other's indexes. */
  readonly vectorIndex: IndexKind;
  /** LINKED_CONSTANTS_MAX. Default 200,000. Of a knowledge base with more distinct constants in its facts, those that a question names are looked up in the database instead of held in memory. Hazard: a constant takes about 500 bytes; looked up, they are found only as commonly written, and slips are not forgiven. */
  readonly linkedConstantsMax: number;
  /** GOAL_MODEL_URL. Default none. An OpenAI-compatible chat endpoint that proposes a goal where no question pattern fits. Hazard: such questions, and the names and templates of predicates and patterns, go there; a goal may say something else than the question, and is asked with less time. */
  readonly goalModelUrl: string | undefined;
  /** GOAL_MODEL. The name of the model at GOAL_MODEL_URL; must be given with it. */
  readonly goalModel: string | undefined;
  /** GOAL_MODEL_API_KEY. Default none. Sent to GOAL_MODEL_URL as a bearer token. Hazard: a secret; also over plain http if the URL says so. */
  readonly goalModelApiKey: string | undefined;
  /** GOAL_MODEL_TIMEOUT_MS. Default 10,000. Hazard: a question that no pattern fits waits so long for a model that is slow. */
  readonly goalModelTimeoutMs: number;
  /** ACCEPT_ROUTES. Default off. on: `acceptRoute` adds question patterns. Hazard: whoever may use the API then decides what later questions mean. */
  readonly acceptRoutes: boolean;
  /** HF_ENDPOINT. Default https://huggingface.co. Where `corollary models pull` fetches weights: a mirror of the Hugging Face hub. Hazard: gets HF_TOKEN. */
  readonly hubEndpoint: string;
  /** HF_TOKEN. Default none. Sent to the hub as a bearer token, for repositories that ask for one. Hazard: a secret. */
  readonly hubToken: string | undefined;
  /** LOG_LEVEL. Default info; silent, fatal, error, warn, info, debug or trace. Hazard: debug and trace write questions and goals to the log. */
  readonly logLevel: LogLevel;
  /** SAMPLE_DATA. Default on: a fresh database starts with the sample knowledge base. off: it starts empty. */
  readonly sampleData: boolean;
}

const logLevels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];

const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, `a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((n) => n >= least && n <= most, `a whole number from ${least} to ${most}`);

const environment = z.object({
  HOST: z.string().min(1, 'a host name or address').default('127.0.0.1'),
  PORT: whole(0, 65535).default(4000),
  DATA_DIR: z.string().min(1, 'a directory').default('./data'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'a URL such as postgresql://user:password@host:5432/name')
    .optional(),
  REASONER: z.enum(['swi', 'tau'], 'swi or tau').default('swi'),
  REASONER_WORKERS: whole(1, 64).optional(),
  RESIDENT_FACTS_MAX: whole(0, 1_000_000_000).default(1_000_000),
  EMBEDDING_MODEL: z.string().min(1, 'the name of a model').optional(),
  MODELS_DIR: z.string().min(1, 'a directory').optional(),
  EMBEDDING_FALLBACKS: z
    .string()
    .transform((names) => names.split(',').map((name) => name.trim()))
    .refine((names) => names.every((name) => name !== ''), 'names of models between commas')
    .optional(),
  EMBEDDING_ENDPOINT: z
    .string()
    .regex(/^https?:\/\//, 'an http or https URL')
    .optional(),
  EMBEDDING_API_KEY: z.string().optional(),
  EMBEDDING_DEVICE: z.enum(devices, devices.join(', ')).default('auto'),
  EMBEDDING_IDLE_MINUTES: whole(0, 100_000).default(0),
  REEMBEDDING_LEASE_SECONDS: whole(1, 3_600).default(10),
  VECTOR_INDEX: z.enum(indexKinds, indexKinds.join(' or ')).default('halfvec'),
  LINKED_CONSTANTS_MAX: whole(0, 100_000_000).default(200_000),
  GOAL_MODEL_URL: z
    .string()
    .regex(/^https?:\/\//, 'an http or https URL')
    .optional(),
  GOAL_MODEL: z.string().min(1, 'the name of a model').optional(),
  GOAL_MODEL_API_KEY: z.string().optional(),
  GOAL_MODEL_TIMEOUT_MS: whole(1, 600_000).default(10_000),
  ACCEPT_ROUTES: z.enum(['on', 'off'], 'on or off').default('off'),
  HF_ENDPOINT: z
    .string()
    .regex(/^https?:\/\//, 'an http or https URL')
    .default('https://huggingface.co'),
  HF_TOKEN: z.string().optional(),
  LOG_LEVEL: z.enum(logLevels, logLevels.join(', ')).default('info'),
  SAMPLE_DATA: z.enum(['on', 'off'], 'on or off').default('on'),
});

/** @throws CorollaryError START_FAILED that names the first wrong setting and what it may be. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const set = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environment.safeParse(set);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0]);
    // These may hold a password: they are never repeated.
    const given = ['DATABASE_URL', 'GOAL_MODEL_URL'].includes(name)
      ? ''
      : ` is ${JSON.stringify(set[name])}, but`;
    throw new CorollaryError('START_FAILED', `${name}${given} must be ${issue?.message}`, { setting: name });
  }
  const value = parsed.data;
  if (value.GOAL_MODEL_URL !== undefined && value.GOAL_MODEL === undefined) {
    const message = 'GOAL_MODEL must be the name of the model that GOAL_MODEL_URL serves';
    throw new CorollaryError('START_FAILED', message, { setting: 'GOAL_MODEL' });
  }
  return {
    host: value.HOST,
    port: value.PORT,
    dataDirectory: resolve(value.DATA_DIR),
    databaseUrl: value.DATABASE_URL,
    reasoner: value.REASONER,
    reasonerWorkers: value.REASONER_WORKERS ?? availableParallelism(),
    residentFactsMax: value.RESIDENT_FACTS_MAX,
    embeddingModel: value.EMBEDDING_MODEL,
    modelsDirectory: value.MODELS_DIR === undefined ? undefined : resolve(value.MODELS_DIR),
    embeddingFallbacks: value.EMBEDDING_FALLBACKS ?? [],
    embeddingEndpoint: value.EMBEDDING_ENDPOINT,
    embeddingApiKey: value.EMBEDDING_API_KEY,
    embeddingDevice: value.EMBEDDING_DEVICE,
    embeddingIdleMinutes: value.EMBEDDING_IDLE_MINUTES,
    reembeddingLeaseSeconds: value.REEMBEDDING_LEASE_SECONDS,
    vectorIndex: value.VECTOR_INDEX,
    linkedConstantsMax: value.LINKED_CONSTANTS_MAX,
    goalModelUrl: value.GOAL_MODEL_URL,
    goalModel: value.GOAL_MODEL,
    goalModelApiKey: value.GOAL_MODEL_API_KEY,
    goalModelTimeoutMs: value.GOAL_MODEL_TIMEOUT_MS,
    acceptRoutes: value.ACCEPT_ROUTES === 'on',
    hubEndpoint: value.HF_ENDPOINT.replace(/\/+$/, ''),
    hubToken: value.HF_TOKEN,
    logLevel: value.LOG_LEVEL,
    sampleData: value.SAMPLE_DATA === 'on',
  };
}
