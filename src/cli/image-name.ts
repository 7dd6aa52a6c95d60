/** Image ids have no slash, references always have one. */
export function isId(name: string): boolean {
  return !name.includes('/');
}
