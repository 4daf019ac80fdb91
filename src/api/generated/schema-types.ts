// Made from schema/*.graphql by `npm run generate`: change those, not this.
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { NodeSource, AssertFactsSource, AnswersSource, AnswerEdgeSource, AnswerSource, BindingSource, SupportingFactSource, ProofSource, ProofNodeSource, ScoredFactSource, StatusSource, JobEdgeSource, JobFailureSource } from '../sources.js';
import type { Fact as FactSource, KnowledgeBase as KnowledgeBaseSource, RuleModule as RuleModuleSource } from '../../knowledge/knowledge.js';
import type { FactPage } from '../../knowledge/fact-page.js';
import type { RuleDiagnostic as RuleDiagnosticSource } from '../../reasoning/reasoning.js';
import type { AskResult as AskResultSource, ProveResult as ProveResultSource, SearchResult as SearchResultSource, RouteDecision as RouteDecisionSource, MatchedPattern as MatchedPatternSource } from '../../asking/asking.js';
import type { FilledSlot } from '../../asking/patterns/pattern.js';
import type { EmbeddedText } from '../../embedding/embedder.js';
import type { ModelDescription } from '../../embedding/open-embedder.js';
import type { EmbeddingSpaceCoverage } from '../../retrieval/embedding-spaces.js';
import type { Job as JobSource, JobPage, Verification } from '../../reembedding/reembedding.js';
import type { StoredVectorPage as StoredVectorPageSource, StoredVector as StoredVectorSource } from '../../reembedding/vectors/read-vectors.js';
import type { Context } from '../context.js';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
export type MakeOptional<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]?: Maybe<T[SubKey]> };
export type MakeMaybe<T, K extends keyof T> = Omit<T, K> & { [SubKey in K]: Maybe<T[SubKey]> };
export type MakeEmpty<T extends { [key: string]: unknown }, K extends keyof T> = { [_ in K]?: never };
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A point in time: ISO 8601 in UTC, to the millisecond, e.g. `2026-03-01T09:30:00.000Z`. As input any offset is understood. */
  DateTime: { input: Date; output: Date; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
  /**
   * Text of one Prolog term (a goal, a fact or a clause). The final full stop may be left out.
   * Text that is not Prolog is refused with code `PROLOG_SYNTAX`, `line` and `column`.
   */
  Prolog: { input: string; output: string; }
};

export type Query = {
  readonly __typename?: 'Query';
  /**
   * The one entry point for questions: routes to retrieval, to reasoning, or to both, and proves each answer.
   * All of it is computed on one revision of the knowledge base.
   */
  readonly ask: AskResult;
  /** What `ask` would do with this question, and why, without doing it. */
  readonly route: RouteDecision;
  /**
   * The constants of the knowledge base that words of these texts name, for each text in order: what may fill the slots of
   * question patterns. Slips are not forgiven.
   */
  readonly namedConstants: ReadonlyArray<ReadonlyArray<NamedConstant>>;
  /** Whatever has this id; null when it does not exist (any more). */
  readonly node: Maybe<Node>;
  /** The embedding models that this server knows. */
  readonly models: ReadonlyArray<EmbeddingModel>;
  /** A knowledge base's vector spaces: the active one first, then the newest. */
  readonly embeddingSpaces: ReadonlyArray<EmbeddingSpace>;
  /** Vectors for texts, from the active space's model or a named one. */
  readonly embed: ReadonlyArray<Embedding>;
  /** The fact with this id, be it live or retracted; null when there is none. */
  readonly fact: Maybe<Fact>;
  /** The facts that match, in order of assertion. All pages of one listing are of the same revision. */
  readonly facts: FactConnection;
  /** Every predicate that has facts or rules, in order of name and arity. */
  readonly predicates: ReadonlyArray<Predicate>;
  /** All knowledge bases, in order of name. */
  readonly knowledgeBases: ReadonlyArray<KnowledgeBase>;
  /** The knowledge base of this name; null when there is none. */
  readonly knowledgeBase: Maybe<KnowledgeBase>;
  /** Reasoning only: solutions of a Prolog goal, with proofs. */
  readonly prove: ProveResult;
  /** What works in the background, or did: the newest first. */
  readonly jobs: JobConnection;
  /** The job with this id; null when there is none. */
  readonly job: Maybe<Job>;
  /**
   * A space's vectors, page by page, in the order of their facts: for fleets that embed elsewhere, and for copies. `npx corollary
   * vectors export` writes them to a file.
   */
  readonly storedVectors: StoredVectorPage;
  /** Retrieval only: facts ranked by similarity to a text. */
  readonly search: SearchResult;
  /** All rule modules, in order of name. */
  readonly ruleModules: ReadonlyArray<RuleModule>;
  /** The rule module of this name; null when there is none. */
  readonly ruleModule: Maybe<RuleModule>;
  /** Parses, sandbox-checks and lints a module's source without storing it. Faults come in order of position. */
  readonly checkRules: ReadonlyArray<RuleDiagnostic>;
  /** What this server is and how it is. */
  readonly status: SystemStatus;
};


export type QueryAskArgs = {
  input: AskInput;
};


export type QueryRouteArgs = {
  question: Scalars['String']['input'];
  knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};


export type QueryNamedConstantsArgs = {
  texts: ReadonlyArray<Scalars['String']['input']>;
  knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};


export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


export type QueryEmbeddingSpacesArgs = {
  knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};


export type QueryEmbedArgs = {
  input: EmbedInput;
};


export type QueryFactArgs = {
  id: Scalars['ID']['input'];
};


export type QueryFactsArgs = {
  filter?: InputMaybe<FactFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  asOf?: InputMaybe<AsOf>;
  knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};


export type QueryPredicatesArgs = {
  knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};


export type QueryKnowledgeBaseArgs = {
  name: Scalars['String']['input'];
};


export type QueryProveArgs = {
  input: ProveInput;
};


export type QueryJobsArgs = {
  state?: InputMaybe<JobState>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};


export type QueryJobArgs = {
  id: Scalars['ID']['input'];
};


export type QueryStoredVectorsArgs = {
  space: Scalars['ID']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  after?: InputMaybe<Scalars['String']['input']>;
  missing?: InputMaybe<Scalars['Boolean']['input']>;
};


export type QuerySearchArgs = {
  input: SearchInput;
};


export type QueryRuleModulesArgs = {
  knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};


export type QueryRuleModuleArgs = {
  name: Scalars['String']['input'];
  knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};


export type QueryCheckRulesArgs = {
  source: Scalars['String']['input'];
  knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};

/** Words that name a constant of the knowledge base. */
export type NamedConstant = {
  readonly __typename?: 'NamedConstant';
  /** Number of the first word within its text, from 0. */
  readonly from: Scalars['Int']['output'];
  /** Number of the word behind the last one. */
  readonly to: Scalars['Int']['output'];
  /** The words as they stand in the text. */
  readonly text: Scalars['String']['output'];
  /** The constant that they name. */
  readonly constant: Scalars['Prolog']['output'];
  /** How surely they mean it, in (0, 1]. */
  readonly score: Scalars['Float']['output'];
  /** Where in facts the constant stands. */
  readonly places: ReadonlyArray<ArgumentPlace>;
};

/** An argument of a predicate's facts. */
export type ArgumentPlace = {
  readonly __typename?: 'ArgumentPlace';
  /** Name of the predicate. */
  readonly predicate: Scalars['String']['output'];
  /** How many arguments it has. */
  readonly arity: Scalars['Int']['output'];
  /** Which argument, from 0. */
  readonly argument: Scalars['Int']['output'];
};

/** Who answers a question. */
export type Route =
  /**
   * Corollary decides: LOGIC for a goal, or a text that a question pattern fits; HYBRID for a text with a goal, or one that a
   * pattern fits with meaning left over; DENSE for any other text. Never a decision's own route.
   */
  | 'AUTO'
  /** Retrieval: the facts whose sentences are nearest to the question. */
  | 'DENSE'
  /** Reasoning: the solutions of a goal. */
  | 'LOGIC'
  /** Both: the solutions of a goal, weighed by how near the facts that they rest on are to the question. */
  | 'HYBRID';

/** Which facts a HYBRID goal may use, and how similarity counts. */
export type Scope =
  /** Every fact. A proof must use at least one fact that retrieval brings, and the best such proof counts. Such facts count with their similarity, however far down they are, all others with 1: those without a sentence, and those that `filter` or `minSimilarity` leave out. */
  | 'ANCHORED'
  /** Only the facts that retrieval brings, and the rules. */
  | 'RETRIEVED'
  /** Every fact. A fact with a sentence that was not retrieved counts with the similarity of the last retrieved one, its upper bound; a fact without a sentence with 1. */
  | 'ALL';

/** How the scores of a proof's parts become the score of the answer; over several proofs the best counts. */
export type Scoring =
  /** All parts multiplied: each doubtful step makes the answer more doubtful. */
  | 'PRODUCT'
  /** The weakest part: an answer is as good as its worst step. */
  | 'MINIMUM';

/** A question with everything that decides how it is answered. */
export type AskInput = {
  /** Natural language, or a Prolog goal. */
  readonly question: Scalars['String']['input'];
  /** The logical part, where the caller knows it: a goal that shares variables with the answers. */
  readonly goal?: InputMaybe<Scalars['Prolog']['input']>;
  /** Who answers; AUTO lets Corollary decide. */
  readonly route?: InputMaybe<Route>;
  /** HYBRID only: which facts the goal may use. */
  readonly scope?: InputMaybe<Scope>;
  /** How scores combine along a proof. */
  readonly scoring?: InputMaybe<Scoring>;
  /** How facts are retrieved; DENSE and HYBRID only. */
  readonly retrieval?: InputMaybe<RetrievalOptions>;
  /** How much work reasoning may do. */
  readonly limits?: InputMaybe<ReasoningLimits>;
  /** Facts to suppose for this question only. */
  readonly assume?: InputMaybe<ReadonlyArray<Scalars['Prolog']['input']>>;
  /** Facts to leave out for this question only, by id. */
  readonly without?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** A past state to ask; now when left out. */
  readonly asOf?: InputMaybe<AsOf>;
  /** How many answers a page holds, 0 to 1,000. */
  readonly first?: InputMaybe<Scalars['Int']['input']>;
  /** Answers after this cursor; the other arguments must be the same as for the page that it is from. */
  readonly after?: InputMaybe<Scalars['String']['input']>;
  /** Name of the knowledge base; `default` when left out. */
  readonly knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};

/** What came of a question. */
export type AskResult = {
  readonly __typename?: 'AskResult';
  /** Who answered, and why. */
  readonly route: RouteDecision;
  /** Best first. */
  readonly answers: AnswerConnection;
  /** The facts that retrieval offered, best first; empty for LOGIC. For HYBRID those that were read, by similarity: as many as the page took. */
  readonly retrieved: ReadonlyArray<ScoredFact>;
  /** False where a limit cut the search short: what is here is right, but may not be all. A page that is full cuts nothing short. */
  readonly complete: Scalars['Boolean']['output'];
  /** The limit that cut the search short; null when `complete`. */
  readonly limitReached: Maybe<LimitKind>;
  /** What a caller should know before trusting the answers, in sentences for a person. */
  readonly warnings: ReadonlyArray<Scalars['String']['output']>;
  /** The revision of the knowledge base that every part of this result was computed on. */
  readonly revision: Scalars['Int']['output'];
  /** What evaluated the goal: `deduction` (best answers first), or Prolog: `swi` or `tau`; null for DENSE, which evaluates none. */
  readonly evaluator: Maybe<Scalars['String']['output']>;
  /** Why the goal was for Prolog, in a sentence for a person; null where it was not, or where the reason is not known. */
  readonly evaluatorReason: Maybe<Scalars['String']['output']>;
  /** Where the time went. */
  readonly timings: Timings;
};

