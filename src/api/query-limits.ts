import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

export interface QueryLimits {
  /** Fields inside fields. */
  readonly depth: number;
  /** Fields, fragments counted wherever they are spread. */
  readonly fields: number;
  /** Fields under another name, counted in the same way: what makes one query do a thing many times. */
  readonly aliases: number;
}

interface Size {
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
}

const EMPTY: Size = { depth: 0, fields: 0, aliases: 0 };

/**
 * A validation rule that refuses queries out of proportion. Each fragment is measured once, so that the rule itself
 * costs no more than the text is long. Introspection is left to graphql-js, which bounds it by a rule of its own.
 */
export function queryLimits(limits: QueryLimits) {
  return (context: ValidationContext): ASTVisitor => {
    const measured = new Map<FragmentDefinitionNode, Size>();

    const sizeOfFragment = (fragment: FragmentDefinitionNode): Size => {
      const known = measured.get(fragment);
      if (known !== undefined) return known;
      // A fragment that spreads itself is refused by another rule; here it only must not run for ever.
      measured.set(fragment, EMPTY);
      const size = sizeOf(fragment.selectionSet);
      measured.set(fragment, size);
      return size;
    };

    const sizeOf = ({ selections }: SelectionSetNode): Size => {
      let { depth, fields, aliases } = EMPTY;
      for (const selection of selections) {
        let size = EMPTY;
        if (selection.kind === Kind.FIELD) {
          if (selection.name.value.startsWith('__')) continue;
          const inner = selection.selectionSet === undefined ? EMPTY : sizeOf(selection.selectionSet);
          size = {
            depth: inner.depth + 1,
            fields: inner.fields + 1,
            aliases: inner.aliases + (selection.alias === undefined ? 0 : 1),
          };
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          size = sizeOf(selection.selectionSet);
        } else {
          const fragment = context.getFragment(selection.name.value);
          if (fragment) size = sizeOfFragment(fragment);
        }
        depth = Math.max(depth, size.depth);
        fields += size.fields;
        aliases += size.aliases;
      }
      return { depth, fields, aliases };
    };

    return {
      OperationDefinition(node) {
        const size = sizeOf(node.selectionSet);
        for (const what of ['depth', 'fields', 'aliases'] as const) {
          if (size[what] <= limits[what]) continue;
          const message = `The query is too large: ${what} ${size[what]}, at most ${limits[what]}`;
          context.reportError(new GraphQLError(message, { nodes: node }));
        }
        return false;
      },
    };
  };
}
