const name: string = 'bun';
console.log(`hello from ${name}`);