/** Who answers a question, and why. */
export type RouteDecision = {
  readonly __typename?: 'RouteDecision';
  /** DENSE, LOGIC or HYBRID. */
  readonly route: Route;
  /** One sentence for a person. Where no question pattern fits well enough it says what that would have taken. */
  readonly reason: Scalars['String']['output'];
  /** How sure the decision is, in [0, 1]: of decisions as sure as this one about so many are right. 1 where the caller decided; a question pattern is taken from 0.5 on. */
  readonly confidence: Scalars['Float']['output'];
  /** The goal that was asked: given, found by a question pattern, or proposed by a model, as `reason` says; null for DENSE. */
  readonly goal: Maybe<Scalars['Prolog']['output']>;
  /** The text that was embedded; null for LOGIC. */
  readonly text: Maybe<Scalars['String']['output']>;
  /** The question pattern that matched, with its slots filled; null where none did. */
  readonly pattern: Maybe<MatchedPattern>;
  /** What went wrong on the way to this decision, in sentences for a person: a model for goals that did not answer, or proposed nonsense. */
  readonly warnings: ReadonlyArray<Scalars['String']['output']>;
  /** What else could have been done, best first. */
  readonly alternatives: ReadonlyArray<RouteDecision>;
};

/** A question pattern of a rule module that fits a question. */
export type MatchedPattern = {
  readonly __typename?: 'MatchedPattern';
  /** The pattern as it was declared. */
  readonly pattern: Scalars['String']['output'];
  /** Name of the rule module that declares it. */
  readonly module: Scalars['String']['output'];
  /** Line of the module's source that declares it, from 1; null for a pattern that was put together from several. */
  readonly line: Maybe<Scalars['Int']['output']>;
  /** Its goal, filled in. What is asked is the same with an underscore before the variables that answer nothing. */
  readonly goal: Scalars['Prolog']['output'];
  /** Variables of the goal that answer the question; none where the answer is yes. */
  readonly answers: ReadonlyArray<Scalars['String']['output']>;
  /** What stands in its slots. */
  readonly slots: ReadonlyArray<Slot>;
  /** How near the question is to it, in (0, 1]. */
  readonly similarity: Scalars['Float']['output'];
};

/** A part of a question that a pattern leaves open. */
export type Slot = {
  readonly __typename?: 'Slot';
  /** Its name in the pattern. */
  readonly name: Scalars['String']['output'];
  /** The words of the question. */
  readonly text: Scalars['String']['output'];
  /** The constant or number that they were linked to. */
  readonly value: Scalars['Prolog']['output'];
  /** How sure the link is, in (0, 1]. */
  readonly score: Scalars['Float']['output'];
};

/** A page of answers, best first. */
export type AnswerConnection = {
  readonly __typename?: 'AnswerConnection';
  /** The answers with their cursors. */
  readonly edges: ReadonlyArray<AnswerEdge>;
  /** The answers alone. */
  readonly nodes: ReadonlyArray<Answer>;
  /** Whether there are more. */
  readonly pageInfo: PageInfo;
  /**
   * How many answers there are in all; null while not every answer is known. To select it makes Corollary look for all
   * of them, and not only for those of the page: within `limits.answers`, which may then be reached.
   */
  readonly totalCount: Maybe<Scalars['Int']['output']>;
};

/** An answer at its place. */
export type AnswerEdge = {
  readonly __typename?: 'AnswerEdge';
  /** Give it to `after` for what follows. */
  readonly cursor: Scalars['String']['output'];
  /** The answer. */
  readonly node: Answer;
};

/** One way in which the question holds. */
export type Answer = {
  readonly __typename?: 'Answer';
  /** A sentence for a person, from the templates of the predicates or the fact's own; null where there is none. */
  readonly text: Maybe<Scalars['String']['output']>;
  /** Variable name to value: atoms and strings as JSON strings, numbers as numbers (integers beyond 2^53 as strings), lists as arrays, other compounds as Prolog text. */
  readonly values: Scalars['JSON']['output'];
  /** The same as a list, in order of appearance in the goal, with the exact terms. */
  readonly bindings: ReadonlyArray<Binding>;
  /** The goal with the answer filled in; for DENSE the fact itself. */
  readonly goal: Scalars['Prolog']['output'];
  /** In (0, 1]: confidences and similarities along the best proof, combined as `scoring` says. For DENSE the score of the retrieval's ranking, in which the words count too. */
  readonly score: Scalars['Float']['output'];
  /** Why it holds: the best proof. */
  readonly proof: Proof;
  /** The facts that the proof rests on, each once, in the order in which the proof uses them. */
  readonly supports: ReadonlyArray<SupportingFact>;
};

/** What a variable of the goal stands for in an answer. */
export type Binding = {
  readonly __typename?: 'Binding';
  /** The variable's name. */
  readonly variable: Scalars['String']['output'];
  /** As in `Answer.values`. */
  readonly value: Scalars['JSON']['output'];
  /** The exact term. */
  readonly prolog: Scalars['Prolog']['output'];
};

/** A fact that a proof rests on. */
export type SupportingFact = {
  readonly __typename?: 'SupportingFact';
  /** The fact. */
  readonly fact: Fact;
  /** Its similarity to the text, where retrieval brought it; else null. */
  readonly similarity: Maybe<Scalars['Float']['output']>;
  /** Its own confidence, as it was asserted. */
  readonly confidence: Scalars['Float']['output'];
};

/** A proof tree, flattened: `nodes[0]` is the root; children are indexes into `nodes`. */
export type Proof = {
  readonly __typename?: 'Proof';
  /** The steps; parents before their children. */
  readonly nodes: ReadonlyArray<ProofNode>;
  /** Steps were left out, since the proof has more than 10,000 or is otherwise too large. No step that is here has lost some of its children only: it has all of them, or none. */
  readonly truncated: Scalars['Boolean']['output'];
  /** Steps on the longest way from the root to a leaf, both counted. */
  readonly depth: Scalars['Int']['output'];
  /** The tree drawn with lines, for people: what each step shows, and what it rests on. Up to 2,000 lines and 40 steps deep; it says what it leaves out. */
  readonly text: Scalars['String']['output'];
};

/** One step of a proof. */
export type ProofNode = {
  readonly __typename?: 'ProofNode';
  /** What this step shows. */
  readonly goal: Scalars['Prolog']['output'];
  /** What it rests on. */
  readonly kind: ProofKind;
  /** The score of the tree from here down. */
  readonly score: Scalars['Float']['output'];
  /** Indexes into `Proof.nodes` of the steps that this one needs. */
  readonly children: ReadonlyArray<Scalars['Int']['output']>;
  /** FACT, and SEMANTIC where a fact was found: the fact that it rests on. */
  readonly fact: Maybe<Fact>;
  /** RULE: the clause that was used. */
  readonly rule: Maybe<RuleRef>;
  /** The similarity that entered the score here; null where none did. */
  readonly similarity: Maybe<Scalars['Float']['output']>;
};

/** What a step of a proof rests on. */
export type ProofKind =
  /** A fact of the knowledge base. */
  | 'FACT'
  /** A clause of a rule module, whose body the children show. */
  | 'RULE'
  /** A comparison, arithmetic, or another built-in. */
  | 'BUILTIN'
  /** That something cannot be shown. */
  | 'NEGATION'
  /** A semantic predicate: `similar/3`, `similarity/3` or `nearest/3`. */
  | 'SEMANTIC'
  /** A fact that the caller supposed with `assume`. */
  | 'ASSUMPTION';

/** A clause of a rule module. */
export type RuleRef = {
  readonly __typename?: 'RuleRef';
  /** Name of the module. */
  readonly module: Scalars['String']['output'];
  /** The clause as it is written. */
  readonly clause: Scalars['Prolog']['output'];
  /** Line of the module's source that it begins on, from 1. */
  readonly line: Maybe<Scalars['Int']['output']>;
};

/** Where the time of a request went, in milliseconds. Semantic predicates count as embedding and retrieval, not twice. */
export type Timings = {
  readonly __typename?: 'Timings';
  /** Turning texts into vectors. */
  readonly embedMs: Scalars['Float']['output'];
  /** Searching. */
  readonly retrieveMs: Scalars['Float']['output'];
  /** Reasoning. */
  readonly reasonMs: Scalars['Float']['output'];
  /** All of it, from the arrival of the question. */
  readonly totalMs: Scalars['Float']['output'];
};

/** Anything with an id that holds for the whole installation and can be fetched again with `node`. */
export type Node = {
  /** An opaque id: nothing should be read from it. */
  readonly id: Scalars['ID']['output'];
};

/** Where a page stands among all pages (as in Relay connections). */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** There is more after this page: ask again with `after: endCursor`. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** There is more before this page: ask again with `before: startCursor`, where the field takes `before`. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the first item; null for an empty page. */
  readonly startCursor: Maybe<Scalars['String']['output']>;
  /** Cursor of the last item; null for an empty page. */
  readonly endCursor: Maybe<Scalars['String']['output']>;
};

/** What a deletion gives back. */
export type DeletePayload = {
  readonly __typename?: 'DeletePayload';
  /** The id that is no more. */
  readonly deletedId: Scalars['ID']['output'];
};

/** A model that turns texts into vectors. */
export type EmbeddingModel = {
  readonly __typename?: 'EmbeddingModel';
  /** Its name, as `EMBEDDING_MODEL` takes it. */
  readonly name: Scalars['String']['output'];
  /** What it is and what it is good for. */
  readonly description: Scalars['String']['output'];
  /** Length of its full vectors. */
  readonly dimensions: Scalars['Int']['output'];
  /** Shorter lengths that its vectors can be cut to. */
  readonly truncatableTo: ReadonlyArray<Scalars['Int']['output']>;
  /** How much of a text it reads, special tokens included; what goes beyond is not read. */
  readonly maxTokens: Scalars['Int']['output'];
  /** The channels that it serves. */
  readonly outputs: ReadonlyArray<Channel>;
  /** It gives vectors of single tokens too, for late interaction. */
  readonly reranks: Scalars['Boolean']['output'];
  /** The languages that it was trained on: BCP 47 tags between commas, or `mul` for many. */
  readonly languages: Scalars['String']['output'];
  /** SPDX identifier of the licence of its weights. */
  readonly licence: Scalars['String']['output'];
  /** All its files are on this server. */
  readonly installed: Scalars['Boolean']['output'];
  /** This server has it open and computes vectors with it. */
  readonly loaded: Scalars['Boolean']['output'];
  /** Number format of its weights, e.g. `fp32` or `int8`. */
  readonly precision: Scalars['String']['output'];
  /** What runs it, e.g. `onnx`. */
  readonly runtime: Scalars['String']['output'];
  /** Identifies its vectors at full length; null when it is not installed, or when finding out would mean reading gigabytes. */
  readonly fingerprint: Maybe<Scalars['String']['output']>;
};

/** What an embedding space is there for. */
export type SpaceState =
  /** Being filled. */
  | 'BUILDING'
  /** Filled, and could be made active. */
  | 'READY'
  /** The one that is searched. */
  | 'ACTIVE'
  /** Was active once, and is kept for going back. */
  | 'RETIRED'
  /** Could not be filled. */
  | 'FAILED';

