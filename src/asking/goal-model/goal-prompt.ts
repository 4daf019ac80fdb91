import type { Predicate } from '../../knowledge/predicates.js';
import { displayTerm } from '../../prolog/writer.js';
import type { RoutingBase } from '../routing-base.js';

/** What a model is told at most: of a knowledge base with more, those with most facts. */
const MOST_PREDICATES = 150;
const MOST_PATTERNS = 100;

export interface ChatMessage {
  readonly role: 'system' | 'user';
  readonly content: string;
}

const task = `You turn questions into Prolog goals over the predicates of one knowledge base.
Reply with one JSON object and nothing else: {"goal": "…"} with a single goal, its parts joined by commas, without a full
stop; or {"goal": null} where the predicates can't express the question. Use only the predicates that are listed,
comparison (<, >, =<, >=, =, \\=), \\+ for "not", and aggregate_all(count, Goal, N) to count. Variables begin with a capital
and say what they stand for; constants are written as in the examples.`;

/** The question with the predicates and patterns of the knowledge base as context: no fact is told. */
export function goalPrompt(
  question: string,
  { predicates, patterns }: Pick<RoutingBase, 'predicates' | 'patterns'>,
): ChatMessage[] {
  const known = [...predicates]
    .sort((a, b) => b.ruleCount - a.ruleCount || b.factCount - a.factCount)
    .slice(0, MOST_PREDICATES)
    .map(predicateLine);
  const examples = patterns
    .slice(0, MOST_PATTERNS)
    .map(({ pattern }) => `- ${pattern.text} → ${displayTerm(pattern.goal)}`);
  const context = [
    'Predicates:',
    ...known,
    ...(examples.length === 0 ? [] : ['', 'Questions and their goals:', ...examples]),
  ].join('\n');
  return [
    { role: 'system', content: `${task}\n\n${context}` },
    { role: 'user', content: question },
  ];
}

function predicateLine({ name, arity, template, description }: Predicate): string {
  const said = [template, description].filter((text) => text !== null).join('; ');
  return `- ${name}/${arity}${said === '' ? '' : `: ${said}`}`.slice(0, 300);
}
