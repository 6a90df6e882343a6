/** What a reply says. */
export const textOf = ({ content }: { readonly content: readonly { readonly type: string }[] }): string =>
  content.map((block) => 'text' in block ? String(block.text) : '').join('');