/** One vector space: a model's exact weights, pooling, prefixes, precision and dimensions. Vectors of two spaces are never compared. */
export type EmbeddingSpace = Node & {
  readonly __typename?: 'EmbeddingSpace';
  /** Its id. */
  readonly id: Scalars['ID']['output'];
  /** The model that computes its vectors. */
  readonly model: EmbeddingModel;
  /** Length of its vectors. */
  readonly dimensions: Scalars['Int']['output'];
  /** What it is there for. */
  readonly state: SpaceState;
  /** The share of live sentences that have their vector in it, in [0, 1]. */
  readonly coverage: Scalars['Float']['output'];
  /** Live facts with a vector in it. */
  readonly factCount: Scalars['Int']['output'];
  /** Sentences that wait for their vector. */
  readonly pending: Scalars['Int']['output'];
  /** Sentences that the model failed on, again and again; they are found by words only. */
  readonly failed: Scalars['Int']['output'];
  /** Identifies its vectors: two spaces with the same fingerprint hold the same kind. */
  readonly fingerprint: Scalars['String']['output'];
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When it was made active; null when it never was. */
  readonly activatedAt: Maybe<Scalars['DateTime']['output']>;
  /** How its vectors were made of those of `model`; null where they are the model's own. */
  readonly projection: Maybe<EmbeddingProjection>;
};

/** Texts to turn into vectors. */
export type EmbedInput = {
  /** 1 to 256 texts of at most 100,000 characters. */
  readonly texts: ReadonlyArray<Scalars['String']['input']>;
  /** What they are: some models treat queries and passages differently. */
  readonly as?: InputMaybe<EmbedAs>;
  /** Name of the model; the server's own when left out. Another one is loaded for the request, one at a time: that takes a while. */
  readonly model?: InputMaybe<Scalars['String']['input']>;
  /** Also the weights that the model gives to words; for models that have SPARSE among their `outputs`. */
  readonly sparse?: InputMaybe<Scalars['Boolean']['input']>;
};

/** What a text is to an embedding model. */
export type EmbedAs =
  /** Something to search for. */
  | 'QUERY'
  /** Something to be found. */
  | 'PASSAGE';

/** A text's vector. */
export type Embedding = {
  readonly __typename?: 'Embedding';
  /** The vector, of unit length (all zero for a text without any known word). */
  readonly dense: ReadonlyArray<Scalars['Float']['output']>;
  /** Token id to weight; null unless asked for. */
  readonly sparse: Maybe<Scalars['JSON']['output']>;
  /** How many tokens were read, special tokens included. */
  readonly tokens: Scalars['Int']['output'];
  /** The text was longer than the model reads: the vector is of its beginning. */
  readonly truncated: Scalars['Boolean']['output'];
};

export type Mutation = {
  readonly __typename?: 'Mutation';
  /**
   * Stores facts, all of them or none, in one revision. A fact that is known already stays one fact, so that a batch
   * can be sent again. Refused with the place of the first bad fact in `index`, and code `PROLOG_SYNTAX`,
   * `FACT_NOT_GROUND`, `FACT_NOT_CALLABLE`, `ARGUMENT_KIND` or `BAD_INPUT`.
   */
  readonly assertFacts: AssertFactsPayload;
  /** Retracts facts, by id or by pattern, in one revision. They stay visible in the past, through `asOf`. */
  readonly retractFacts: RetractFactsPayload;
  /** Makes an empty knowledge base. */
  readonly createKnowledgeBase: KnowledgeBase;
  /** Deletes a knowledge base with its facts, rules, vectors and history. There is no way back. `default` cannot be deleted. */
  readonly deleteKnowledgeBase: DeletePayload;
  /**
   * Changes the embedding model, its dimensions or what runs it, while everything goes on being answered: opens a BUILDING
   * space, and a job that gives it a vector for every sentence, verifies it, and makes it the active one. Refused with code
   * `MODEL_NOT_FOUND`, `BAD_INPUT`, `EMBEDDING_SPACE_UNAVAILABLE` or, while another such job of the knowledge base is under
   * way, `REEMBEDDING_RUNNING`.
   */
  readonly reembed: Job;
  /** Ends a job that is under way. Its space is kept for a day, so that `resumeJob` can go on. */
  readonly cancelJob: Job;
  /** Goes on with a job that was cancelled, failed or is PAUSED: what is there stays, and sentences that the model failed on are tried again. */
  readonly resumeJob: Job;
  /**
   * Makes a READY or RETIRED space the active one; every server searches it from its next request on. The one that was active
   * is RETIRED and goes on receiving what is written, so that going back is the same mutation. Code
   * `EMBEDDING_SPACE_INCOMPLETE` where sentences lack their vectors in it.
   */
  readonly activateEmbeddingSpace: EmbeddingSpace;
  /** Deletes a space with its vectors. Code `EMBEDDING_SPACE_IN_USE` for the active one, or one that a job fills. */
  readonly dropEmbeddingSpace: DeletePayload;
  /** Compares a space's stored vectors with what its model gives now, and its neighbours with those of another space. Changes nothing. */
  readonly verifyEmbeddings: EmbeddingVerification;
  /**
   * Stores vectors that were computed elsewhere in a BUILDING space, all of them or none. Vectors whose fact is not live, or has
   * another sentence by now, are not stored but told. The space is then without lexical weights (`SPARSE`). `npx corollary vectors import` does this with a file.
   */
  readonly importVectors: ImportVectorsPayload;
  /** Stores a rule module, in place of one of the same name. With an ERROR among the diagnostics nothing is stored and the old one stays. */
  readonly putRuleModule: PutRuleModulePayload;
  /**
   * Keeps a goal as the right reading of a question: adds a question pattern to a rule module, in which the constants that
   * the question names have become slots. Refused with `NOT_PERMITTED` unless the server's setting ACCEPT_ROUTES is on, since
   * it decides what later questions mean.
   */
  readonly acceptRoute: PutRuleModulePayload;
  /** Deletes a rule module. It stays visible in the past, through `asOf`. */
  readonly deleteRuleModule: DeletePayload;
};


export type MutationAssertFactsArgs = {
  input: AssertFactsInput;
};


export type MutationRetractFactsArgs = {
  input: RetractFactsInput;
};


export type MutationCreateKnowledgeBaseArgs = {
  name: Scalars['String']['input'];
};


export type MutationDeleteKnowledgeBaseArgs = {
  name: Scalars['String']['input'];
};


export type MutationReembedArgs = {
  input: ReembedInput;
};


export type MutationCancelJobArgs = {
  id: Scalars['ID']['input'];
};


export type MutationResumeJobArgs = {
  id: Scalars['ID']['input'];
};


export type MutationActivateEmbeddingSpaceArgs = {
  id: Scalars['ID']['input'];
};


export type MutationDropEmbeddingSpaceArgs = {
  id: Scalars['ID']['input'];
};


export type MutationVerifyEmbeddingsArgs = {
  input: VerifyEmbeddingsInput;
};


export type MutationImportVectorsArgs = {
  input: ImportVectorsInput;
};


export type MutationPutRuleModuleArgs = {
  input: PutRuleModuleInput;
};


export type MutationAcceptRouteArgs = {
  question: Scalars['String']['input'];
  goal: Scalars['Prolog']['input'];
  module?: InputMaybe<Scalars['String']['input']>;
  knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};


export type MutationDeleteRuleModuleArgs = {
  name: Scalars['String']['input'];
  knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};

/** A ground Prolog fact, with what is known about it. */
export type Fact = Node & {
  readonly __typename?: 'Fact';
  /** Its id; the same fact asserted again after a retraction, or with another sentence or confidence, has a new one. */
  readonly id: Scalars['ID']['output'];
  /** Name of its predicate, e.g. `owned_by`. */
  readonly predicate: Scalars['String']['output'];
  /** Number of its arguments. */
  readonly arity: Scalars['Int']['output'];
  /** Its arguments as JSON, as in `Answer.values`. */
  readonly arguments: ReadonlyArray<Scalars['JSON']['output']>;
  /** Its canonical text, e.g. `owned_by(checkout,payments)`. */
  readonly prolog: Scalars['Prolog']['output'];
  /** The sentence that is embedded and searched; null for a fact that is only reasoned over. */
  readonly text: Maybe<Scalars['String']['output']>;
  /** In (0, 1]; it is the fact's score in proofs. */
  readonly confidence: Scalars['Float']['output'];
  /** Where it comes from, as whoever asserted it said. */
  readonly source: Maybe<Scalars['String']['output']>;
  /** Whatever whoever asserted it added. */
  readonly metadata: Maybe<Scalars['JSON']['output']>;
  /** When it was asserted. */
  readonly assertedAt: Scalars['DateTime']['output'];
  /** The revision that asserted it. */
  readonly assertedIn: Scalars['Int']['output'];
  /** When it was retracted; null for a live fact. */
  readonly retractedAt: Maybe<Scalars['DateTime']['output']>;
  /** The revision that retracted it; null for a live fact. */
  readonly retractedIn: Maybe<Scalars['Int']['output']>;
  /** The live facts whose sentences are nearest to this one's, best first; none for a fact without a sentence. */
  readonly similar: ReadonlyArray<ScoredFact>;
};


