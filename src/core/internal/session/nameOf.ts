/** What a function is called, where that is anything to call it by: a class may have a `name` of its own. */
export const nameOf = ({ name }: { readonly name: unknown }): string => typeof name === 'string' && name !== '' ? name : 'agent';
