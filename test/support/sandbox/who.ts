/** As whom a sandbox is tried here: only root can be anybody else. */
export const WHO: readonly { readonly name: 'root' | 'user'; readonly uid: number }[] = process.getuid!() === 0
  ? [{ name: 'root', uid: 0 }, { name: 'user', uid: 65_534 }]
  : [{ name: 'user', uid: process.getuid!() }];
