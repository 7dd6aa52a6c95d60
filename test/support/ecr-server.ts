import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { ACCOUNT, ECR_ANSWERS, MOST_RESULTS } from './ecr-answers.ts';
import type { EcrContent, EcrInput } from './ecr-answers.ts';
import { ECR_IMAGE_ANSWERS } from './ecr-image-answers.ts';
import { EcrError } from './ecr-limits.ts';
import { ECR_SCAN_ANSWERS } from './ecr-scan-answers.ts';
import { unknownMembers } from './ecr-model.ts';

/** What a call is answered with instead of the truth; `hang` never answers. */
export type EcrFault =
  | { readonly kind: 'error'; readonly name: string; readonly message: string; readonly status?: number }
  | { readonly kind: 'html' }
  | { readonly kind: 'hang' };

export interface EcrCall {
  readonly operation: string;
  readonly input: EcrInput;
  readonly authorization: string;
}

/**
 * ECR's control plane in memory, for what moto lacks: account settings, AWS's paging, its limits and its errors. It
 * speaks AWS JSON 1.1; members that the SDK's model does not know, in questions or answers, fail the test.
 */
export interface EcrServer extends EcrContent {
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
  /** All that was asked. */
  readonly calls: EcrCall[];
  fault: (call: EcrCall) => EcrFault | undefined;
}

const ANSWERS = { ...ECR_ANSWERS, ...ECR_IMAGE_ANSWERS, ...ECR_SCAN_ANSWERS };

export async function serveEcr(): Promise<EcrServer> {
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).replace(
        /^AmazonEC2ContainerRegistry_V20150921\./,
        '',
      );
      const input = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      answer({ operation, input, authorization: request.headers.authorization ?? '' }, response, server);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    http.close();
    http.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const server: EcrServer = {
    url,
    environment: {
      AWS_ENDPOINT_URL_ECR: url,
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      AWS_SESSION_TOKEN: 'SECRET-SESSION-TOKEN',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    },
    calls: [],
    repositories: new Map(),
    strangers: new Set(),
    scanning: { scanType: 'BASIC', rules: [] },
    blobMounting: 'DISABLED',
    pageSize: MOST_RESULTS,
    passwords: new Map(),
    passwordMs: 12 * 60 * 60_000,
    nowMs: Date.now(),
    scans: new Map(),
    spared: new Set(),
    fault: () => undefined,
  };
  return server;
}

function answer(call: EcrCall, response: ServerResponse, server: EcrServer): void {
  server.calls.push(call);
  const fault = server.fault(call);
  if (fault?.kind === 'hang') {
    return;
  }
  if (fault?.kind === 'html') {
    response.writeHead(500, { 'content-type': 'text/html; charset=utf-8' });
    response.end('<!doctype html>\n<title>500 Internal Server Error</title>');
    return;
  }
  if (fault?.kind === 'error') {
    sendError(response, fault.name, fault.message, fault.status);
    return;
  }
  try {
    const result = truth(call, server);
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(result));
  } catch (error) {
    const { name, message } = error as Error;
    sendError(response, name, message);
  }
}

function sendError(response: ServerResponse, name: string, message: string, status = 400): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': name });
  response.end(JSON.stringify({ __type: name, message }));
}

function truth({ operation, input }: EcrCall, server: EcrServer): object {
  const answerTo = ANSWERS[operation];
  if (answerTo === undefined) {
    throw new EcrError('UnknownOperationException', '');
  }
  const unknown = unknownMembers(operation, 'input', input);
  if (unknown.length > 0) {
    throw new EcrError('ValidationException', `unknown: ${unknown.join(', ')}`);
  }
  if (input.registryId !== undefined && input.registryId !== ACCOUNT) {
    throw new EcrError('RepositoryNotFoundException', `there is no registry of ${input.registryId} here`);
  }
  const result = answerTo(input, server);
  const wrong = unknownMembers(operation, 'output', result);
  if (wrong.length > 0) {
    throw new EcrError(
      'ValidationException',
      `the test's server answers what ECR does not: ${wrong.join(', ')}`,
    );
  }
  return result;
}