/** A ground Prolog fact, with what is known about it. */
export type FactSimilarArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of facts. */
export type FactConnection = {
  readonly __typename?: 'FactConnection';
  /** The facts with their cursors. */
  readonly edges: ReadonlyArray<FactEdge>;
  /** The facts alone. */
  readonly nodes: ReadonlyArray<Fact>;
  /** Whether there are more. */
  readonly pageInfo: PageInfo;
  /** How many facts match in all. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A fact at its place. */
export type FactEdge = {
  readonly __typename?: 'FactEdge';
  /** Give it to `after` or `before`. */
  readonly cursor: Scalars['String']['output'];
  /** The fact. */
  readonly node: Fact;
};

/** Conditions that a fact must meet, all of them. */
export type FactFilter = {
  /** Name of its predicate. */
  readonly predicate?: InputMaybe<Scalars['String']['input']>;
  /** Number of its arguments. */
  readonly arity?: InputMaybe<Scalars['Int']['input']>;
  /** Facts that unify with this term, e.g. `owned_by(_, payments)`. */
  readonly matches?: InputMaybe<Scalars['Prolog']['input']>;
  /** Facts whose sentence contains this text, whatever the case. */
  readonly textContains?: InputMaybe<Scalars['String']['input']>;
  /** Facts of exactly this source. */
  readonly source?: InputMaybe<Scalars['String']['input']>;
  /** Facts of at least this confidence. */
  readonly minConfidence?: InputMaybe<Scalars['Float']['input']>;
  /** Facts whose metadata contains this JSON object. */
  readonly metadata?: InputMaybe<Scalars['JSON']['input']>;
  /** Every one of these holds too. */
  readonly and?: InputMaybe<ReadonlyArray<FactFilter>>;
  /** At least one of these holds. */
  readonly or?: InputMaybe<ReadonlyArray<FactFilter>>;
  /** This does not hold. */
  readonly not?: InputMaybe<FactFilter>;
};

/** A past state, by revision or by time. */
export type AsOf =
  /** The state after this revision. */
  { readonly revision: Scalars['Int']['input']; readonly time?: never; }
  |  /** The state at this time. */
  { readonly revision?: never; readonly time: Scalars['DateTime']['input']; };

/** A predicate of a knowledge base: a name with a number of arguments. */
export type Predicate = {
  readonly __typename?: 'Predicate';
  /** Its name. */
  readonly name: Scalars['String']['output'];
  /** Number of its arguments. */
  readonly arity: Scalars['Int']['output'];
  /** What it consists of. */
  readonly kind: PredicateKind;
  /** Live facts. */
  readonly factCount: Scalars['Int']['output'];
  /** Clauses in enabled rule modules. */
  readonly ruleCount: Scalars['Int']['output'];
  /** The comment before its first clause; null where there is none. */
  readonly description: Maybe<Scalars['String']['output']>;
  /** What makes sentences of it, e.g. `{Service} is owned by {Team}`; null where there is none. */
  readonly template: Maybe<Scalars['String']['output']>;
};

/** What a predicate consists of. */
export type PredicateKind =
  /** Facts only. */
  | 'FACTS'
  /** Rules only. */
  | 'RULES'
  /** Facts and rules. */
  | 'BOTH';

/** Facts and rules that belong together, and know nothing of other knowledge bases. */
export type KnowledgeBase = Node & {
  readonly __typename?: 'KnowledgeBase';
  /** Its id. */
  readonly id: Scalars['ID']['output'];
  /** Its name, by which other fields take it. */
  readonly name: Scalars['String']['output'];
  /** The number of its last write; 0 when nothing was ever written. */
  readonly revision: Scalars['Int']['output'];
  /** Live facts. */
  readonly factCount: Scalars['Int']['output'];
  /** Clauses in enabled rule modules. */
  readonly ruleCount: Scalars['Int']['output'];
  /** When it was made. */
  readonly createdAt: Scalars['DateTime']['output'];
};

/** One fact to assert: as `prolog`, or as `predicate` with `arguments`. */
export type FactInput = {
  /** E.g. `owned_by(checkout, payments)`, or with a confidence `0.8 :: owned_by(checkout, payments)`. */
  readonly prolog?: InputMaybe<Scalars['Prolog']['input']>;
  /** Name of its predicate. */
  readonly predicate?: InputMaybe<Scalars['String']['input']>;
  /**
   * Its arguments: a string is an atom, a number a number, true and false are atoms, an array is a list.
   * Objects say what JSON cannot: `{"string": "text"}`, `{"integer": "12345678901234567890"}`, `{"float": 2}`, `{"prolog": "point(1, 2)"}`.
   */
  readonly arguments?: InputMaybe<ReadonlyArray<Scalars['JSON']['input']>>;
  /** Its sentence. Left out: the one that it has already, else the one that its predicate's template makes. */
  readonly text?: InputMaybe<Scalars['String']['input']>;
  /** In (0, 1]. Left out, a fact that is known already keeps the one that it has. */
  readonly confidence?: InputMaybe<Scalars['Float']['input']>;
  /** Where it comes from. */
  readonly source?: InputMaybe<Scalars['String']['input']>;
  /** Whatever else belongs to it. */
  readonly metadata?: InputMaybe<Scalars['JSON']['input']>;
};

/** Facts to store, all or none. */
export type AssertFactsInput = {
  /** The facts; of the same fact twice the last counts. */
  readonly facts: ReadonlyArray<FactInput>;
  /** Return only when the facts can be found by search. */
  readonly awaitEmbedding?: InputMaybe<Scalars['Boolean']['input']>;
  /** Comes back as it is. */
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  /** Name of the knowledge base; `default` when left out. */
  readonly knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};

/** What was stored. */
export type AssertFactsPayload = {
  readonly __typename?: 'AssertFactsPayload';
  /** One per input, in its order. */
  readonly facts: ReadonlyArray<Fact>;
  /** Facts that were not known. */
  readonly inserted: Scalars['Int']['output'];
  /** Facts that were known with another sentence, confidence, source or metadata: the old one was retracted in the same revision. */
  readonly updated: Scalars['Int']['output'];
  /** Facts that were known just so, among them repetitions within the batch. */
  readonly alreadyKnown: Scalars['Int']['output'];
  /** The revision after this, to be used with `asOf`; it did not rise when nothing was new. */
  readonly revision: Scalars['Int']['output'];
  /** As it was given. */
  readonly clientMutationId: Maybe<Scalars['String']['output']>;
};

/** Which facts to retract: by `ids`, by `matches`, or both. */
export type RetractFactsInput = {
  /** Facts by id, at most 10,000. With one that is no live fact of the knowledge base nothing is retracted: code `FACT_NOT_FOUND`. */
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** Every fact that unifies with this term. */
  readonly matches?: InputMaybe<Scalars['Prolog']['input']>;
  /** Only say how many it would be. */
  readonly dryRun?: InputMaybe<Scalars['Boolean']['input']>;
  /** Comes back as it is. */
  readonly clientMutationId?: InputMaybe<Scalars['String']['input']>;
  /** Name of the knowledge base; `default` when left out. */
  readonly knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};

/** What was retracted. */
export type RetractFactsPayload = {
  readonly __typename?: 'RetractFactsPayload';
  /** How many facts were, or with `dryRun` would be, retracted. */
  readonly retracted: Scalars['Int']['output'];
  /** The revision after this. */
  readonly revision: Scalars['Int']['output'];
  /** As it was given. */
  readonly clientMutationId: Maybe<Scalars['String']['output']>;
};

/** A goal with everything that decides how it is proved. */
export type ProveInput = {
  /** E.g. `owned_by(Service, payments), on_call(payments, Person)`. Variables that begin with `_` are not shown. */
  readonly goal: Scalars['Prolog']['input'];
  /** How scores combine along a proof. */
  readonly scoring?: InputMaybe<Scoring>;
  /** How much work may be done. */
  readonly limits?: InputMaybe<ReasoningLimits>;
  /** Facts to suppose for this goal only. */
  readonly assume?: InputMaybe<ReadonlyArray<Scalars['Prolog']['input']>>;
  /** Facts to leave out for this goal only, by id. */
  readonly without?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** A past state to ask; now when left out. */
  readonly asOf?: InputMaybe<AsOf>;
  /** How many answers a page holds, 0 to 1,000. */
  readonly first?: InputMaybe<Scalars['Int']['input']>;
  /** Answers after this cursor; the other arguments must be the same as for the page that it is from. */
  readonly after?: InputMaybe<Scalars['String']['input']>;
  /** Name of the knowledge base; `default` when left out. */
  readonly knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};

/** What came of a goal. */
export type ProveResult = {
  readonly __typename?: 'ProveResult';
  /** Best first, distinct by their bindings. */
  readonly answers: AnswerConnection;
  /** False where a limit cut the search short: what is here is right, but may not be all. A page that is full cuts nothing short. */
  readonly complete: Scalars['Boolean']['output'];
  /** The limit that cut the search short; null when `complete`. */
  readonly limitReached: Maybe<LimitKind>;
  /** What a caller should know before trusting the answers, in sentences for a person. */
  readonly warnings: ReadonlyArray<Scalars['String']['output']>;
  /** The revision of the knowledge base that this was computed on. */
  readonly revision: Scalars['Int']['output'];
  /** What evaluated the goal: `deduction` (best answers first), or Prolog: `swi` or `tau`. */
  readonly evaluator: Scalars['String']['output'];
  /** Why the goal was for Prolog, in a sentence for a person; null where it was not, or where the reason is not known. */
  readonly evaluatorReason: Maybe<Scalars['String']['output']>;
  /** Where the time went. */
  readonly timings: Timings;
};

/** How much work reasoning may do. A limit that is reached never fails the request: the result says `complete: false` and names it. */
export type ReasoningLimits = {
  /** Distinct answers to look for, over all pages. */
  readonly answers?: InputMaybe<Scalars['Int']['input']>;
  /** Inferences, the steps of the reasoner. */
  readonly inferences?: InputMaybe<Scalars['Int']['input']>;
  /** Milliseconds. */
  readonly timeMs?: InputMaybe<Scalars['Int']['input']>;
  /** Mebibytes of the reasoner's working memory. */
  readonly memoryMb?: InputMaybe<Scalars['Int']['input']>;
};

/** A limit that can cut a search short. */
export type LimitKind =
  /** `limits.answers` */
  | 'ANSWERS'
  /** `limits.inferences` */
  | 'INFERENCES'
  /** `limits.timeMs` */
  | 'TIME'
  /** `limits.memoryMb` */
  | 'MEMORY'
  /** `retrieval.topK`, or the number of facts that a semantic predicate may bring: facts that rank lower were not looked at. */
  | 'TOP_K'
  /** Among so many facts an index, or a bound on candidates, chose which were compared: a fact that belongs here may have been missed. */
  | 'APPROXIMATION';

/** What is told as it happens: over WebSocket at `/graphql`, by the protocol `graphql-transport-ws`. */
export type Subscription = {
  readonly __typename?: 'Subscription';
  /** The job as it is now, then whenever something of it has changed, until it has ended. */
  readonly job: Job;
};


/** What is told as it happens: over WebSocket at `/graphql`, by the protocol `graphql-transport-ws`. */
export type SubscriptionJobArgs = {
  id: Scalars['ID']['input'];
};

/** When a new space is searched. */
export type Activation =
  /** As soon as it is filled and has passed its verification. */
  | 'WHEN_VERIFIED'
  /** When `activateEmbeddingSpace` says so: the job ends with a READY space. */
  | 'MANUAL';

/** Which model is to make the vectors, and how the change is made. */
export type ReembedInput = {
  /** Name of the model, in any runtime: one of `models`. */
  readonly model: Scalars['String']['input'];
  /** One of the model's `truncatableTo`; all that it has when left out. */
  readonly dimensions?: InputMaybe<Scalars['Int']['input']>;
  /** When the new space is searched. */
  readonly activate?: InputMaybe<Activation>;
  /**
   * How far its ten nearest must agree with those of the active space, in [0, 1]; with less the job fails and nothing changes.
   * A better model has other neighbours: this is for the same model in another runtime, precision or size.
   */
  readonly minAgreement?: InputMaybe<Scalars['Float']['input']>;
  /** Sentences a second that all servers together embed at most; as fast as questions let them when left out. */
  readonly ratePerSecond?: InputMaybe<Scalars['Float']['input']>;
  /** Makes the vectors of stored ones of this model, without asking the model. */
  readonly projection?: InputMaybe<ProjectionInput>;
  /** Begins PAUSED: nothing is embedded until `resumeJob`. For vectors that are imported. */
  readonly paused?: InputMaybe<Scalars['Boolean']['input']>;
  /** Refused with `BAD_INPUT` unless the vectors have this fingerprint. */
  readonly fingerprint?: InputMaybe<Scalars['String']['input']>;
  /** Name of the knowledge base; `default` when left out. */
  readonly knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};

/** How vectors are made of others. */
export type ProjectionMethod =
  /** The directions in which the vectors extend most (principal components through the origin, learned from up to 10,000). */
  | 'PCA'
  /** The same about their mean, and made to extend alike; with fewer dimensions it is PCA and whitening in one. */
  | 'WHITENING'
  /** A small ONNX graph of one input and one output, both [batch, dimensions] float32. */
  | 'GRAPH';

/** A space that is derived from the stored vectors of another; questions go through the same projection. */
export type ProjectionInput = {
  /** How. */
  readonly method: ProjectionMethod;
  /** Length of the new vectors; as many as the vectors extend in, or as the graph gives, when left out. */
  readonly dimensions?: InputMaybe<Scalars['Int']['input']>;
  /** The ONNX file in base64, at most 12 MB with all its numbers in it; for GRAPH. */
  readonly graph?: InputMaybe<Scalars['String']['input']>;
};

/** How a job stands. */
export type JobState =
  /** Not begun. */
  | 'QUEUED'
  /** Under way. */
  | 'RUNNING'
  /** Waits: begun so, or the model fails on every text; `error` says why, and it tries again by itself. */
  | 'PAUSED'
  /** Done. */
  | 'SUCCEEDED'
  /** Ended without what it was for; the active space is as it was. */
  | 'FAILED'
  /** Ended by `cancelJob`. */
  | 'CANCELLED';

/** What a job is at. */
export type JobPhase =
  /** Sentences get their vectors. */
  | 'EMBEDDING'
  /** The index over the vectors is built. */
  | 'INDEXING'
  /** Stored vectors are compared with the model, and with the active space. */
  | 'VERIFYING'
  /** The space becomes the active one. */
  | 'ACTIVATING';

/** Long work in the background. Any server goes on with it after a crash. */
export type Job = Node & {
  readonly __typename?: 'Job';
  /** Its id. */
  readonly id: Scalars['ID']['output'];
  /** What it does: `REEMBEDDING`. */
  readonly kind: Scalars['String']['output'];
  /** How it stands. */
  readonly state: JobState;
  /** What it is at, or was when it ended. */
  readonly phase: JobPhase;
  /** Sentences that are done with. */
  readonly done: Scalars['Int']['output'];
  /** All sentences; grows with what is written meanwhile. */
  readonly total: Scalars['Int']['output'];
  /** Sentences that the model failed on, again and again. */
  readonly failed: Scalars['Int']['output'];
  /** Some of them, and why; at most 20. */
  readonly failures: ReadonlyArray<JobFailure>;
  /** Sentences a second, of all servers, over the last half minute; null until it is known and after the end. */
  readonly ratePerSecond: Maybe<Scalars['Float']['output']>;
  /** Seconds until all sentences are done, at that rate. */
  readonly etaSeconds: Maybe<Scalars['Float']['output']>;
  /** Why it failed or waits, in a sentence for a person; null when all is well. */
  readonly error: Maybe<Scalars['String']['output']>;
  /** The space that it fills; null when it has been dropped. */
  readonly space: Maybe<EmbeddingSpace>;
  /** What came of the verification; null before it. */
  readonly verification: Maybe<EmbeddingVerification>;
  /** Name of the knowledge base. */
  readonly knowledgeBase: Scalars['String']['output'];
  /** When it was asked for. */
  readonly createdAt: Scalars['DateTime']['output'];
  /** When it began; null before. */
  readonly startedAt: Maybe<Scalars['DateTime']['output']>;
  /** When it ended; null before. */
  readonly finishedAt: Maybe<Scalars['DateTime']['output']>;
};

/** A sentence that the model failed on. */
export type JobFailure = {
  readonly __typename?: 'JobFailure';
  /** Its fact. */
  readonly fact: Fact;
  /** What the model said. */
  readonly error: Scalars['String']['output'];
};

/** A page of jobs. */
export type JobConnection = {
  readonly __typename?: 'JobConnection';
  /** The jobs with their cursors. */
  readonly edges: ReadonlyArray<JobEdge>;
  /** The jobs alone. */
  readonly nodes: ReadonlyArray<Job>;
  /** Whether there are more. */
  readonly pageInfo: PageInfo;
  /** How many there are in all. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A job at its place. */
export type JobEdge = {
  readonly __typename?: 'JobEdge';
  /** Give it to `after`. */
  readonly cursor: Scalars['String']['output'];
  /** The job. */
  readonly node: Job;
};

/** What to verify. */
export type VerifyEmbeddingsInput = {
  /** The space. */
  readonly space: Scalars['ID']['input'];
  /** Sentences that are embedded afresh, 1 to 10,000. */
  readonly sample?: InputMaybe<Scalars['Int']['input']>;
  /** Another space of the knowledge base, whose neighbours are compared. Every vector is read for each of up to 100 sentences. */
  readonly against?: InputMaybe<Scalars['ID']['input']>;
  /** Name of the knowledge base that the spaces must be of; not checked when left out. */
  readonly knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};

/** Stored vectors against freshly computed ones, and the neighbours of two spaces against each other. */
export type EmbeddingVerification = {
  readonly __typename?: 'EmbeddingVerification';
  /** Sentences that were embedded afresh. */
  readonly sampled: Scalars['Int']['output'];
  /** The lowest cosine of a stored vector with its fresh one; 1 when none was compared. */
  readonly minCosine: Scalars['Float']['output'];
  /** Their mean. */
  readonly meanCosine: Scalars['Float']['output'];
  /** Of the ten nearest facts of a sampled one, by comparing all, the share that both spaces have; null without another space. */
  readonly neighbourOverlapAt10: Maybe<Scalars['Float']['output']>;
  /** The share of live sentences that have their vector, in [0, 1]. */
  readonly coverage: Scalars['Float']['output'];
  /** Nothing is wrong. */
  readonly passed: Scalars['Boolean']['output'];
  /** What is wrong, one sentence each. */
  readonly faults: ReadonlyArray<Scalars['String']['output']>;
};

/** How the vectors of a space were made of another's. */
export type EmbeddingProjection = {
  readonly __typename?: 'EmbeddingProjection';
  /** How. */
  readonly method: ProjectionMethod;
  /** Length of the vectors that it takes: those of the model. */
  readonly inputDimensions: Scalars['Int']['output'];
  /** Identifies it: the same numbers have the same checksum. */
  readonly checksum: Scalars['String']['output'];
  /** The share of the vectors' variance that it keeps, in (0, 1]; null for a graph. */
  readonly varianceKept: Maybe<Scalars['Float']['output']>;
};

/** Some of a space's vectors. */
export type StoredVectorPage = {
  readonly __typename?: 'StoredVectorPage';
  /** In the order of their facts. */
  readonly nodes: ReadonlyArray<StoredVector>;
  /** Whether there are more. */
  readonly pageInfo: PageInfo;
};

/** A sentence and its vector. */
export type StoredVector = {
  readonly __typename?: 'StoredVector';
  /** The fact whose sentence it is; it may change, or be retracted, while pages are read. */
  readonly fact: Fact;
  /** The sentence. */
  readonly text: Scalars['String']['output'];
  /** SHA-256 of the sentence in UTF-8, hexadecimal. */
  readonly textHash: Scalars['String']['output'];
  /** The vector: little-endian float32 in base64; null where there is none yet. */
  readonly vector: Maybe<Scalars['String']['output']>;
};

/** A vector that was computed elsewhere. */
export type VectorInput = {
  /** The fact whose sentence was embedded. */
  readonly fact: Scalars['ID']['input'];
  /** SHA-256 of that sentence in UTF-8, hexadecimal: a vector of another sentence is not taken. */
  readonly textHash: Scalars['String']['input'];
  /** Little-endian float32 in base64, as many as the space has dimensions, of unit length (all zero for a text without a known word). */
  readonly vector: Scalars['String']['input'];
};

/** Vectors to store. */
export type ImportVectorsInput = {
  /** The space: a BUILDING one. */
  readonly space: Scalars['ID']['input'];
  /** The vectors, 1 to 1,000. */
  readonly vectors: ReadonlyArray<VectorInput>;
};

/** What became of vectors. */
export type ImportVectorsPayload = {
  readonly __typename?: 'ImportVectorsPayload';
  /** How many were stored. */
  readonly imported: Scalars['Int']['output'];
  /** Facts that are not live, or not of this knowledge base: their vectors were not stored. */
  readonly unknown: ReadonlyArray<Scalars['ID']['output']>;
  /** Facts whose sentence is another one: their vectors were not stored. */
  readonly stale: ReadonlyArray<Scalars['ID']['output']>;
};

/** A way to find facts by their sentences. */
export type Channel =
  /** By meaning: vectors of the sentence and of the text. */
  | 'DENSE'
  /** By the weights that a model gives to words; for models that have it among their `outputs`. */
  | 'SPARSE'
  /** By words: BM25 over word stems, each sentence's by its own language. A word that no sentence has stands for those that are spelt like it, which count less. */
  | 'LEXICAL';

/** How the scores that several channels give become one. */
export type Fusion =
  /** Each score divided by the highest that the text allows, weighed; the weights belong to the embedding model. */
  | 'WEIGHTED'
  /** Reciprocal rank fusion: the sum of 1 / (k + rank) over the channels, divided by what a fact has that all of them rank first. A weak channel gets as much say as a strong one. */
  | 'RECIPROCAL_RANK';

/** How facts are retrieved. */
export type RetrievalOptions = {
  /** The ways to search; with several, their scores are fused, see `fusion`. */
  readonly channels?: InputMaybe<ReadonlyArray<Channel>>;
  /** How many facts at most, 1 to 1,000: 50 when left out. A HYBRID question reads as few of them as it can, and 1,000 at most when this is left out. */
  readonly topK?: InputMaybe<Scalars['Int']['input']>;
  /** Leave out facts of a lower similarity, in [0, 1]. */
  readonly minSimilarity?: InputMaybe<Scalars['Float']['input']>;
  /** Search only among these facts. */
  readonly filter?: InputMaybe<FactFilter>;
  /** Rescore the best candidates with token-level late interaction; for models that `reranks` says it of. */
  readonly rerank?: InputMaybe<Scalars['Boolean']['input']>;
  /** Compare the vectors of all facts that `filter` leaves, also where an index could say which are near: it misses about one in a hundred. Takes about a second for a million facts. */
  readonly exact?: InputMaybe<Scalars['Boolean']['input']>;
  /** How the scores of several channels become one. */
  readonly fusion?: InputMaybe<Fusion>;
  /** k of RECIPROCAL_RANK, 0 to 1,000. The smaller, the more the first ranks of each channel count. */
  readonly reciprocalRankK?: InputMaybe<Scalars['Int']['input']>;
};

/** A text to search for. */
export type SearchInput = {
  /** Natural language. */
  readonly text: Scalars['String']['input'];
  /** How facts are retrieved. `topK` bounds all pages together. */
  readonly retrieval?: InputMaybe<RetrievalOptions>;
  /** How many facts a page holds, 0 to 1,000. */
  readonly first?: InputMaybe<Scalars['Int']['input']>;
  /** Facts after this cursor; the other arguments must be the same as for the page that it is from. */
  readonly after?: InputMaybe<Scalars['String']['input']>;
  /** A past state to search; now when left out. */
  readonly asOf?: InputMaybe<AsOf>;
  /** Name of the knowledge base; `default` when left out. */
  readonly knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};

/** Facts near a text. */
export type SearchResult = {
  readonly __typename?: 'SearchResult';
  /** Best first. */
  readonly facts: ReadonlyArray<ScoredFact>;
  /** Whether there are more, within `topK`. */
  readonly pageInfo: PageInfo;
  /** True: the pages together hold every fact that the request lets through and its channels can find; by meaning that takes its vector, by words a word in common. False: `limitReached` says why some may be missing. */
  readonly complete: Scalars['Boolean']['output'];
  /** What may have kept facts out: TOP_K, where more were found than `topK`, or else APPROXIMATION; null when `complete`. */
  readonly limitReached: Maybe<LimitKind>;
  /** The space that was searched. */
  readonly embeddingSpace: EmbeddingSpace;
  /** The revision of the knowledge base that was searched. */
  readonly revision: Scalars['Int']['output'];
  /** Where the time went. */
  readonly timings: Timings;
};

/** A fact that was found, and how well it fits. */
export type ScoredFact = {
  readonly __typename?: 'ScoredFact';
  /** The fact. */
  readonly fact: Fact;
  /** What the list is ordered by, in (0, 1]: the fused score of the channels. */
  readonly score: Scalars['Float']['output'];
  /** What each channel said; a channel that did not find the fact is missing. */
  readonly channels: ReadonlyArray<ChannelScore>;
};

/** What one channel said of a fact. */
export type ChannelScore = {
  readonly __typename?: 'ChannelScore';
  /** The channel. */
  readonly channel: Channel;
  /** DENSE: the similarity, a calibrated cosine in (0, 1]; SPARSE: the dot product of the model's weights; LEXICAL: BM25; both without an upper bound. */
  readonly score: Scalars['Float']['output'];
  /** Its place among the facts that this channel found, from 1. */
  readonly rank: Scalars['Int']['output'];
};

/** A named text of Prolog rules and declarations, stored and replaced as a whole. */
export type RuleModule = Node & {
  readonly __typename?: 'RuleModule';
  /** Its id; it stays the same when the module is replaced. */
  readonly id: Scalars['ID']['output'];
  /** Its name. */
  readonly name: Scalars['String']['output'];
  /** Its text, as it was given. */
  readonly source: Scalars['String']['output'];
  /** False for a module that is kept but not used. */
  readonly enabled: Scalars['Boolean']['output'];
  /** The predicates that its clauses define, in order of appearance. */
  readonly predicates: ReadonlyArray<Predicate>;
  /** The questions in plain language that it declares, e.g. `who owns {Service}?`. */
  readonly questionPatterns: ReadonlyArray<Scalars['String']['output']>;
  /** When this version was stored. */
  readonly updatedAt: Scalars['DateTime']['output'];
  /** The revision that stored this version. */
  readonly revision: Scalars['Int']['output'];
};

/** Something to say about a rule module's source. */
export type RuleDiagnostic = {
  readonly __typename?: 'RuleDiagnostic';
  /** How bad it is. */
  readonly severity: Severity;
  /** One sentence for a person. */
  readonly message: Scalars['String']['output'];
  /** Line, from 1; null for the module as a whole. */
  readonly line: Maybe<Scalars['Int']['output']>;
  /** Column, from 1; null for the module as a whole. */
  readonly column: Maybe<Scalars['Int']['output']>;
  /**
   * What it is, for programs. ERROR: `PROLOG_SYNTAX`, `UNKNOWN_PREDICATE`, `WRONG_ARITY`, `NOT_PERMITTED`, `NOT_SUPPORTED`
   * (the server's Prolog lacks it), `UNBOUND_ARITHMETIC`, `NOT_STRATIFIED`, `BAD_HEAD`, `BAD_CONFIDENCE`, `BAD_TEMPLATE`,
   * `BAD_SEARCHABLE`, `BAD_QUESTION`, `BAD_PHRASE`, `BAD_ALIAS`, `BAD_INPUT` (too long or too deeply nested). WARNING:
   * `SINGLETON_VARIABLE`, `UNSAFE_NEGATION`, `UNREACHABLE_CLAUSE`, `NOT_TABLED`, `DUPLICATE_QUESTION` (two patterns of the
   * same words), `NO_ALIASES` (an alias predicate without facts). HINT: `UNBOUND_HEAD_VARIABLE`,
   * `NEEDS_PROLOG`.
   */
  readonly code: Scalars['String']['output'];
};

/** How bad a diagnostic is. */
export type Severity =
  /** The module is refused. */
  | 'ERROR'
  /** The module is stored, but probably does not mean what it says. */
  | 'WARNING'
  /** Something to know, or to improve. */
  | 'HINT';

/** A rule module to store. */
export type PutRuleModuleInput = {
  /** Its name: 1 to 64 letters, digits, dashes, underscores and dots. */
  readonly name: Scalars['String']['input'];
  /** Prolog text. */
  readonly source: Scalars['String']['input'];
  /** False keeps the module without using it. */
  readonly enabled?: InputMaybe<Scalars['Boolean']['input']>;
  /** Name of the knowledge base; `default` when left out. */
  readonly knowledgeBase?: InputMaybe<Scalars['String']['input']>;
};

/** What came of storing a rule module. */
export type PutRuleModulePayload = {
  readonly __typename?: 'PutRuleModulePayload';
  /** The module as it is stored now; null when it was refused. */
  readonly module: Maybe<RuleModule>;
  /** Everything to say about its source, in order of position. */
  readonly diagnostics: ReadonlyArray<RuleDiagnostic>;
};

/** What this server is and how it is. */
export type SystemStatus = {
  readonly __typename?: 'SystemStatus';
  /** Version of Corollary. */
  readonly version: Scalars['String']['output'];
  /** The database with its version, and pgvector's. */
  readonly database: Scalars['String']['output'];
  /** The database runs inside this server, in its data directory. */
  readonly embedded: Scalars['Boolean']['output'];
  /** The Prolog systems that reason here. */
  readonly reasoners: ReadonlyArray<Scalars['String']['output']>;
  /** The vector space that the `default` knowledge base is searched in; null before there is one. */
  readonly activeSpace: Maybe<EmbeddingSpace>;
  /** Seconds since the start. */
  readonly uptimeSeconds: Scalars['Float']['output'];
  /** What an operator should look at, in sentences for a person; empty when all is well. */
  readonly warnings: ReadonlyArray<Scalars['String']['output']>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  NamedConstant: ResolverTypeWrapper<NamedConstant>;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  ArgumentPlace: ResolverTypeWrapper<ArgumentPlace>;
  Route: Route;
  Scope: Scope;
  Scoring: Scoring;
  AskInput: AskInput;
  AskResult: ResolverTypeWrapper<AskResultSource>;
  RouteDecision: ResolverTypeWrapper<RouteDecisionSource>;
  MatchedPattern: ResolverTypeWrapper<MatchedPatternSource>;
  Slot: ResolverTypeWrapper<FilledSlot>;
  AnswerConnection: ResolverTypeWrapper<AnswersSource>;
  AnswerEdge: ResolverTypeWrapper<AnswerEdgeSource>;
  Answer: ResolverTypeWrapper<AnswerSource>;
  Binding: ResolverTypeWrapper<BindingSource>;
  SupportingFact: ResolverTypeWrapper<SupportingFactSource>;
  Proof: ResolverTypeWrapper<ProofSource>;
  ProofNode: ResolverTypeWrapper<ProofNodeSource>;
  ProofKind: ProofKind;
  RuleRef: ResolverTypeWrapper<RuleRef>;
  Timings: ResolverTypeWrapper<Timings>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Prolog: ResolverTypeWrapper<Scalars['Prolog']['output']>;
  Node: ResolverTypeWrapper<NodeSource>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  DeletePayload: ResolverTypeWrapper<DeletePayload>;
  EmbeddingModel: ResolverTypeWrapper<ModelDescription>;
  SpaceState: SpaceState;
  EmbeddingSpace: ResolverTypeWrapper<EmbeddingSpaceCoverage>;
  EmbedInput: EmbedInput;
  EmbedAs: EmbedAs;
  Embedding: ResolverTypeWrapper<EmbeddedText>;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Fact: ResolverTypeWrapper<FactSource>;
  FactConnection: ResolverTypeWrapper<FactPage>;
  FactEdge: ResolverTypeWrapper<Omit<FactEdge, 'node'> & { node: ResolversTypes['Fact'] }>;
  FactFilter: FactFilter;
  AsOf: AsOf;
  Predicate: ResolverTypeWrapper<Predicate>;
  PredicateKind: PredicateKind;
  KnowledgeBase: ResolverTypeWrapper<KnowledgeBaseSource>;
  FactInput: FactInput;
  AssertFactsInput: AssertFactsInput;
  AssertFactsPayload: ResolverTypeWrapper<AssertFactsSource>;
  RetractFactsInput: RetractFactsInput;
  RetractFactsPayload: ResolverTypeWrapper<RetractFactsPayload>;
  ProveInput: ProveInput;
  ProveResult: ResolverTypeWrapper<ProveResultSource>;
  ReasoningLimits: ReasoningLimits;
  LimitKind: LimitKind;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Activation: Activation;
  ReembedInput: ReembedInput;
  ProjectionMethod: ProjectionMethod;
  ProjectionInput: ProjectionInput;
  JobState: JobState;
  JobPhase: JobPhase;
  Job: ResolverTypeWrapper<JobSource>;
  JobFailure: ResolverTypeWrapper<JobFailureSource>;
  JobConnection: ResolverTypeWrapper<JobPage>;
  JobEdge: ResolverTypeWrapper<JobEdgeSource>;
  VerifyEmbeddingsInput: VerifyEmbeddingsInput;
  EmbeddingVerification: ResolverTypeWrapper<Verification>;
  EmbeddingProjection: ResolverTypeWrapper<EmbeddingProjection>;
  StoredVectorPage: ResolverTypeWrapper<StoredVectorPageSource>;
  StoredVector: ResolverTypeWrapper<StoredVectorSource>;
  VectorInput: VectorInput;
  ImportVectorsInput: ImportVectorsInput;
  ImportVectorsPayload: ResolverTypeWrapper<ImportVectorsPayload>;
  Channel: Channel;
  Fusion: Fusion;
  RetrievalOptions: RetrievalOptions;
  SearchInput: SearchInput;
  SearchResult: ResolverTypeWrapper<SearchResultSource>;
  ScoredFact: ResolverTypeWrapper<ScoredFactSource>;
  ChannelScore: ResolverTypeWrapper<ChannelScore>;
  RuleModule: ResolverTypeWrapper<RuleModuleSource>;
  RuleDiagnostic: ResolverTypeWrapper<RuleDiagnosticSource>;
  Severity: Severity;
  PutRuleModuleInput: PutRuleModuleInput;
  PutRuleModulePayload: ResolverTypeWrapper<Omit<PutRuleModulePayload, 'module' | 'diagnostics'> & { module?: Maybe<ResolversTypes['RuleModule']>, diagnostics: ReadonlyArray<ResolversTypes['RuleDiagnostic']> }>;
  SystemStatus: ResolverTypeWrapper<StatusSource>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Query: Record<PropertyKey, never>;
  String: Scalars['String']['output'];
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  Boolean: Scalars['Boolean']['output'];
  NamedConstant: NamedConstant;
  Float: Scalars['Float']['output'];
  ArgumentPlace: ArgumentPlace;
  AskInput: AskInput;
  AskResult: AskResultSource;
  RouteDecision: RouteDecisionSource;
  MatchedPattern: MatchedPatternSource;
  Slot: FilledSlot;
  AnswerConnection: AnswersSource;
  AnswerEdge: AnswerEdgeSource;
  Answer: AnswerSource;
  Binding: BindingSource;
  SupportingFact: SupportingFactSource;
  Proof: ProofSource;
  ProofNode: ProofNodeSource;
  RuleRef: RuleRef;
  Timings: Timings;
  DateTime: Scalars['DateTime']['output'];
  JSON: Scalars['JSON']['output'];
  Prolog: Scalars['Prolog']['output'];
  Node: NodeSource;
  PageInfo: PageInfo;
  DeletePayload: DeletePayload;
  EmbeddingModel: ModelDescription;
  EmbeddingSpace: EmbeddingSpaceCoverage;
  EmbedInput: EmbedInput;
  Embedding: EmbeddedText;
  Mutation: Record<PropertyKey, never>;
  Fact: FactSource;
  FactConnection: FactPage;
  FactEdge: Omit<FactEdge, 'node'> & { node: ResolversParentTypes['Fact'] };
  FactFilter: FactFilter;
  AsOf: AsOf;
  Predicate: Predicate;
  KnowledgeBase: KnowledgeBaseSource;
  FactInput: FactInput;
  AssertFactsInput: AssertFactsInput;
  AssertFactsPayload: AssertFactsSource;
  RetractFactsInput: RetractFactsInput;
  RetractFactsPayload: RetractFactsPayload;
  ProveInput: ProveInput;
  ProveResult: ProveResultSource;
  ReasoningLimits: ReasoningLimits;
  Subscription: Record<PropertyKey, never>;
  ReembedInput: ReembedInput;
  ProjectionInput: ProjectionInput;
  Job: JobSource;
  JobFailure: JobFailureSource;
  JobConnection: JobPage;
  JobEdge: JobEdgeSource;
  VerifyEmbeddingsInput: VerifyEmbeddingsInput;
  EmbeddingVerification: Verification;
  EmbeddingProjection: EmbeddingProjection;
  StoredVectorPage: StoredVectorPageSource;
  StoredVector: StoredVectorSource;
  VectorInput: VectorInput;
  ImportVectorsInput: ImportVectorsInput;
  ImportVectorsPayload: ImportVectorsPayload;
  RetrievalOptions: RetrievalOptions;
  SearchInput: SearchInput;
  SearchResult: SearchResultSource;
  ScoredFact: ScoredFactSource;
  ChannelScore: ChannelScore;
  RuleModule: RuleModuleSource;
  RuleDiagnostic: RuleDiagnosticSource;
  PutRuleModuleInput: PutRuleModuleInput;
  PutRuleModulePayload: Omit<PutRuleModulePayload, 'module' | 'diagnostics'> & { module?: Maybe<ResolversParentTypes['RuleModule']>, diagnostics: ReadonlyArray<ResolversParentTypes['RuleDiagnostic']> };
  SystemStatus: StatusSource;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  ask?: Resolver<ResolversTypes['AskResult'], ParentType, ContextType, RequireFields<QueryAskArgs, 'input'>>;
  route?: Resolver<ResolversTypes['RouteDecision'], ParentType, ContextType, RequireFields<QueryRouteArgs, 'question'>>;
  namedConstants?: Resolver<ReadonlyArray<ReadonlyArray<ResolversTypes['NamedConstant']>>, ParentType, ContextType, RequireFields<QueryNamedConstantsArgs, 'texts'>>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  models?: Resolver<ReadonlyArray<ResolversTypes['EmbeddingModel']>, ParentType, ContextType>;
  embeddingSpaces?: Resolver<ReadonlyArray<ResolversTypes['EmbeddingSpace']>, ParentType, ContextType, Partial<QueryEmbeddingSpacesArgs>>;
  embed?: Resolver<ReadonlyArray<ResolversTypes['Embedding']>, ParentType, ContextType, RequireFields<QueryEmbedArgs, 'input'>>;
  fact?: Resolver<Maybe<ResolversTypes['Fact']>, ParentType, ContextType, RequireFields<QueryFactArgs, 'id'>>;
  facts?: Resolver<ResolversTypes['FactConnection'], ParentType, ContextType, Partial<QueryFactsArgs>>;
  predicates?: Resolver<ReadonlyArray<ResolversTypes['Predicate']>, ParentType, ContextType, Partial<QueryPredicatesArgs>>;
  knowledgeBases?: Resolver<ReadonlyArray<ResolversTypes['KnowledgeBase']>, ParentType, ContextType>;
  knowledgeBase?: Resolver<Maybe<ResolversTypes['KnowledgeBase']>, ParentType, ContextType, RequireFields<QueryKnowledgeBaseArgs, 'name'>>;
  prove?: Resolver<ResolversTypes['ProveResult'], ParentType, ContextType, RequireFields<QueryProveArgs, 'input'>>;
  jobs?: Resolver<ResolversTypes['JobConnection'], ParentType, ContextType, Partial<QueryJobsArgs>>;
  job?: Resolver<Maybe<ResolversTypes['Job']>, ParentType, ContextType, RequireFields<QueryJobArgs, 'id'>>;
  storedVectors?: Resolver<ResolversTypes['StoredVectorPage'], ParentType, ContextType, RequireFields<QueryStoredVectorsArgs, 'space' | 'first' | 'missing'>>;
  search?: Resolver<ResolversTypes['SearchResult'], ParentType, ContextType, RequireFields<QuerySearchArgs, 'input'>>;
  ruleModules?: Resolver<ReadonlyArray<ResolversTypes['RuleModule']>, ParentType, ContextType, Partial<QueryRuleModulesArgs>>;
  ruleModule?: Resolver<Maybe<ResolversTypes['RuleModule']>, ParentType, ContextType, RequireFields<QueryRuleModuleArgs, 'name'>>;
  checkRules?: Resolver<ReadonlyArray<ResolversTypes['RuleDiagnostic']>, ParentType, ContextType, RequireFields<QueryCheckRulesArgs, 'source'>>;
  status?: Resolver<ResolversTypes['SystemStatus'], ParentType, ContextType>;
};

export type NamedConstantResolvers<ContextType = Context, ParentType extends ResolversParentTypes['NamedConstant'] = ResolversParentTypes['NamedConstant']> = {
  from?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  to?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  constant?: Resolver<ResolversTypes['Prolog'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  places?: Resolver<ReadonlyArray<ResolversTypes['ArgumentPlace']>, ParentType, ContextType>;
};

export type ArgumentPlaceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ArgumentPlace'] = ResolversParentTypes['ArgumentPlace']> = {
  predicate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  arity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  argument?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type AskResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AskResult'] = ResolversParentTypes['AskResult']> = {
  route?: Resolver<ResolversTypes['RouteDecision'], ParentType, ContextType>;
  answers?: Resolver<ResolversTypes['AnswerConnection'], ParentType, ContextType>;
  retrieved?: Resolver<ReadonlyArray<ResolversTypes['ScoredFact']>, ParentType, ContextType>;
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  limitReached?: Resolver<Maybe<ResolversTypes['LimitKind']>, ParentType, ContextType>;
  warnings?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  evaluator?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  evaluatorReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  timings?: Resolver<ResolversTypes['Timings'], ParentType, ContextType>;
};

export type RouteDecisionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RouteDecision'] = ResolversParentTypes['RouteDecision']> = {
  route?: Resolver<ResolversTypes['Route'], ParentType, ContextType>;
  reason?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  confidence?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  goal?: Resolver<Maybe<ResolversTypes['Prolog']>, ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  pattern?: Resolver<Maybe<ResolversTypes['MatchedPattern']>, ParentType, ContextType>;
  warnings?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  alternatives?: Resolver<ReadonlyArray<ResolversTypes['RouteDecision']>, ParentType, ContextType>;
};

export type MatchedPatternResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MatchedPattern'] = ResolversParentTypes['MatchedPattern']> = {
  pattern?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  module?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  line?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  goal?: Resolver<ResolversTypes['Prolog'], ParentType, ContextType>;
  answers?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  slots?: Resolver<ReadonlyArray<ResolversTypes['Slot']>, ParentType, ContextType>;
  similarity?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type SlotResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Slot'] = ResolversParentTypes['Slot']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['Prolog'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type AnswerConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnswerConnection'] = ResolversParentTypes['AnswerConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['AnswerEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Answer']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type AnswerEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AnswerEdge'] = ResolversParentTypes['AnswerEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Answer'], ParentType, ContextType>;
};

