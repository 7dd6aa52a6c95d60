/** Answers every request with the same text, until it is told to end. */
export function serve(text: string): void {
  const onListen = () => console.log('ready');
  const server = Deno.serve({ port: 8080, onListen }, () => new Response(text));
  Deno.addSignalListener('SIGTERM', () => server.shutdown());
  server.finished.then(() => Deno.exit(0));
}
