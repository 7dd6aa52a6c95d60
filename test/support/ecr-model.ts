import * as sdk from '@aws-sdk/client-ecr';

export { ScanFrequency, ScanningRepositoryFilterType, ScanType } from '@aws-sdk/client-ecr';

/**
 * What the SDK's own model of ECR says of a request or an answer: members it does not know, by their path. The model is
 * in the shapes of `@smithy/types`' schema: a structure is [3, namespace, name, traits, members, their schemas, …], a
 * list [1, namespace, name, traits, its schema], an operation [9, namespace, name, traits, input, output].
 */
export function unknownMembers(
  operation: string,
  side: 'input' | 'output',
  value: unknown,
): readonly string[] {
  const schemas = sdk as unknown as Readonly<Record<string, readonly unknown[] | undefined>>;
  const found = schemas[`${operation}$`];
  if (found === undefined) {
    return [`no operation ${operation}`];
  }
  return unknownIn(found[side === 'input' ? 4 : 5], value, operation);
}

function unknownIn(schema: unknown, value: unknown, path: string): readonly string[] {
  const shape = resolved(schema);
  if (!Array.isArray(shape) || value === null || typeof value !== 'object') {
    return [];
  }
  if (shape[0] === 1) {
    return Array.isArray(value)
      ? value.flatMap((each, index) => unknownIn(shape[4], each, `${path}[${index}]`))
      : [`${path}: expected a list`];
  }
  if (shape[0] !== 3) {
    return [];
  }
  const names = shape[4] as readonly string[];
  return Object.entries(value).flatMap(([key, each]) => {
    const index = names.indexOf(key);
    return index === -1 ? [`${path}.${key}`] : unknownIn(shape[5][index], each, `${path}.${key}`);
  });
}

/** A schema may be behind a function, and beside its traits. */
function resolved(schema: unknown): unknown {
  if (typeof schema === 'function') {
    return resolved(schema());
  }
  return Array.isArray(schema) && schema.length === 2 ? resolved(schema[0]) : schema;
}
