import { describe, expect, it } from '@jest/globals';
import { createFindings } from '../../../examples/researcher/createFindings.js';
import { findInFile } from '../../../examples/researcher/findInFile.js';
import { readQuestion } from '../../../examples/researcher/readQuestion.js';

function search(text: string, files: Readonly<Record<string, string>>): string[] {
  const question = readQuestion(text);
  const findings = createFindings(question);
  for (const [path, content] of Object.entries(files)) findings.add(findInFile(path, content.split('\n'), question));
  return findings.best(8).map(({ path, line }) => `${path}:${line}`);
}

describe('readQuestion', () => {
  it('should drop the words that say nothing', () => {
    expect([...readQuestion('How does it trim the buffers?').weights.keys()]).toEqual(['trim', 'buffer']);
  });

  it('should give an identifier more weight than its parts', () => {
    const { weights } = readQuestion('What is ReplaySubject?');
    expect(weights.get('replaysubject')).toBeGreaterThan(weights.get('replay')!);
  });

  it('should keep stop words when there is nothing else', () => {
    expect([...readQuestion('to be or not to be').weights.keys()]).toEqual(['to', 'be', 'or', 'not']);
  });

  it('should not trip over words that objects have by themselves', () => {
    expect([...readQuestion('constructor __proto__ toString').weights.keys()]).toContain('constructor');
  });
});

describe('findInFile and createFindings', () => {
  const files = {
    'buffer.ts': "import { trim } from './trim';\n\nexport class Buffer {\n  private _trimBuffer() {\n    this.items.splice(0);\n  }\n}",
    'other.ts': 'const subject = 1;\n// the buffer is elsewhere',
    'notes.md': '# Trimming\n\nWe trim the buffer from its head, since what is oldest is asked for least.',
    'unrelated.md': '# Weather\n\nIt rained.',
  };

  it('should rank a passage with all words above one with a single word', () => {
    const found = search('How does it trim its buffer?', files);
    expect(found.slice(0, 2).sort()).toEqual(['buffer.ts:4', 'notes.md:3']);
    expect(found).toContain('other.ts:2');
  });

  it('should never cite an import, and nothing that has no word of the question', () => {
    const found = search('How does it trim its buffer?', files);
    expect(found).not.toContain('buffer.ts:1');
    expect(found.some((citation) => citation.startsWith('unrelated.md'))).toBe(false);
  });

  it.each([
    ['camelCase in plain words', 'How is the user name set?', 'setUserName(name) {'],
    ['snake_case by its camelCase', 'Where is userName used?', 'x = user_name'],
    ['an identifier with a plural in it', 'What can go wrong with BytesIO?', 'class BytesIO(Base):'],
    ['an identifier by its plural', 'Where are DirEntries?', 'a DirEntry'],
    ['a plural by its singular', 'query', 'two queries at once'],
    ['Japanese', '東京の天気は？', '今日の東京は晴れ'],
    ['accents', 'Où est la bibliothèque?', 'La bibliothèque est fermée.'],
  ])('should find %s', (_, question, line) => {
    expect(search(question, { 'a.txt': `nothing here\n${line}` })).toEqual(['a.txt:2']);
  });

  it('should look at what a page shows, and not at its tags', () => {
    expect(search('Which class?', { 'a.html': '<p class="x">a</p>\n<p>the class of 1900</p>' })).toEqual(['a.html:2']);
  });

  it('should count lines from 1, in CRLF files too', () => {
    const question = readQuestion('needle');
    expect(findInFile('a.txt', ['', '', 'needle'], question)[0]).toMatchObject({ line: 3, excerpt: 'needle' });
  });

  it('should name at most three places of one file, and no sentence twice', () => {
    const lines = Array.from({ length: 200 }, (_, i) => (i % 20 === 0 ? `needle number ${i}` : 'hay'));
    expect(search('needle', { 'a.txt': lines.join('\n') })).toHaveLength(3);
    expect(search('needle', { 'a.txt': 'a needle', 'b.txt': 'a needle' })).toEqual(['a.txt:1']);
  });
});
