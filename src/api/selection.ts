import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** What of the resolver's argument of the same name the look-ahead reads. */
export type Selecting = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>;

/**
 * Whether the query asks for the field at `path` below the one that is being resolved, whatever aliases and fragments
 * are on the way; what @skip and @include leave out is not asked for. The objects on the way must be of one type each
 * (no interface), as are those of the answers: a fragment's type condition is not looked at.
 */
export function selects(info: Selecting, ...path: readonly string[]): boolean {
  let fields: readonly FieldNode[] = info.fieldNodes;
  for (const name of path) {
    fields = subfields(fields, info).filter((field) => field.name.value === name);
  }
  return fields.length > 0;
}

/** All fields directly below; each fragment is looked into once, so that this costs no more than the text is long. */
function subfields(fields: readonly FieldNode[], info: Selecting): FieldNode[] {
  const found: FieldNode[] = [];
  const pending: SelectionSetNode[] = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
  const spread = new Set<string>();
  for (let set = pending.pop(); set !== undefined; set = pending.pop()) {
    for (const selection of set.selections) {
      if (!isIncluded(selection, info)) continue;
      if (selection.kind === Kind.FIELD) found.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) pending.push(selection.selectionSet);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        pending.push(info.fragments[selection.name.value]!.selectionSet);
      }
    }
  }
  return found;
}

function isIncluded(selection: SelectionNode, { variableValues }: Selecting): boolean {
  return (
    getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.if !== true &&
    getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.if !== false
  );
}
