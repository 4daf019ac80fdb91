import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildSchema, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { schemaText } from '../../src/api/schema-text.js';

const schema = buildSchema(schemaText());
const own = Object.values(schema.getTypeMap()).filter(
  ({ name, astNode }) => astNode && !name.startsWith('__'),
);

describe('the schema', () => {
  test('describes every type, field, argument and enum value', () => {
    const silent: string[] = [];
    const look = (place: string, { description }: { description?: string | null | undefined }) => {
      if (!description?.trim()) silent.push(place);
    };
    for (const type of own) {
      // Query and Mutation are no concepts of their own.
      if (type !== schema.getQueryType() && type !== schema.getMutationType()) look(type.name, type);
      if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value);
      if (isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields())) {
          look(`${type.name}.${field.name}`, field);
          for (const arg of field.args) look(`${type.name}.${field.name}(${arg.name})`, arg);
        }
      }
      if (isInputObjectType(type)) {
        for (const field of Object.values(type.getFields())) look(`${type.name}.${field.name}`, field);
      }
    }
    expect(silent).toEqual([]);
  });

  test('is what the generated types were made from', () => {
    const script = fileURLToPath(new URL('../../src/api/generate-types.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    expect(status, stderr).toBe(0);
  });
});