export type AnswerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Answer'] = ResolversParentTypes['Answer']> = {
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  values?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  bindings?: Resolver<ReadonlyArray<ResolversTypes['Binding']>, ParentType, ContextType>;
  goal?: Resolver<ResolversTypes['Prolog'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  proof?: Resolver<ResolversTypes['Proof'], ParentType, ContextType>;
  supports?: Resolver<ReadonlyArray<ResolversTypes['SupportingFact']>, ParentType, ContextType>;
};

export type BindingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Binding'] = ResolversParentTypes['Binding']> = {
  variable?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  prolog?: Resolver<ResolversTypes['Prolog'], ParentType, ContextType>;
};

export type SupportingFactResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SupportingFact'] = ResolversParentTypes['SupportingFact']> = {
  fact?: Resolver<ResolversTypes['Fact'], ParentType, ContextType>;
  similarity?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  confidence?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export type ProofResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Proof'] = ResolversParentTypes['Proof']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['ProofNode']>, ParentType, ContextType>;
  truncated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  depth?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ProofNodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProofNode'] = ResolversParentTypes['ProofNode']> = {
  goal?: Resolver<ResolversTypes['Prolog'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ProofKind'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  children?: Resolver<ReadonlyArray<ResolversTypes['Int']>, ParentType, ContextType>;
  fact?: Resolver<Maybe<ResolversTypes['Fact']>, ParentType, ContextType>;
  rule?: Resolver<Maybe<ResolversTypes['RuleRef']>, ParentType, ContextType>;
  similarity?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type RuleRefResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RuleRef'] = ResolversParentTypes['RuleRef']> = {
  module?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  clause?: Resolver<ResolversTypes['Prolog'], ParentType, ContextType>;
  line?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type TimingsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Timings'] = ResolversParentTypes['Timings']> = {
  embedMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  retrieveMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  reasonMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  totalMs?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export interface PrologScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Prolog'], any> {
  name: 'Prolog';
}

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'EmbeddingSpace' | 'Fact' | 'KnowledgeBase' | 'Job' | 'RuleModule', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type DeletePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeletePayload'] = ResolversParentTypes['DeletePayload']> = {
  deletedId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type EmbeddingModelResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EmbeddingModel'] = ResolversParentTypes['EmbeddingModel']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  description?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  dimensions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  truncatableTo?: Resolver<ReadonlyArray<ResolversTypes['Int']>, ParentType, ContextType>;
  maxTokens?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  outputs?: Resolver<ReadonlyArray<ResolversTypes['Channel']>, ParentType, ContextType>;
  reranks?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  languages?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  licence?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  installed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  loaded?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  precision?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  runtime?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  fingerprint?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type EmbeddingSpaceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EmbeddingSpace'] = ResolversParentTypes['EmbeddingSpace']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  model?: Resolver<ResolversTypes['EmbeddingModel'], ParentType, ContextType>;
  dimensions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['SpaceState'], ParentType, ContextType>;
  coverage?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  factCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  pending?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  fingerprint?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  activatedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  projection?: Resolver<Maybe<ResolversTypes['EmbeddingProjection']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type EmbeddingResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Embedding'] = ResolversParentTypes['Embedding']> = {
  dense?: Resolver<ReadonlyArray<ResolversTypes['Float']>, ParentType, ContextType>;
  sparse?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  tokens?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  truncated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  assertFacts?: Resolver<ResolversTypes['AssertFactsPayload'], ParentType, ContextType, RequireFields<MutationAssertFactsArgs, 'input'>>;
  retractFacts?: Resolver<ResolversTypes['RetractFactsPayload'], ParentType, ContextType, RequireFields<MutationRetractFactsArgs, 'input'>>;
  createKnowledgeBase?: Resolver<ResolversTypes['KnowledgeBase'], ParentType, ContextType, RequireFields<MutationCreateKnowledgeBaseArgs, 'name'>>;
  deleteKnowledgeBase?: Resolver<ResolversTypes['DeletePayload'], ParentType, ContextType, RequireFields<MutationDeleteKnowledgeBaseArgs, 'name'>>;
  reembed?: Resolver<ResolversTypes['Job'], ParentType, ContextType, RequireFields<MutationReembedArgs, 'input'>>;
  cancelJob?: Resolver<ResolversTypes['Job'], ParentType, ContextType, RequireFields<MutationCancelJobArgs, 'id'>>;
  resumeJob?: Resolver<ResolversTypes['Job'], ParentType, ContextType, RequireFields<MutationResumeJobArgs, 'id'>>;
  activateEmbeddingSpace?: Resolver<ResolversTypes['EmbeddingSpace'], ParentType, ContextType, RequireFields<MutationActivateEmbeddingSpaceArgs, 'id'>>;
  dropEmbeddingSpace?: Resolver<ResolversTypes['DeletePayload'], ParentType, ContextType, RequireFields<MutationDropEmbeddingSpaceArgs, 'id'>>;
  verifyEmbeddings?: Resolver<ResolversTypes['EmbeddingVerification'], ParentType, ContextType, RequireFields<MutationVerifyEmbeddingsArgs, 'input'>>;
  importVectors?: Resolver<ResolversTypes['ImportVectorsPayload'], ParentType, ContextType, RequireFields<MutationImportVectorsArgs, 'input'>>;
  putRuleModule?: Resolver<ResolversTypes['PutRuleModulePayload'], ParentType, ContextType, RequireFields<MutationPutRuleModuleArgs, 'input'>>;
  acceptRoute?: Resolver<ResolversTypes['PutRuleModulePayload'], ParentType, ContextType, RequireFields<MutationAcceptRouteArgs, 'question' | 'goal'>>;
  deleteRuleModule?: Resolver<ResolversTypes['DeletePayload'], ParentType, ContextType, RequireFields<MutationDeleteRuleModuleArgs, 'name'>>;
};

