import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AccessRequest, NamedPolicy, Policies, Principal, Statement } from '../../../src/ecr/index.ts';
import { evaluate } from '../../../src/ecr/index.ts';

const accounts = fc.constantFrom('111122223333', '444455556666');
const names = fc.constantFrom('a', 'b');
const actions = fc.constantFrom('ecr:BatchGetImage', 'ecr:PutImage', 'kms:DescribeKey');
const resources = fc.constantFrom('arn:aws:ecr:x:1:repository/a', 'arn:aws:ecr:x:1:repository/b');

const roles: fc.Arbitrary<Principal> = fc
  .record({ account: accounts, name: names, organisation: fc.constantFrom('o-1', 'o-2') })
  .map(({ account, name, organisation }) => ({
    kind: 'aws',
    arn: `arn:aws:iam::${account}:role/${name}`,
    account,
    organisation,
  }));

const requests: fc.Arbitrary<AccessRequest> = fc.record({
  principal: roles,
  action: actions,
  resource: resources,
  resourceAccount: accounts,
});

const conditions = fc.constantFrom<Statement['Condition']>(
  undefined,
  { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
  { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } },
  { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/a' } },
);

const statements: fc.Arbitrary<Statement> = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Deny'),
    Action: fc.oneof(actions, fc.constantFrom('*', 'ecr:*')),
    Resource: fc.oneof(resources, fc.constant('*')),
    Condition: conditions,
  })
  .map(({ Condition, ...statement }) => ({ ...statement, ...(Condition && { Condition }) }));

const withPrincipal: fc.Arbitrary<Statement> = fc
  .tuple(
    statements,
    fc.oneof(
      fc.constant('*' as const),
      accounts.map((AWS) => ({ AWS })),
      roles.map((role) => ({ AWS: role.kind === 'aws' ? role.arn : '' })),
    ),
  )
  .map(([statement, Principal]) => ({ ...statement, Principal }));

function policies(of: fc.Arbitrary<Statement>, name: string): fc.Arbitrary<NamedPolicy> {
  return fc
    .array(of, { maxLength: 4 })
    .map((Statement) => ({ name, document: { Version: '2012-10-17', Statement } }));
}

const policySets: fc.Arbitrary<Policies> = fc
  .record({
    identity: policies(statements, 'identity').map((one) => [one]),
    resource: policies(withPrincipal, 'resource').map((one) => [one]),
    endpoint: fc.option(policies(withPrincipal, 'endpoint'), { nil: undefined }),
  })
  .map(({ endpoint, ...others }) => ({ ...others, ...(endpoint && { endpoint }) }));

type Place = 'identity' | 'resource';

function withStatement(set: Policies, place: Place, statement: Statement): Policies {
  const added: NamedPolicy = { name: 'added', document: { Version: '2012-10-17', Statement: [statement] } };
  return { ...set, [place]: [...set[place], added] };
}

const additions = fc.oneof(
  fc.tuple(fc.constant<Place>('identity'), statements),
  fc.tuple(fc.constant<Place>('resource'), withPrincipal),
);

test('a denial that is about a request always wins', () => {
  fc.assert(
    fc.property(requests, policySets, (request, set) => {
      const everything: Statement = { Effect: 'Deny', Action: '*', Resource: '*' };
      expect(evaluate(request, withStatement(set, 'identity', everything)).kind).toBe('denied');
    }),
  );
});

test('what is allowed stays allowed when something more is allowed', () => {
  fc.assert(
    fc.property(requests, policySets, additions, (request, set, [place, statement]) => {
      const before = evaluate(request, set).kind;
      const after = evaluate(request, withStatement(set, place, { ...statement, Effect: 'Allow' })).kind;
      expect(before !== 'allowed' || after === 'allowed').toBe(true);
      expect(after === 'denied').toBe(before === 'denied');
    }),
  );
});

test('what is not allowed stays so when something more is denied', () => {
  fc.assert(
    fc.property(requests, policySets, additions, (request, set, [place, statement]) => {
      const before = evaluate(request, set).kind;
      const after = evaluate(request, withStatement(set, place, { ...statement, Effect: 'Deny' })).kind;
      expect(before === 'allowed' || after !== 'allowed').toBe(true);
    }),
  );
});

test('an endpoint only takes away', () => {
  fc.assert(
    fc.property(requests, policySets, (request, { endpoint, ...without }) => {
      const through = evaluate(request, { ...without, ...(endpoint && { endpoint }) });
      expect(through.kind !== 'allowed' || evaluate(request, without).kind === 'allowed').toBe(true);
    }),
  );
});

test('from another account nothing goes without both', () => {
  fc.assert(
    fc.property(requests, policySets, (request, set) => {
      fc.pre(request.principal.kind === 'aws' && request.principal.account !== request.resourceAccount);
      expect(evaluate(request, { ...set, identity: [] }).kind).not.toBe('allowed');
      expect(evaluate(request, { ...set, resource: [] }).kind).not.toBe('allowed');
    }),
  );
});

test('the order of statements decides nothing', () => {
  fc.assert(
    fc.property(requests, policySets, (request, set) => {
      const reversed: Policies = {
        ...set,
        identity: set.identity.map(turned),
        resource: set.resource.map(turned),
      };
      expect(evaluate(request, reversed).kind).toBe(evaluate(request, set).kind);
    }),
  );
});

function turned({ name, document }: NamedPolicy): NamedPolicy {
  return { name, document: { ...document, Statement: document.Statement.toReversed() } };
}
