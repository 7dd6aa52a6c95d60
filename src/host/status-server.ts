import { createServer, type Server } from 'node:http';
import { FactoryError } from '../model/index.ts';

/** What is answered of a process that goes on: to Kubernetes, and to Prometheus. */
export interface StatusAnswers {
  /** False: nothing is begun any more. */
  readonly isReady: () => boolean;
  readonly metrics: () => Promise<string>;
  readonly metricsType: string;
}

export interface ListenAddress {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** Serves `/healthz`, `/readyz` and `/metrics`; tells the port. */
export async function serveStatus(
  { host, port }: ListenAddress,
  answers: StatusAnswers,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void answerTo(pathOf(request.url), answers).then(({ status, text, type = 'text/plain' }) => {
      response.writeHead(status, { 'content-type': type }).end(text);
    });
  });
  await listening(server, { host, port });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Without the query. Not parsed: what is asked is anything at all, and `//` is no URL. */
function pathOf(asked = '/'): string {
  return asked.split('?', 1)[0] ?? asked;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
}

async function answerTo(pathname: string, answers: StatusAnswers): Promise<Answer> {
  switch (pathname) {
    case '/healthz':
      return { status: 200, text: 'ok\n' };
    case '/readyz':
      return answers.isReady() ? { status: 200, text: 'ready\n' } : { status: 503, text: 'stopping\n' };
    case '/metrics':
      return { status: 200, text: await answers.metrics(), type: answers.metricsType };
    default:
      return { status: 404, text: 'expected /healthz, /readyz or /metrics\n' };
  }
}

function listening(server: Server, { host, port }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      reject(
        new FactoryError('USAGE', `cannot listen on ${host}:${String(port)}: ${reason}`, {
          hint: 'name another address with --listen, such as 127.0.0.1:9465',
          cause,
        }),
      );
    });
    server.listen({ host, port }, resolve);
  });
}