export type FactResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Fact'] = ResolversParentTypes['Fact']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  predicate?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  arity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  arguments?: Resolver<ReadonlyArray<ResolversTypes['JSON']>, ParentType, ContextType>;
  prolog?: Resolver<ResolversTypes['Prolog'], ParentType, ContextType>;
  text?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  confidence?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  source?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  metadata?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  assertedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  assertedIn?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  retractedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  retractedIn?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  similar?: Resolver<ReadonlyArray<ResolversTypes['ScoredFact']>, ParentType, ContextType, RequireFields<FactSimilarArgs, 'first'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type FactConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FactConnection'] = ResolversParentTypes['FactConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['FactEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Fact']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type FactEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['FactEdge'] = ResolversParentTypes['FactEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Fact'], ParentType, ContextType>;
};

export type PredicateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Predicate'] = ResolversParentTypes['Predicate']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  arity?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['PredicateKind'], ParentType, ContextType>;
  factCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  ruleCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  template?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type KnowledgeBaseResolvers<ContextType = Context, ParentType extends ResolversParentTypes['KnowledgeBase'] = ResolversParentTypes['KnowledgeBase']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  factCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  ruleCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type AssertFactsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AssertFactsPayload'] = ResolversParentTypes['AssertFactsPayload']> = {
  facts?: Resolver<ReadonlyArray<ResolversTypes['Fact']>, ParentType, ContextType>;
  inserted?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  updated?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  alreadyKnown?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  clientMutationId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type RetractFactsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RetractFactsPayload'] = ResolversParentTypes['RetractFactsPayload']> = {
  retracted?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  clientMutationId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ProveResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ProveResult'] = ResolversParentTypes['ProveResult']> = {
  answers?: Resolver<ResolversTypes['AnswerConnection'], ParentType, ContextType>;
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  limitReached?: Resolver<Maybe<ResolversTypes['LimitKind']>, ParentType, ContextType>;
  warnings?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  evaluator?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  evaluatorReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  timings?: Resolver<ResolversTypes['Timings'], ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  job?: SubscriptionResolver<ResolversTypes['Job'], "job", ParentType, ContextType, RequireFields<SubscriptionJobArgs, 'id'>>;
};

