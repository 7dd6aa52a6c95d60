import { createServer } from 'node:http';

/** Answers every request with the same text, until it is told to end. */
export function serve(text) {
  const server = createServer((request, response) => response.end(text));
  server.listen(8080, () => console.log('ready'));
  process.on('SIGTERM', () => server.close(() => process.exit(0)));
}
