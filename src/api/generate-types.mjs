// Writes generated/schema-types.ts from schema/*.graphql (`npm run generate`); with --check it only says, by its exit
// code, whether the committed file is current.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as resolvers from '@graphql-codegen/typescript-resolvers';
import { parse } from 'graphql';

const schemaFolder = new URL('../../schema/', import.meta.url);
const generatedFile = new URL('generated/schema-types.ts', import.meta.url);

const header = '// Made from schema/*.graphql by `npm run generate`: change those, not this.\n';

/** What resolvers hand over for each type: see sources.ts. */
const mappers = {
  Node: '../sources.js#NodeSource',
  Fact: '../../knowledge/knowledge.js#Fact',
  FactConnection: '../../knowledge/fact-page.js#FactPage',
  KnowledgeBase: '../../knowledge/knowledge.js#KnowledgeBase',
  RuleModule: '../../knowledge/knowledge.js#RuleModule',
  RuleDiagnostic: '../../reasoning/reasoning.js#RuleDiagnostic',
  AssertFactsPayload: '../sources.js#AssertFactsSource',
  AskResult: '../../asking/asking.js#AskResult',
  ProveResult: '../../asking/asking.js#ProveResult',
  SearchResult: '../../asking/asking.js#SearchResult',
  RouteDecision: '../../asking/asking.js#RouteDecision',
  MatchedPattern: '../../asking/asking.js#MatchedPattern',
  Slot: '../../asking/patterns/pattern.js#FilledSlot',
  AnswerConnection: '../sources.js#AnswersSource',
  AnswerEdge: '../sources.js#AnswerEdgeSource',
  Answer: '../sources.js#AnswerSource',
  Binding: '../sources.js#BindingSource',
  SupportingFact: '../sources.js#SupportingFactSource',
  Proof: '../sources.js#ProofSource',
  ProofNode: '../sources.js#ProofNodeSource',
  ScoredFact: '../sources.js#ScoredFactSource',
  Embedding: '../../embedding/embedder.js#EmbeddedText',
  EmbeddingModel: '../../embedding/open-embedder.js#ModelDescription',
  EmbeddingSpace: '../../retrieval/embedding-spaces.js#EmbeddingSpaceCoverage',
  SystemStatus: '../sources.js#StatusSource',
  Job: '../../reembedding/reembedding.js#Job',
  JobConnection: '../../reembedding/reembedding.js#JobPage',
  JobEdge: '../sources.js#JobEdgeSource',
  JobFailure: '../sources.js#JobFailureSource',
  EmbeddingVerification: '../../reembedding/reembedding.js#Verification',
  StoredVectorPage: '../../reembedding/vectors/read-vectors.js#StoredVectorPage',
  StoredVector: '../../reembedding/vectors/read-vectors.js#StoredVector',
};

async function generateTypes() {
  const files = readdirSync(schemaFolder).filter((name) => name.endsWith('.graphql'));
  const text = files.sort().map((name) => readFileSync(new URL(name, schemaFolder), 'utf8'));
  const config = {
    useTypeImports: true,
    enumsAsTypes: true,
    immutableTypes: true,
    avoidOptionals: { field: true },
    strictScalars: true,
    defaultScalarType: 'unknown',
    scalars: {
      ID: { input: 'string', output: 'string' },
      DateTime: { input: 'Date', output: 'Date' },
      JSON: { input: 'unknown', output: 'unknown' },
      Prolog: { input: 'string', output: 'string' },
    },
    contextType: '../context.js#Context',
    mappers: Object.fromEntries(
      Object.entries(mappers).map(([type, mapper]) => [type, withAlias(mapper, type)]),
    ),
  };
  const code = await codegen({
    documents: [],
    config: {},
    filename: fileURLToPath(generatedFile),
    schema: parse(text.join('\n')),
    plugins: [{ typescript: config }, { resolvers: config }],
    pluginMap: { typescript, resolvers },
  });
  return header + code;
}

/** The generated file has a type of the same name: the mapper's is imported by another. */
function withAlias(mapper, type) {
  const [, name] = mapper.split('#');
  return name === type ? `${mapper} as ${type}Source` : mapper;
}

const code = await generateTypes();
if (!process.argv.includes('--check')) writeFileSync(generatedFile, code);
else if (readFileSync(generatedFile, 'utf8') !== code) {
  console.error('The types are not those of schema/*.graphql: run npm run generate');
  process.exitCode = 1;
}
