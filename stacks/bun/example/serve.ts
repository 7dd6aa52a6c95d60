/** Answers every request with the same text, until it is told to end. */
export function serve(text: string): void {
  const server = Bun.serve({ port: 8080, fetch: () => new Response(text) });
  process.on('SIGTERM', async () => {
    await server.stop();
    process.exit(0);
  });
  console.log('ready');
}
