/**
 * Fits what cannot be quoted truly: control and invisible characters, and halves of characters.
 *
 * What a child prints is cleaned of these before the parent sees it, and a quotation that was cleaned is none any
 * more. A single joiner or selector may stay, as there is one in many an emoji.
 */
export const unquotable = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\uFFFD]|(?![\u200C\u200D\uFE0F])[\p{Cf}\p{DI}]|[\u200C\u200D\uFE0F]{2,}/u;
