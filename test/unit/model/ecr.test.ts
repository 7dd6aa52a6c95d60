import { expect, test } from 'vitest';
import { ecrHost, isEcrRepository, regionOfHost, repositoryArn } from '../../../src/model/index.ts';

const account = '111122223333';

test.each([
  { region: 'eu-central-1', partition: 'aws', suffix: 'amazonaws.com' },
  { region: 'cn-northwest-1', partition: 'aws-cn', suffix: 'amazonaws.com.cn' },
  { region: 'us-gov-east-1', partition: 'aws-us-gov', suffix: 'amazonaws.com' },
  { region: 'eusc-de-east-1', partition: 'aws-eusc', suffix: 'amazonaws.eu' },
])('the registry of $region is known by its host, and its ARNs are of $partition', (known) => {
  const { region, partition, suffix } = known;
  const host = ecrHost({ account, region });
  expect(host).toBe(`${account}.dkr.ecr.${region}.${suffix}`);
  expect(regionOfHost(host)).toBe(region);
  expect(isEcrRepository(`${host}/golden/node`)).toBe(true);
  expect(repositoryArn({ account, region }, 'golden/node')).toBe(
    `arn:${partition}:ecr:${region}:${account}:repository/golden/node`,
  );
});

test.each([
  [`${account}.dkr.ecr-fips.us-gov-west-1.amazonaws.com`, 'us-gov-west-1'],
  [`${account}.dkr-ecr.eu-west-1.on.aws`, 'eu-west-1'],
  [`${account}.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn`, 'cn-north-1'],
  [`${account}.dkr-ecr.eusc-de-east-1.on.amazonwebservices.eu`, 'eusc-de-east-1'],
  [`${account}.dkr.ecr.eu-west-1.amazonaws.example.com`, undefined],
  ['public.ecr.aws', undefined],
])('%s is of %s', (host, region) => {
  expect(regionOfHost(host)).toBe(region);
});