export type JobResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Job'] = ResolversParentTypes['Job']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  state?: Resolver<ResolversTypes['JobState'], ParentType, ContextType>;
  phase?: Resolver<ResolversTypes['JobPhase'], ParentType, ContextType>;
  done?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  total?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failed?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failures?: Resolver<ReadonlyArray<ResolversTypes['JobFailure']>, ParentType, ContextType>;
  ratePerSecond?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  etaSeconds?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  space?: Resolver<Maybe<ResolversTypes['EmbeddingSpace']>, ParentType, ContextType>;
  verification?: Resolver<Maybe<ResolversTypes['EmbeddingVerification']>, ParentType, ContextType>;
  knowledgeBase?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  startedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  finishedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type JobFailureResolvers<ContextType = Context, ParentType extends ResolversParentTypes['JobFailure'] = ResolversParentTypes['JobFailure']> = {
  fact?: Resolver<ResolversTypes['Fact'], ParentType, ContextType>;
  error?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type JobConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['JobConnection'] = ResolversParentTypes['JobConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['JobEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Job']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type JobEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['JobEdge'] = ResolversParentTypes['JobEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Job'], ParentType, ContextType>;
};

export type EmbeddingVerificationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EmbeddingVerification'] = ResolversParentTypes['EmbeddingVerification']> = {
  sampled?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  minCosine?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  meanCosine?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  neighbourOverlapAt10?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  coverage?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  passed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  faults?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type EmbeddingProjectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['EmbeddingProjection'] = ResolversParentTypes['EmbeddingProjection']> = {
  method?: Resolver<ResolversTypes['ProjectionMethod'], ParentType, ContextType>;
  inputDimensions?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  checksum?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  varianceKept?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
};

export type StoredVectorPageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StoredVectorPage'] = ResolversParentTypes['StoredVectorPage']> = {
  nodes?: Resolver<ReadonlyArray<ResolversTypes['StoredVector']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type StoredVectorResolvers<ContextType = Context, ParentType extends ResolversParentTypes['StoredVector'] = ResolversParentTypes['StoredVector']> = {
  fact?: Resolver<ResolversTypes['Fact'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  textHash?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  vector?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type ImportVectorsPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ImportVectorsPayload'] = ResolversParentTypes['ImportVectorsPayload']> = {
  imported?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unknown?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
  stale?: Resolver<ReadonlyArray<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type SearchResultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SearchResult'] = ResolversParentTypes['SearchResult']> = {
  facts?: Resolver<ReadonlyArray<ResolversTypes['ScoredFact']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  limitReached?: Resolver<Maybe<ResolversTypes['LimitKind']>, ParentType, ContextType>;
  embeddingSpace?: Resolver<ResolversTypes['EmbeddingSpace'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  timings?: Resolver<ResolversTypes['Timings'], ParentType, ContextType>;
};

export type ScoredFactResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ScoredFact'] = ResolversParentTypes['ScoredFact']> = {
  fact?: Resolver<ResolversTypes['Fact'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  channels?: Resolver<ReadonlyArray<ResolversTypes['ChannelScore']>, ParentType, ContextType>;
};

export type ChannelScoreResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ChannelScore'] = ResolversParentTypes['ChannelScore']> = {
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  score?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  rank?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type RuleModuleResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RuleModule'] = ResolversParentTypes['RuleModule']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  enabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  predicates?: Resolver<ReadonlyArray<ResolversTypes['Predicate']>, ParentType, ContextType>;
  questionPatterns?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  revision?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RuleDiagnosticResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RuleDiagnostic'] = ResolversParentTypes['RuleDiagnostic']> = {
  severity?: Resolver<ResolversTypes['Severity'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  line?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  column?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type PutRuleModulePayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PutRuleModulePayload'] = ResolversParentTypes['PutRuleModulePayload']> = {
  module?: Resolver<Maybe<ResolversTypes['RuleModule']>, ParentType, ContextType>;
  diagnostics?: Resolver<ReadonlyArray<ResolversTypes['RuleDiagnostic']>, ParentType, ContextType>;
};

export type SystemStatusResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SystemStatus'] = ResolversParentTypes['SystemStatus']> = {
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  database?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  embedded?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  reasoners?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  activeSpace?: Resolver<Maybe<ResolversTypes['EmbeddingSpace']>, ParentType, ContextType>;
  uptimeSeconds?: Resolver<ResolversTypes['Float'], ParentType, ContextType>;
  warnings?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  Query?: QueryResolvers<ContextType>;
  NamedConstant?: NamedConstantResolvers<ContextType>;
  ArgumentPlace?: ArgumentPlaceResolvers<ContextType>;
  AskResult?: AskResultResolvers<ContextType>;
  RouteDecision?: RouteDecisionResolvers<ContextType>;
  MatchedPattern?: MatchedPatternResolvers<ContextType>;
  Slot?: SlotResolvers<ContextType>;
  AnswerConnection?: AnswerConnectionResolvers<ContextType>;
  AnswerEdge?: AnswerEdgeResolvers<ContextType>;
  Answer?: AnswerResolvers<ContextType>;
  Binding?: BindingResolvers<ContextType>;
  SupportingFact?: SupportingFactResolvers<ContextType>;
  Proof?: ProofResolvers<ContextType>;
  ProofNode?: ProofNodeResolvers<ContextType>;
  RuleRef?: RuleRefResolvers<ContextType>;
  Timings?: TimingsResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Prolog?: GraphQLScalarType;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  DeletePayload?: DeletePayloadResolvers<ContextType>;
  EmbeddingModel?: EmbeddingModelResolvers<ContextType>;
  EmbeddingSpace?: EmbeddingSpaceResolvers<ContextType>;
  Embedding?: EmbeddingResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Fact?: FactResolvers<ContextType>;
  FactConnection?: FactConnectionResolvers<ContextType>;
  FactEdge?: FactEdgeResolvers<ContextType>;
  Predicate?: PredicateResolvers<ContextType>;
  KnowledgeBase?: KnowledgeBaseResolvers<ContextType>;
  AssertFactsPayload?: AssertFactsPayloadResolvers<ContextType>;
  RetractFactsPayload?: RetractFactsPayloadResolvers<ContextType>;
  ProveResult?: ProveResultResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Job?: JobResolvers<ContextType>;
  JobFailure?: JobFailureResolvers<ContextType>;
  JobConnection?: JobConnectionResolvers<ContextType>;
  JobEdge?: JobEdgeResolvers<ContextType>;
  EmbeddingVerification?: EmbeddingVerificationResolvers<ContextType>;
  EmbeddingProjection?: EmbeddingProjectionResolvers<ContextType>;
  StoredVectorPage?: StoredVectorPageResolvers<ContextType>;
  StoredVector?: StoredVectorResolvers<ContextType>;
  ImportVectorsPayload?: ImportVectorsPayloadResolvers<ContextType>;
  SearchResult?: SearchResultResolvers<ContextType>;
  ScoredFact?: ScoredFactResolvers<ContextType>;
  ChannelScore?: ChannelScoreResolvers<ContextType>;
  RuleModule?: RuleModuleResolvers<ContextType>;
  RuleDiagnostic?: RuleDiagnosticResolvers<ContextType>;
  PutRuleModulePayload?: PutRuleModulePayloadResolvers<ContextType>;
  SystemStatus?: SystemStatusResolvers<ContextType>;
};

