/**
 * What SARIF 2.1.0 (OASIS Standard, sections 3.13 to 3.58) demands of the objects we write, and nothing beside the
 * properties we use: the official schema has 3,300 lines, most of them about properties that no check has.
 */
const text = {
  type: 'object',
  properties: { text: { type: 'string', minLength: 1 } },
  required: ['text'],
  additionalProperties: false,
};

const level = { enum: ['none', 'note', 'warning', 'error'] };

const uri = { type: 'string', format: 'uri' };

function strict(properties: Record<string, object>, required: readonly string[]): object {
  return { type: 'object', properties, required, additionalProperties: false };
}

const reportingDescriptor = strict(
  {
    id: { type: 'string' },
    shortDescription: text,
    help: text,
    helpUri: uri,
    defaultConfiguration: strict({ enabled: { type: 'boolean' }, level }, []),
  },
  ['id'],
);

const location = strict(
  {
    physicalLocation: strict(
      {
        artifactLocation: strict({ uri: { type: 'string', format: 'uri-reference' } }, ['uri']),
        region: strict({ startLine: { type: 'integer', minimum: 1 } }, []),
      },
      ['artifactLocation'],
    ),
  },
  [],
);

const result = strict(
  {
    ruleId: { type: 'string' },
    ruleIndex: { type: 'integer', minimum: -1 },
    level,
    message: text,
    locations: { type: 'array', items: location },
    suppressions: {
      type: 'array',
      items: strict({ kind: { enum: ['inSource', 'external'] }, justification: { type: 'string' } }, [
        'kind',
      ]),
    },
  },
  ['message'],
);

const invocation = strict(
  {
    executionSuccessful: { type: 'boolean' },
    toolExecutionNotifications: { type: 'array', items: strict({ level, message: text }, ['message']) },
  },
  ['executionSuccessful'],
);

const driver = strict(
  {
    name: { type: 'string' },
    version: { type: 'string' },
    informationUri: uri,
    rules: { type: 'array', items: reportingDescriptor, uniqueItems: true },
  },
  ['name'],
);

export const sarifSchema: object = strict(
  {
    $schema: uri,
    version: { const: '2.1.0' },
    runs: {
      type: 'array',
      items: strict(
        {
          tool: strict({ driver }, ['driver']),
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          results: { type: 'array', items: result },
          invocations: { type: 'array', items: invocation },
        },
        ['tool'],
      ),
    },
  },
  ['version', 'runs'],
);
