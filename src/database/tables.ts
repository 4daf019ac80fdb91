import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  customType,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

const bytea = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' });
const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });
const instant = (name: string) => timestamp(name, { withTimezone: true });
const count = (name: string) => bigint(name, { mode: 'number' });

/** `revision` is the number of the last write; writers take it under this row's lock, so it has no gaps. */
export const knowledgeBases = pgTable('knowledge_bases', {
  id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
  name: text('name').notNull().unique(),
  revision: count('revision').notNull().default(0),
  /** Live facts, and of these the ones with a sentence and the lexemes in their sentences (for BM25). */
  factCount: count('fact_count').notNull().default(0),
  sentenceCount: count('sentence_count').notNull().default(0),
  lexemeCount: count('lexeme_count').notNull().default(0),
  createdAt: instant('created_at').notNull().defaultNow(),
});

const knowledgeBase = () =>
  integer('knowledge_base')
    .notNull()
    .references(() => knowledgeBases.id, { onDelete: 'cascade' });

export const revisions = pgTable(
  'revisions',
  {
    knowledgeBase: knowledgeBase(),
    number: count('number').notNull(),
    /** Taken under the knowledge base's lock, so it never falls while `number` rises. */
    committedAt: instant('committed_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.knowledgeBase, t.number] }),
    index('revisions_time').on(t.knowledgeBase, t.committedAt),
  ],
);

/** Append-only: a row is live at revision r when asserted_in <= r and (retracted_in is null or retracted_in > r). */
export const facts = pgTable(
  'facts',
  {
    knowledgeBase: knowledgeBase(),
    id: bigint('id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    predicate: text('predicate').notNull(),
    arity: smallint('arity').notNull(),
    /** Canonical text, without the final full stop. */
    prolog: text('prolog').notNull(),
    /** One encoded term per argument, see prolog/stored-term.ts. Patterns are matched on its paths. */
    arguments: jsonb('arguments').notNull(),
    /** One hash per argument of (predicate, arity, position, value): look-up by any bound argument. */
    argumentKeys: bigint('argument_keys', { mode: 'number' }).array().notNull(),
    /** First 16 bytes of SHA-256 of `prolog`: the same fact asserted twice is one fact. */
    hash: bytea('hash').notNull(),
    /** What is embedded and searched; null for a fact that is only reasoned over. */
    sentence: text('sentence'),
    /** Made by the predicate's template, so it changes when the template does. */
    sentenceFromTemplate: boolean('sentence_from_template').notNull().default(false),
    /** The text search configuration by which its words became lexemes, see knowledge/sentence-language.ts. */
    language: text('language').notNull().default('english'),
    /** to_tsvector(language, sentence): what BM25 is computed from. */
    sentenceLexemes: tsvector('sentence_lexemes'),
    confidence: doublePrecision('confidence').notNull(),
    source: text('source'),
    metadata: jsonb('metadata'),
    assertedIn: count('asserted_in').notNull(),
    retractedIn: count('retracted_in'),
  },
  (t) => [
    primaryKey({ columns: [t.knowledgeBase, t.id] }),
    uniqueIndex('facts_live_hash').on(t.knowledgeBase, t.hash).where(sql`retracted_in is null`),
    index('facts_predicate').on(t.knowledgeBase, t.predicate, t.arity, t.id),
    index('facts_asserted').on(t.knowledgeBase, t.assertedIn),
    index('facts_retracted').on(t.knowledgeBase, t.retractedIn).where(sql`retracted_in is not null`),
    // Without a list of pending entries, which every look-up would read through.
    index('facts_argument_keys').using('gin', t.argumentKeys).with({ fastupdate: 'off' }),
    check('facts_confidence', sql`confidence > 0 and confidence <= 1`),
  ],
);

/** Predicates that have, or had, facts; `factCount` counts the live ones. */
export const predicates = pgTable(
  'predicates',
  {
    knowledgeBase: knowledgeBase(),
    name: text('name').notNull(),
    arity: smallint('arity').notNull(),
    factCount: count('fact_count').notNull(),
  },
  (t) => [primaryKey({ columns: [t.knowledgeBase, t.name, t.arity] })],
);

/** In how many live sentences a lexeme occurs, for BM25. */
export const lexemes = pgTable(
  'lexemes',
  {
    knowledgeBase: knowledgeBase(),
    lexeme: text('lexeme').notNull(),
    documents: count('documents').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.knowledgeBase, t.lexeme] }),
    // For words that no sentence holds: the ones that are spelt alike.
    index('lexemes_similar').using('gin', t.lexeme.op('gin_trgm_ops')),
  ],
);

/** How many live sentences a knowledge base has by language. */
export const sentenceLanguages = pgTable(
  'sentence_languages',
  {
    knowledgeBase: knowledgeBase(),
    language: text('language').notNull(),
    sentences: count('sentences').notNull(),
  },
  (t) => [primaryKey({ columns: [t.knowledgeBase, t.language] })],
);

