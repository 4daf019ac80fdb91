import type { Severity } from '../reasoning.js';
import type { FlowFault } from './clause-flow.js';

export interface FlowMessage {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
}

/** What a rule's author is told. */
export function flowMessage({ kind, variable }: FlowFault): FlowMessage {
  // `_` was named `_1`, `_2`, …
  const name = /^_\d+$/.test(variable) ? '_' : variable;
  switch (kind) {
    case 'unbound arithmetic':
      return {
        severity: 'ERROR',
        code: 'UNBOUND_ARITHMETIC',
        message: `${name} can have no value here, and arithmetic needs one: put a goal before it that gives it one`,
      };
    case 'unsafe negation':
      return {
        severity: 'WARNING',
        code: 'UNSAFE_NEGATION',
        message: `${name} has no value yet when this is asked, so that it means "for no ${name} at all": put the goal that gives ${name} its value before it, or use another name here`,
      };
    case 'open in negation':
      return {
        severity: 'HINT',
        code: 'UNBOUND_HEAD_VARIABLE',
        message: `${name} has a value here only when the caller gives one, and answers leave it open: put a goal before it that gives ${name} its values, unless that is meant`,
      };
  }
}
