/** What bytes are called where text is shown: how many, and of a file what it is. Nothing where a value is no bytes. */
export function bytesOf(value: object): string | undefined {
  if (ArrayBuffer.isView(value) || isBuffer(value)) return `[${spaced(value.byteLength)} bytes]`;
  // By its shape: not every runtime has files.
  const { size, type, name, arrayBuffer } = value as { size?: unknown; type?: unknown; name?: unknown; arrayBuffer?: unknown };
  if (typeof size !== 'number' || typeof arrayBuffer !== 'function') return undefined;
  const said = [`${spaced(size)} bytes`, type, name].filter((part) => typeof part === 'string' && part !== '' && part.length < 200);
  return `[${said.join(', ')}]`;
}

const isBuffer = (value: object): value is ArrayBuffer =>
  value instanceof ArrayBuffer || (typeof SharedArrayBuffer === 'function' && value instanceof SharedArrayBuffer);

const spaced = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
