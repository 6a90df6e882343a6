/**
 * The width and height of a PNG, JPEG, GIF or WebP, from its first bytes; nothing where it is none of these, or is cut short. What the
 * bytes say is looked at, and not what they are called.
 */
export function pixelsOf(data: Uint8Array): readonly [width: number, height: number] | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  try {
    switch (view.getUint32(0)) {
      case 0x89504e47: return [view.getUint32(16), view.getUint32(20)];
      case 0x47494638: return [view.getUint16(6, true), view.getUint16(8, true)];
      case 0x52494646: return ofWebp(view);
      default: return view.getUint16(0) === 0xffd8 ? ofJpeg(view) : undefined;
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Frames with a size; the others of C0 to CF are tables. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Each segment says how long it is; the picture itself, from DA on, is not looked at. */
function ofJpeg(view: DataView): readonly [number, number] | undefined {
  let at = 2;
  while (view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (isFrame(marker)) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    if (marker === 0xda || marker === 0xd9) return undefined;
    // A marker may be filled up with bytes FF.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function ofWebp(view: DataView): readonly [number, number] | undefined {
  if (view.getUint32(8) !== 0x57454250) return undefined;
  switch (view.getUint32(12)) {
    case 0x56503820: return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
    case 0x5650384c: {
      const bits = view.getUint32(21, true);
      return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
    }
    case 0x56503858: return [1 + (view.getUint32(24, true) & 0xffffff), 1 + (view.getUint32(27, true) & 0xffffff)];
    default: return undefined;
  }
}