/** Versions of rule modules, live by revision like facts. */
export const ruleModules = pgTable(
  'rule_modules',
  {
    knowledgeBase: knowledgeBase(),
    id: bigint('id', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    name: text('name').notNull(),
    source: text('source').notNull(),
    enabled: boolean('enabled').notNull(),
    assertedIn: count('asserted_in').notNull(),
    retractedIn: count('retracted_in'),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.knowledgeBase, t.id] }),
    uniqueIndex('rule_modules_live').on(t.knowledgeBase, t.name).where(sql`retracted_in is null`),
  ],
);

/**
 * What makes the vectors of one space of those of another: a matrix or a small graph, as src/reembedding/projection/
 * writes it. Never changed, since `checksum` is part of the fingerprint of the space that it makes.
 */
export const projections = pgTable('projections', {
  id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
  knowledgeBase: knowledgeBase(),
  method: text('method').notNull(),
  /** Of the space whose vectors it takes. */
  fingerprint: text('fingerprint').notNull(),
  inputDimensions: integer('input_dimensions').notNull(),
  dimensions: integer('dimensions').notNull(),
  data: bytea('data').notNull(),
  /** SHA-256 over what decides its vectors, hexadecimal. */
  checksum: text('checksum').notNull(),
  /** What it was learned from, for people. */
  details: jsonb('details').notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
});

export const spaceStates = ['BUILDING', 'READY', 'ACTIVE', 'RETIRED', 'FAILED'] as const;

export const embeddingSpaces = pgTable(
  'embedding_spaces',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    knowledgeBase: knowledgeBase(),
    model: text('model').notNull(),
    dimensions: integer('dimensions').notNull(),
    fingerprint: text('fingerprint').notNull(),
    state: text('state', { enum: spaceStates }).notNull(),
    /** The model's lexical weights are kept, and no vector lacks them beside it, see postings.ts. */
    sparse: boolean('sparse').notNull().default(false),
    createdAt: instant('created_at').notNull().defaultNow(),
    activatedAt: instant('activated_at'),
    /** Its vectors are those of `model`, projected; null: they are the model's own. */
    projection: integer('projection').references(() => projections.id),
  },
  (t) => [uniqueIndex('embedding_spaces_active').on(t.knowledgeBase).where(sql`state = 'ACTIVE'`)],
);

// `embeddings (space, fact, embedding)` and, where the backend has a bit side table, `embedding_bits (space, fact,
// bits)` are partitioned by space and made by hand in the migrations: drizzle-kit has no word for partitions,
// and their vector type differs by backend. So are the inverted index `postings` and the lexical weights
// `sparse_weights (space, fact, weights)`, see postings.ts.

/** Sentences that still want a vector: written in the transaction of the fact, deleted in that of the vector. */
export const embeddingQueue = pgTable(
  'embedding_queue',
  {
    space: integer('space')
      .notNull()
      .references(() => embeddingSpaces.id, { onDelete: 'cascade' }),
    fact: bigint('fact', { mode: 'number' }).notNull(),
    attempts: smallint('attempts').notNull().default(0),
    error: text('error'),
    /**
     * Length and hash of a sentence that was queued with all others of its knowledge base; 0 for one that was just
     * written, which goes first. Neighbours in this order are of one length, and the same sentences stand together.
     */
    characters: integer('characters').notNull().default(0),
    sentenceHash: integer('sentence_hash').notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.space, t.fact] }),
    index('embedding_queue_order').on(t.space, t.characters, t.sentenceHash, t.fact),
  ],
);

export const jobStates = ['QUEUED', 'RUNNING', 'PAUSED', 'SUCCEEDED', 'FAILED', 'CANCELLED'] as const;

export const jobPhases = ['EMBEDDING', 'INDEXING', 'VERIFYING', 'ACTIVATING'] as const;

export const jobs = pgTable(
  'jobs',
  {
    id: integer('id').primaryKey().generatedAlwaysAsIdentity(),
    knowledgeBase: knowledgeBase(),
    kind: text('kind').notNull(),
    state: text('state', { enum: jobStates }).notNull(),
    payload: jsonb('payload').notNull(),
    space: integer('space').references(() => embeddingSpaces.id, { onDelete: 'set null' }),
    phase: text('phase', { enum: jobPhases }).notNull(),
    done: count('done').notNull().default(0),
    total: count('total').notNull().default(0),
    failed: count('failed').notNull().default(0),
    error: text('error'),
    verification: jsonb('verification'),
    /** Sentences a second, and of when `done` and the rate are. */
    rate: doublePrecision('rate'),
    measuredAt: instant('measured_at'),
    /** The server that leads the job, until when unless it says so again. */
    leader: text('leader'),
    leaderUntil: instant('leader_until'),
    /** With a limited rate: when the next sentences may be taken. */
    pacedUntil: instant('paced_until'),
    /** Since when the model has failed on everything. */
    outageSince: instant('outage_since'),
    createdAt: instant('created_at').notNull().defaultNow(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
  },
  (t) => [
    index('jobs_state').on(t.knowledgeBase, t.state, t.id),
    uniqueIndex('jobs_one_under_way')
      .on(t.knowledgeBase, t.kind)
      .where(sql`state in ('QUEUED', 'RUNNING', 'PAUSED')`),
  ],
);
