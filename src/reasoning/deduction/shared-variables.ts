import type { Term } from '../../prolog/term.js';
import { variablesOf } from '../../prolog/variables.js';
import type { Argument, BodyGoal } from './datalog.js';

type Numbering = (name: string) => number;

/** The goals of a clause, with the variables filled in that negations, aggregates and conditions share with the rest. */
export function withSharedVariables(
  goals: readonly BodyGoal[],
  head: readonly Argument[],
  numberOf: Numbering,
): BodyGoal[] {
  const inHead = new Set(head.flatMap((argument) => ('variable' in argument ? [argument.variable] : [])));
  return share(goals, (variable) => inHead.has(variable), numberOf);
}

function share(
  goals: readonly BodyGoal[],
  isOutside: (variable: number) => boolean,
  numberOf: Numbering,
): BodyGoal[] {
  const own = goals.map((goal) => variablesIn(goal, numberOf));
  const counts = new Map<number, number>();
  for (const variables of own) for (const each of variables) counts.set(each, (counts.get(each) ?? 0) + 1);
  return goals.map((goal, i) => {
    const isElsewhere = (variable: number) =>
      isOutside(variable) || counts.get(variable)! > (own[i]!.has(variable) ? 1 : 0);
    switch (goal.kind) {
      case 'negation': {
        const alternatives = goal.alternatives.map((each) => share(each, isElsewhere, numberOf));
        return { ...goal, alternatives, shared: [...own[i]!].filter(isElsewhere) };
      }
      case 'aggregate': {
        const template = numbers(goal.template, numberOf);
        const result = numbers(goal.result, numberOf);
        if (goal.witness !== undefined)
          for (const each of numbers(goal.witness, numberOf)) template.add(each);
        const isOutsideOf = (variable: number) =>
          template.has(variable) || result.has(variable) || isElsewhere(variable);
        const inside = new Set([
          ...template,
          ...goal.alternatives.flat().flatMap((each) => [...variablesIn(each, numberOf)]),
        ]);
        return {
          ...goal,
          alternatives: goal.alternatives.map((each) => share(each, isOutsideOf, numberOf)),
          shared: [...inside].filter((variable) => result.has(variable) || isElsewhere(variable)),
        };
      }
      case 'commit': {
        const condition = new Map<number, number>();
        for (const variables of own.slice(i + 1, i + 1 + goal.span)) {
          for (const each of variables) condition.set(each, (condition.get(each) ?? 0) + 1);
        }
        const shared = [...condition].filter(([each, count]) => isOutside(each) || counts.get(each)! > count);
        return { ...goal, variables: shared.map(([each]) => each) };
      }
      default:
        return goal;
    }
  });
}

/** Numbers of the variables of a goal, those inside negations and aggregates too. */
export function variablesIn(goal: BodyGoal, numberOf: Numbering): Set<number> {
  switch (goal.kind) {
    case 'call':
      return new Set(
        goal.arguments.flatMap((argument) => ('variable' in argument ? [argument.variable] : [])),
      );
    case 'commit':
      return new Set();
    case 'negation':
      return new Set(goal.alternatives.flat().flatMap((each) => [...variablesIn(each, numberOf)]));
    case 'aggregate': {
      const inside = goal.alternatives.flat().flatMap((each) => [...variablesIn(each, numberOf)]);
      const templates = [goal.template, goal.result, ...(goal.witness === undefined ? [] : [goal.witness])];
      return new Set([...inside, ...templates.flatMap((term) => [...numbers(term, numberOf)])]);
    }
    default:
      return numbers(goal.source, numberOf);
  }
}

const numbers = (term: Term, numberOf: Numbering) => new Set(variablesOf(term).map(numberOf));
