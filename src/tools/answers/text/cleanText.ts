/** Terminal strings up to their end: OSC, DCS, APC, PM and SOS, in seven and eight bits; unended ones up to the line's end. */
const STRINGS = /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?/g;

/** Other escape sequences: CSI, in seven and eight bits, and the short ones. */
const SEQUENCES = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/g;

/** Line breaks that are not `\n`. */
const BREAKS = /\r\n|[\u2028\u2029]/g;

const LONE_SURROGATES = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Characters that nobody sees: control characters but tab and newline, annotation anchors, and all that Unicode lets a font ignore, such as
 * direction overrides, zero-width spaces, fillers, tags and variation selectors. Of those, three have their use in some places.
 */
const INVISIBLE = /(?![\t\n\u200c\u200d\ufe0e\ufe0f])[\p{Cc}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu;

/** A letter of a script in which joiners change what is seen, as in those of Iran and India. */
const PLAIN = ['scx=Latn', 'scx=Grek', 'scx=Cyrl', 'scx=Hani', 'scx=Hira', 'scx=Kana', 'scx=Hang', 'sc=Zinh'];
const JOINING = `(?![${PLAIN.map((script) => `\\p{${script}}`).join('')}])[\\p{L}\\p{M}]`;

/** Joiners and emoji selectors anywhere but in emoji and between such letters: there, text can be hidden in them. */
const STRAY = new RegExp(
  `(?<!${JOINING})\u200c|(?<!${JOINING}|\\p{Extended_Pictographic}[\u{1f3fb}-\u{1f3ff}\ufe0f]?)\u200d`
  + '|(?<!\\p{Extended_Pictographic})(?!(?<=[0-9#*])\ufe0f\u20e3)[\ufe0e\ufe0f]',
  'gu',
);

/** Most of what children write: there is nothing to clean in it, and to find that out takes a seventh of the time. */
const PRINTABLE = /^[\t\n -~]*$/;

/**
 * A child's text as plain visible text: without terminal sequences, control and invisible characters. A bare carriage return becomes a
 * space, a half of a character the sign for one.
 */
export const cleanText = (text: string): string => PRINTABLE.test(text) ? text : text
  .replace(STRINGS, '')
  .replace(SEQUENCES, '')
  .replace(BREAKS, '\n')
  .replaceAll('\r', ' ')
  .replace(LONE_SURROGATES, '\ufffd')
  .replace(INVISIBLE, '')
  .replace(STRAY, '');
