// Text that somebody else wrote, as it is shown: what would drive the terminal, turn the line around or not be seen at all is
// written out. Here and nowhere else; data for programs (CSV, JSON, Parquet, JUnit) keeps what was written.

/** Control, format (bidi, zero-width), line and paragraph separators, halves of pairs, and whatever fonts draw as nothing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu

/** As one line: `\u200b` in place of a character that is not seen. What was shown once stays as it is. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0)!.toString(16)
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
  })
}
