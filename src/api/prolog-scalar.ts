import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** In characters: as much as a fact may hold. */
const LONGEST = 1_000_000;

/**
 * Text that is to be one Prolog term. Only its form as a value is looked at here; whoever uses it reads it, and can
 * say more about a fault than a scalar could: of which argument, at which place.
 */
export const prologScalar = new GraphQLScalarType<string, string>({
  name: 'Prolog',
  serialize(value) {
    if (typeof value !== 'string') throw new TypeError('Prolog must be text');
    return value;
  },
  parseValue: parse,
  parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : undefined),
});

function parse(value: unknown): string {
  if (typeof value !== 'string')
    throw refusal('Prolog is written as a string, e.g. "owned_by(Service, payments)"');
  if (value.trim() === '') throw refusal('Prolog text is empty');
  if (value.length > LONGEST) throw refusal(`Prolog text has at most ${LONGEST} characters`);
  return value;
}

function refusal(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_INPUT' } });
}
