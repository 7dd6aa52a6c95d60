import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { writeFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { serveHttp } from './http-server.ts';
import { temporaryFolder } from './catalog-folder.ts';

/** What STS says no with: the code of AWS's query protocol, which is not the SDK's name of it. */
export interface StsRefusal {
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

export interface StsServer {
  /** For a process that has a web identity, as a pipeline's job has, and no keys. */
  readonly environment: Readonly<Record<string, string>>;
  /** Calls of STS that came. */
  readonly actions: readonly string[];
}

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** STS by AWS's query protocol, for whom nobody is trusted. */
export async function serveSts(refusal: StsRefusal): Promise<StsServer> {
  const actions: string[] = [];
  const { url } = await serveHttp((request, response) => {
    void bodyOf(request).then((body) => {
      actions.push(new URLSearchParams(body).get('Action') ?? '');
      const { code, message, status } = refusal;
      response.writeHead(status, { 'content-type': 'text/xml' });
      response.end(
        `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code>` +
          `<Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
      );
    });
  });
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const token = path.join(folder.path, 'token');
  writeFileSync(token, 'SECRET-IDENTITY-TOKEN');
  return {
    actions,
    environment: {
      AWS_ENDPOINT_URL_STS: url,
      AWS_WEB_IDENTITY_TOKEN_FILE: token,
      AWS_ROLE_ARN: 'arn:aws:iam::111122223333:role/ingot-factory',
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
