import type { Answer, AskRequest } from '../../asking/asking.js';
import { toJson } from '../../prolog/json-value.js';
import { displayTerm } from '../../prolog/writer.js';
import type { Proof } from '../../reasoning/reasoning.js';
import type { Resolvers } from '../generated/schema-types.js';
import { given } from '../given.js';
import { proofDepth, proofText } from '../proof-text.js';
import { asOfOf, factNumbers, retrievalOptionsOf } from '../requests.js';
import type { ProofSource, SupportingFactSource } from '../sources.js';
import { wantedOf } from '../wanted.js';

export const askingResolvers: Resolvers = {
  Query: {
    async ask(_, { input }, { application, signal }, info) {
      const { retrieval, limits, without, asOf, ...rest } = given(input);
      const request: AskRequest = {
        ...rest,
        ...(retrieval && { retrieval: retrievalOptionsOf(retrieval) }),
        ...(limits && { limits: given(limits) }),
        ...(without && { without: await factNumbers(application, without, input.knowledgeBase) }),
        asOf: asOfOf(asOf),
        wanted: wantedOf(info),
        signal,
      };
      return application.asker.ask(request);
    },
    route: (_, { question, knowledgeBase }, { application }) =>
      application.asker.route(question, knowledgeBase),
    async namedConstants(_, { texts, knowledgeBase }, { application }) {
      const mentions = await application.asker.mentions(texts, knowledgeBase);
      return mentions.map((each) =>
        each.flatMap(({ from, to, links }) =>
          links.map(({ text, value, score, positions }) => ({
            from,
            to,
            text,
            constant: displayTerm(value),
            score,
            places: positions,
          })),
        ),
      );
    },
  },

  Slot: {
    value: ({ value }) => displayTerm(value),
  },

  AskResult: {
    answers: ({ answers, knowledgeBase }) => ({ page: answers, knowledgeBase: knowledgeBase.id }),
  },

  AnswerConnection: {
    edges: ({ page, knowledgeBase }) => page.edges.map((edge) => ({ ...edge, knowledgeBase })),
    nodes: ({ page, knowledgeBase }) => page.edges.map(({ answer }) => ({ answer, knowledgeBase })),
    pageInfo: ({ page }) => page.pageInfo,
    totalCount: ({ page }) => page.totalCount,
  },

  AnswerEdge: {
    node: (edge) => edge,
  },

  Answer: {
    text: ({ answer }) => answer.text,
    values: ({ answer }) =>
      Object.fromEntries(answer.bindings.map(({ variable, value }) => [variable, toJson(value)])),
    bindings: ({ answer }) => answer.bindings,
    goal: ({ answer }) => displayTerm(answer.goal),
    score: ({ answer }) => answer.score,
    proof: ({ answer, knowledgeBase }) => ({ proof: proofOf(answer), knowledgeBase }),
    supports: ({ answer, knowledgeBase }) => supportsOf({ proof: proofOf(answer), knowledgeBase }),
  },

  Binding: {
    value: ({ value }) => toJson(value),
    prolog: ({ value }) => displayTerm(value),
  },

  SupportingFact: {
    fact: ({ fact, knowledgeBase }, _, { loaders }) => loaders.fact({ knowledgeBase, id: fact }),
    confidence: async ({ fact, knowledgeBase }, _, { loaders }) =>
      (await loaders.fact({ knowledgeBase, id: fact })).confidence,
  },

  Proof: {
    nodes: ({ proof, knowledgeBase }) => proof.nodes.map((node) => ({ node, knowledgeBase })),
    truncated: ({ proof }) => proof.truncated,
    depth: ({ proof }) => proofDepth(proof),
    async text(source, _, { loaders }) {
      const facts = await loaders.facts(
        supportsOf(source).map(({ fact, knowledgeBase }) => ({ knowledgeBase, id: fact })),
      );
      return proofText(source.proof, new Map(facts.map((fact) => [fact.id, fact])));
    },
  },

  ProofNode: {
    goal: ({ node }) => displayTerm(node.goal),
    kind: ({ node }) => node.kind,
    score: ({ node }) => node.score,
    children: ({ node }) => node.children,
    fact: ({ node, knowledgeBase }, _, { loaders }) =>
      node.fact === undefined ? null : loaders.fact({ knowledgeBase, id: node.fact }),
    rule: ({ node }) => node.rule ?? null,
    similarity: ({ node }) => node.similarity ?? null,
  },
};

/** Whatever shows proofs is among what `wantedOf` looks for. */
function proofOf({ proof }: Answer): Proof {
  if (proof === null) throw new Error('an answer came without the proof that was selected');
  return proof;
}

function supportsOf({ proof, knowledgeBase }: ProofSource): SupportingFactSource[] {
  const supports = new Map<number, SupportingFactSource>();
  for (const { fact, similarity = null } of proof.nodes) {
    if (fact === undefined) continue;
    const known = supports.get(fact)?.similarity ?? null;
    supports.set(fact, { fact, similarity: known ?? similarity, knowledgeBase });
  }
  return [...supports.values()];
}
