const name: string = 'deno';
console.log(`hello from ${name}`);
